/// One page of the manual.
struct ManualPage {
    let command: CommandDescription
    /// All commands with a page, the root first.
    let family: [CommandDescription]
    let facts: ManualFacts

    /// The page in `man` macros.
    var source: String {
        var page = Roff()
        let discussion = Discussion(command.discussion ?? "")
        page.title(command.pageName, date: facts.date, version: facts.version)
        name(&page)
        synopsis(&page)
        description(discussion, &page)
        commands(&page)
        options(&page)
        if isRoot { rootSections(&page) }
        examples(discussion, &page)
        seeAlso(&page)
        return page.source
    }

    /// Whether this is the page of the tool itself, which describes what all commands share.
    var isRoot: Bool { command.words.count == 1 }

    private func name(_ page: inout Roff) {
        page.section("NAME")
        page.paragraph("\(Roff.escaped(command.pageName)) \\- \(Roff.escaped(summary(command)))", isFirst: true)
    }

    private func description(_ discussion: Discussion, _ page: inout Roff) {
        page.section("DESCRIPTION")
        page.paragraph(Roff.escaped(command.abstract ?? ""), isFirst: true)
        for block in discussion.body {
            switch block {
            case .paragraph(let text): page.paragraph(Roff.escaped(text))
            case .verbatim(let lines): page.verbatim(lines)
            }
        }
    }

    private func commands(_ page: inout Roff) {
        guard !command.visibleSubcommands.isEmpty else { return }
        page.section("COMMANDS")
        for subcommand in command.visibleSubcommands {
            page.item(reference(subcommand), Roff.escaped(subcommand.abstract ?? ""))
        }
    }

    private func examples(_ discussion: Discussion, _ page: inout Roff) {
        guard !discussion.examples.isEmpty else { return }
        page.section("EXAMPLES")
        page.verbatim(discussion.examples, isFirst: true)
    }

    private func seeAlso(_ page: inout Roff) {
        let others = (isRoot ? command.visibleSubcommands : relatives).map(reference)
        page.section("SEE ALSO")
        page.paragraph((others + facts.guides.map { "\(Roff.bold($0))(7)" }).joined(separator: ", "), isFirst: true)
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

    /// The abstract as a phrase, without the mark that says whether the command reads or writes.
    private func summary(_ command: CommandDescription) -> String {
        let abstract = command.abstract ?? ""
        let phrase = abstract.hasSuffix("]") ? abstract.prefix { $0 != "[" } : abstract[...]
        let words = phrase.split(separator: " ").joined(separator: " ")
        let bare = words.hasSuffix(".") ? words.dropLast() : words[...]
        return bare.prefix(1).lowercased() + bare.dropFirst()
    }
}
