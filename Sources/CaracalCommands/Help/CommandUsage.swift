extension CommandDescription {
    /// The words that call it: `caracalctl dlq redrive`.
    package var words: [String] { superCommands + [commandName] }

    /// Its words of help, taken apart.
    package var text: CommandText { CommandText(abstract: abstract, discussion: discussion) }

    /// The commands below it that have a page. `help` is the parser's own and says what the others say.
    package var documentedSubcommands: [CommandDescription] { visibleSubcommands.filter { $0.commandName != "help" } }

    /// This command and all below it, in the order of the definitions.
    package var family: [CommandDescription] { [self] + documentedSubcommands.flatMap(\.family) }

    /// The command below it that runs where none is named.
    var standardSubcommand: CommandDescription? {
        documentedSubcommands.first { $0.commandName == defaultSubcommand }
    }

    /// Its arguments without the hidden ones.
    package var visibleArguments: [ArgumentDescription] { arguments.filter(\.shouldDisplay) }

    /// The arguments that are its own.
    package var ownArguments: [ArgumentDescription] { visibleArguments.filter { !$0.isGlobal } }

    /// Its own options and flags, without the parser's.
    var ownOptions: [ArgumentDescription] { ownArguments.filter { $0.kind != .positional && !$0.isParsersOwn } }

    /// Whether it also takes the options that most commands share.
    package var takesGlobalOptions: Bool { visibleArguments.contains(where: \.isGlobal) }

    /// The command line in short: `caracalctl claim STREAM GROUP [ID...] --to CONSUMER [options]`.
    var usage: String {
        let positionals = ownArguments.filter { $0.kind == .positional }
        let last = positionals.filter(\.endsOptions).map(\.usage)
        let required = ownOptions.filter { !$0.isOptional }.map(\.term)
        let hasOptions = !ownOptions.isEmpty || takesGlobalOptions || standardSubcommand != nil
        var parts = words
        if !documentedSubcommands.isEmpty { parts.append(standardSubcommand == nil ? "COMMAND" : "[COMMAND]") }
        parts += positionals.filter { !$0.endsOptions }.map(\.usage) + required
        return (parts + (hasOptions ? ["[options]"] : []) + last).joined(separator: " ")
    }
}

extension ArgumentDescription {
    /// The option groups that most commands share; only the page of the root describes them.
    package static let globalSections = CommonOption.Section.allCases.map(\.rawValue)

    /// Whether it belongs to one of those groups.
    package var isGlobal: Bool { sectionTitle.map(ArgumentDescription.globalSections.contains) ?? false }

    /// Whether it is what stands after `--`.
    package var followsTerminator: Bool { parsingStrategy == "postTerminator" }

    /// Whether options have to come before it.
    var endsOptions: Bool { followsTerminator || parsingStrategy == "allRemainingInput" }

    /// Whether it is one of the parser's own flags, which say nothing about a command.
    package var isParsersOwn: Bool { typedNames.contains { ["--help", "--version"].contains($0) } }

    /// What it does, and what its help says of values and default unless the words above already do.
    package var explanation: String {
        let abstract = abstract ?? ""
        var notes: [String] = []
        if let values = allValues, !values.allSatisfy(abstract.contains) {
            notes.append("values: \(values.joined(separator: ", "))")
        }
        if let value = defaultValue, !abstract.contains("(default:") { notes.append("default: \(value)") }
        let sentence = abstract + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
        return [sentence, discussion ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// As a list of options shows it: `-n, --limit COUNT`, `STREAM...`.
    var term: String {
        guard kind != .positional else { return value + (isRepeating ? "..." : "") }
        let names = typedNames.joined(separator: ", ")
        return kind == .flag ? names : "\(names) \(value)"
    }

    /// A positional argument as usage shows it.
    fileprivate var usage: String {
        if followsTerminator { return "[-- \(term)]" }
        return isOptional && !endsOptions ? "[\(term)]" : term
    }

    /// What its value is called, in capitals; of alternatives (`table|count`) all but the last one are typed as they are.
    private var value: String {
        var alternatives = (valueName ?? "value").split(separator: "|").map(String.init)
        if let last = alternatives.popLast() { alternatives.append(last.uppercased()) }
        return alternatives.joined(separator: "|")
    }
}
