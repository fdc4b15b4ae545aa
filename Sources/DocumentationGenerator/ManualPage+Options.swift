extension ManualPage {
    /// SYNOPSIS: how the command is called.
    func synopsis(_ page: inout Roff) {
        page.section("SYNOPSIS")
        var parts = [Roff.bold(command.words.joined(separator: " "))]
        if !command.visibleSubcommands.isEmpty { parts.append(Roff.italic("command")) }
        parts += command.ownArguments.filter { !isParsersOwn($0) }.map(usage)
        if isRoot || command.takesGlobalOptions { parts.append("[\(Roff.italic("options"))]") }
        page.paragraph(parts.joined(separator: " "), isFirst: true)
    }

    /// OPTIONS: the command's own, and on the root's page those that most commands share.
    func options(_ page: inout Roff) {
        page.section("OPTIONS")
        command.ownArguments.forEach { page.item(heading($0), explanation($0)) }
        if isRoot { globalOptions(&page) } else { referToGlobalOptions(&page) }
    }

    private func globalOptions(_ page: inout Roff) {
        for title in ArgumentDescription.globalSections {
            let arguments = globalArguments(in: title)
            if arguments.isEmpty { continue }
            page.subsection("\(title) options")
            arguments.forEach { page.item(heading($0), explanation($0)) }
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

    /// The parser's own flags say nothing about this command.
    private func isParsersOwn(_ argument: ArgumentDescription) -> Bool {
        (argument.names ?? []).contains { ["help", "version"].contains($0.name) }
    }

    private func usage(_ argument: ArgumentDescription) -> String {
        let more = argument.isRepeating ? " ..." : ""
        let names = argument.followsTerminator ? ["--"] : argument.preferredName.map { [$0.typed] } ?? []
        let text = term(argument, names: names) + more
        return argument.isOptional ? "[\(text)]" : text
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

    private func explanation(_ argument: ArgumentDescription) -> String {
        Roff.escaped([argument.explanation, argument.discussion ?? ""].filter { !$0.isEmpty }.joined(separator: " "))
    }
}
