/// Where the cursor is in a line: in which command, and at which of its arguments.
struct CompletionPoint {
    /// The innermost command whose name was typed.
    private(set) var command: CommandDescription
    /// The argument whose value is being typed; nil where a command or an option's name may stand.
    private(set) var argument: ArgumentDescription?
    /// The values given so far, by the name of the argument's value: `stream`, `group`.
    private(set) var values: [String: String] = [:]
    /// Whether a flag such as `--any-stream` was given.
    private(set) var flags: Set<String> = []

    private var positionals: [ArgumentDescription]

    /// - Parameter words: the whole words before the cursor.
    init(_ words: [String], in root: CommandDescription) {
        command = root
        positionals = []
        for word in words { take(word) }
        argument = argument ?? positionals.first
    }

    /// Whether a subcommand may stand here.
    var takesSubcommand: Bool { values.isEmpty && flags.isEmpty && !command.visibleSubcommands.isEmpty }

    private mutating func take(_ word: String) {
        if let awaited = argument { return give(word, to: awaited) }
        if word.hasPrefix("-"), word != "-" { return takeOption(word) }
        if takesSubcommand, let next = command.visibleSubcommands.first(where: { $0.commandName == word }) {
            return enter(next)
        }
        guard let next = positionals.first else { return }
        give(word, to: next)
        if !next.isRepeating { positionals.removeFirst() }
    }

    private mutating func takeOption(_ word: String) {
        flags.insert(word)
        let name = word.prefix { $0 != "=" }
        if let option = command.option(String(name)), option.takesValue, name.count == word.count { argument = option }
    }

    private mutating func give(_ word: String, to argument: ArgumentDescription) {
        if let name = argument.valueName { values[name] = word }
        self.argument = nil
    }

    private mutating func enter(_ next: CommandDescription) {
        command = next
        positionals = next.positionals
    }
}
