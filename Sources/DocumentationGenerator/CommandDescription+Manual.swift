import CaracalCommands

extension CommandDescription {
    /// The name of its page: `caracalctl-dlq-redrive`.
    var pageName: String { words.joined(separator: "-") }
}
