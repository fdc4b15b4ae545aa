import CaracalCommands

/// One page of the manual.
struct ManualPage {
    private let command: CommandDescription
    /// All commands with a page, the root first.
    private let family: [CommandDescription]

    /// The sources of all pages, by file name: one for the tool, and one for each command.
    static func all(of root: CommandDescription) -> [String: String] {
        let family = root.family
        return family.reduce(into: [:]) { pages, command in
            pages["\(command.pageName).1"] = ManualPage(command: command, family: family).source
        }
    }

    /// The page in `man` macros.
    private var source: String {
        var page = Roff()
        page.title(command.pageName, date: ManualFacts.date, version: ManualFacts.version)
        name(&page)
        synopsis(&page)
        description(&page)
        commands(&page)
        options(&page)
        if isRoot { rootSections(&page) }
        examples(&page)
        seeAlso(&page)
        return page.source
    }

    /// Whether this is the page of the tool itself, which describes what all commands share.
    private var isRoot: Bool { command.words.count == 1 }

    private func name(_ page: inout Roff) {
        page.section("NAME")
        page.paragraph("\(Roff.escaped(command.pageName)) \\- \(Roff.escaped(summary(command)))", isFirst: true)
    }

    /// SYNOPSIS: how the command is called.
    private func synopsis(_ page: inout Roff) {
        page.section("SYNOPSIS")
        var parts = [Roff.bold(command.words.joined(separator: " "))]
        if !command.documentedSubcommands.isEmpty { parts.append(Roff.italic("command")) }
        parts += command.ownArguments.filter { !$0.isParsersOwn }.map(usage)
        if isRoot || command.takesGlobalOptions { parts.append("[\(Roff.italic("options"))]") }
        page.paragraph(parts.joined(separator: " "), isFirst: true)
    }

    private func usage(_ argument: ArgumentDescription) -> String {
        let more = argument.isRepeating ? " ..." : ""
        let names = argument.followsTerminator ? ["--"] : argument.preferredName.map { [$0.typed] } ?? []
        let text = term(argument, names: names) + more
        return argument.isOptional ? "[\(text)]" : text
    }

    private func description(_ page: inout Roff) {
        page.section("DESCRIPTION")
        page.paragraph(Roff.escaped(command.abstract), isFirst: true)
        for block in command.text.details {
            switch block {
            case .paragraph(let text): page.paragraph(Roff.escaped(text))
            case .verbatim(let lines): page.verbatim(lines)
            }
        }
    }

    private func commands(_ page: inout Roff) {
        guard !command.documentedSubcommands.isEmpty else { return }
        page.section("COMMANDS")
        for subcommand in command.documentedSubcommands {
            page.item(reference(subcommand), Roff.escaped(subcommand.abstract))
        }
    }

    /// OPTIONS: the command's own, and on the root's page those that most commands share.
    private func options(_ page: inout Roff) {
        page.section("OPTIONS")
        command.ownArguments.forEach { page.item(heading($0), Roff.escaped($0.explanation)) }
        if isRoot { globalOptions(&page) } else { referToGlobalOptions(&page) }
    }

    private func globalOptions(_ page: inout Roff) {
        for title in ArgumentDescription.globalSections {
            let arguments = globalArguments(in: title)
            if arguments.isEmpty { continue }
            page.subsection("\(title) options")
            arguments.forEach { page.item(heading($0), Roff.escaped($0.explanation)) }
        }
    }

    /// Each shared argument once, as the first command that has it describes it.
    private func globalArguments(in title: String) -> [ArgumentDescription] {
        var seen: Set<[String]> = []
        return family.flatMap(\.visibleArguments).filter {
            $0.sectionTitle == title && seen.insert($0.typedNames).inserted
        }
    }

    private func referToGlobalOptions(_ page: inout Roff) {
        guard command.takesGlobalOptions else { return }
        let root = Roff.bold(family[0].pageName)
        page.paragraph(
            "The options for connection and output, environment, files and exit statuses, which most commands share, are in "
                + "\(root)(1)."
        )
    }

    private func heading(_ argument: ArgumentDescription) -> String {
        term(argument, names: argument.typedNames)
            + (argument.kind == .positional && argument.isRepeating ? " ..." : "")
    }

    private func term(_ argument: ArgumentDescription, names: [String]) -> String {
        let names = names.map(Roff.bold).joined(separator: ", ")
        let value = argument.kind == .flag ? "" : Roff.italic(argument.valueName ?? "value")
        return [names, value].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// ENVIRONMENT, FILES and EXIT STATUS: the same for all commands, so they stand on the root's page alone.
    private func rootSections(_ page: inout Roff) {
        list("ENVIRONMENT", ManualFacts.environmentIntroduction, ManualFacts.environment, &page)
        list("FILES", nil, ManualFacts.files, &page)
        list("EXIT STATUS", nil, ManualFacts.exitStatuses, &page)
    }

    private func list(
        _ title: String,
        _ introduction: String?,
        _ entries: [ManualFacts.Entry],
        _ page: inout Roff
    ) {
        guard !entries.isEmpty else { return }
        page.section(title)
        if let introduction { page.paragraph(Roff.escaped(introduction), isFirst: true) }
        entries.forEach { page.item(Roff.bold($0.name), Roff.escaped($0.meaning)) }
    }

    private func examples(_ page: inout Roff) {
        guard !command.text.examples.isEmpty else { return }
        page.section("EXAMPLES")
        page.verbatim(command.text.examples.flatMap { $0 }, isFirst: true)
    }

    private func seeAlso(_ page: inout Roff) {
        let others = (isRoot ? command.documentedSubcommands : relatives).map(reference)
        page.section("SEE ALSO")
        page.paragraph(
            (others + ManualFacts.guides.map { "\(Roff.bold($0))(7)" }).joined(separator: ", "),
            isFirst: true
        )
    }

    /// The commands right above, beside and below this one, the root always among them.
    private var relatives: [CommandDescription] {
        let parent = command.words.dropLast()
        return family.filter { other in
            other.words != command.words
                && (other.words.count == 1 || other.words == Array(parent) || other.words.dropLast() == parent
                    || Array(other.words.dropLast()) == command.words)
        }
    }

    private func reference(_ command: CommandDescription) -> String {
        "\(Roff.bold(command.pageName))(1)"
    }

    /// The purpose as a phrase.
    private func summary(_ command: CommandDescription) -> String {
        let purpose = command.text.purpose
        let bare = purpose.hasSuffix(".") ? purpose.dropLast() : purpose[...]
        return bare.prefix(1).lowercased() + bare.dropFirst()
    }
}

extension CommandDescription {
    /// The name of its page: `caracalctl-dlq-redrive`.
    var pageName: String { words.joined(separator: "-") }
}
