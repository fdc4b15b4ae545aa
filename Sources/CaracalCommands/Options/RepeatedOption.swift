/// An option that takes one value and was given more than once. The parser would take the last one and say nothing.
enum RepeatedOption {
    /// The first one among the words of a command line that has been parsed; nil for none.
    static func find(in arguments: [String]) -> String? {
        let names = arguments.prefix { $0 != "--" }.compactMap(name)
        let repeated = names.enumerated().filter { names[..<$0.offset].contains($0.element) }.map(\.element)
        // All commands are described only where a name is there twice: that takes milliseconds.
        guard !repeated.isEmpty, var command = try? CommandDescription.load() else { return nil }
        for word in arguments {
            guard let next = command.visibleSubcommands.first(where: { $0.commandName == word }) else { break }
            command = next
        }
        if let standard = command.defaultSubcommand {
            command = command.visibleSubcommands.first { $0.commandName == standard } ?? command
        }
        return repeated.first { command.option($0).map { $0.takesValue && !$0.isRepeating } ?? false }
    }

    /// The short names of options that take a value, each with the long one of the same option.
    static let shortNames: [Character: String] = ["o": "--output", "n": "--count", "c": "--count"]

    /// The name in a word such as `--output=json` or `-ojson`, its long form where it has one; nil where it is no option.
    private static func name(_ word: String) -> String? {
        guard word.hasPrefix("-"), word.count > 1 else { return nil }
        if word.hasPrefix("--") { return String(word.prefix { $0 != "=" }) }
        return word.dropFirst().first.flatMap { shortNames[$0] } ?? word
    }
}
