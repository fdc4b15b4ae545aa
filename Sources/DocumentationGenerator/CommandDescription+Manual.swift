import CaracalCommands

extension CommandDescription {
    /// The words that call it: `caracalctl dlq redrive`.
    var words: [String] { (superCommands ?? []) + [commandName] }

    /// The name of its page: `caracalctl-dlq-redrive`.
    var pageName: String { words.joined(separator: "-") }

    /// The commands below it that have a page. `help` is the parser's own and says what the manual says.
    var documentedSubcommands: [CommandDescription] { visibleSubcommands.filter { $0.commandName != "help" } }

    /// This command and all below it, in the order of the definitions.
    var family: [CommandDescription] { [self] + documentedSubcommands.flatMap(\.family) }

    /// Its arguments without the hidden ones.
    var visibleArguments: [ArgumentDescription] { (arguments ?? []).filter(\.shouldDisplay) }

    /// The arguments that are its own.
    var ownArguments: [ArgumentDescription] { visibleArguments.filter { !$0.isGlobal } }

    /// Whether it also takes the options that most commands share.
    var takesGlobalOptions: Bool { visibleArguments.contains(where: \.isGlobal) }
}

extension ArgumentDescription {
    /// The option groups that most commands share; only the page of the root describes them.
    static let globalSections = ["Connection", "Output"]

    /// Whether it belongs to one of those groups.
    var isGlobal: Bool { sectionTitle.map(ArgumentDescription.globalSections.contains) ?? false }

    /// Whether it is what stands after `--`.
    var followsTerminator: Bool { parsingStrategy == "postTerminator" }

    /// Whether it is one of the parser's own flags, which say nothing about a command.
    var isParsersOwn: Bool { typedNames.contains { ["--help", "--version"].contains($0) } }

    /// What it does, and what its help says of values and default unless the words above already do.
    var explanation: String {
        let abstract = abstract ?? ""
        var notes: [String] = []
        if let values = allValues, !values.allSatisfy(abstract.contains) {
            notes.append("values: \(values.joined(separator: ", "))")
        }
        if let value = defaultValue, !abstract.contains("(default:") { notes.append("default: \(value)") }
        let sentence = abstract + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
        return [sentence, discussion ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
