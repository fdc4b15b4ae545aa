/// What each word of a command line is, as far as it can be made sense of.
struct CommandLineReading {
    /// What a word is.
    enum Role: Equatable {
        /// The name of a command.
        case command
        /// The name of an option, perhaps with a value behind `=`.
        case option
        /// The value of the option before it.
        case value
        /// An argument.
        case argument
        /// `--`, and what follows it.
        case rest
    }

    /// One of the words.
    struct Word {
        let index: Int
        let text: String
        let role: Role
        /// The option's name, without a value behind `=`.
        let name: String
        /// What is known of the option; nil for one that the command does not have.
        let option: ArgumentDescription?

        /// Whether the option's value stands in the same word.
        var isJoined: Bool { name != text }
    }

    /// The command that is meant, as far as the words name one.
    private(set) var command: CommandDescription
    /// The names that lead to it: `dlq`, `ls`.
    private(set) var path: [String] = []
    /// The words.
    private(set) var words: [Word] = []

    /// - Parameter root: the description of the tool.
    init(_ words: [String], _ root: CommandDescription) {
        command = root
        var rest = words[...]
        while let text = rest.popFirst() {
            if text == "--" {
                add(text, .rest)
                break
            }
            if text.hasPrefix("-"), text.count > 1 {
                takeOption(text, &rest)
            } else if !self.words.contains(where: { $0.role == .argument }), let next = command.subcommand(text) {
                add(text, .command)
                command = next
                path.append(text)
            } else {
                add(text, .argument)
                // What stands behind a Redis command is its own affair.
                if command.positionals.contains(where: { $0.parsingStrategy == "allRemainingInput" }) { break }
            }
        }
        for text in rest { add(text, .rest) }
    }

    /// The command whose options and arguments count: the one that is named, or the one that stands in for it.
    var leaf: CommandDescription { command.defaultSubcommand.flatMap(command.subcommand) ?? command }

    /// Whether a command is named behind the word, so that it stands with one that only leads there.
    func isBeforeCommand(_ word: Word) -> Bool {
        words.dropFirst(word.index + 1).contains { $0.role == .command }
    }

    /// The command that is named behind a word which keeps it from being read as one.
    func subcommand(behind word: Word) -> CommandDescription? {
        words.dropFirst(word.index + 1).lazy.compactMap { command.subcommand($0.text) }.first
    }

    /// A command below the one that is meant, as it is typed.
    func typed(_ subcommand: CommandDescription) -> String {
        (path + [subcommand.commandName]).joined(separator: " ")
    }

    private mutating func takeOption(_ text: String, _ rest: inout ArraySlice<String>) {
        let name = text.hasPrefix("--") ? String(text.prefix { $0 != "=" }) : String(text.prefix(2))
        let option = leaf.option(name)
        add(text, .option, name, option)
        guard let option, option.takesValue, name == text else { return }
        let isAnything = option.parsingStrategy == "unconditional"
        guard let value = rest.first, isAnything || !value.hasPrefix("-") || value == "-" else { return }
        rest = rest.dropFirst()
        add(value, .value)
        guard option.parsingStrategy == "upToNextOption" else { return }
        while let value = rest.first, !value.hasPrefix("-") {
            add(value, .value)
            rest = rest.dropFirst()
        }
    }

    private mutating func add(_ text: String, _ role: Role, _ name: String = "", _ option: ArgumentDescription? = nil) {
        words.append(Word(index: words.count, text: text, role: role, name: name, option: option))
    }
}

extension CommandDescription {
    /// The command below it of a name; nil for none that one may type.
    func subcommand(_ name: String) -> CommandDescription? {
        visibleSubcommands.first { $0.commandName == name }
    }
}
