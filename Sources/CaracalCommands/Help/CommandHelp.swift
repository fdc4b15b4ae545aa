import Rendering

/// The help of one command: on one screen, or whole.
struct CommandHelp {
    private let command: CommandDescription
    /// What the command can change; one below a group that does not say it is what the group is.
    private let effect: String?

    /// - Parameters:
    ///   - words: those that call it: `["dlq", "redrive"]`.
    ///   - root: the whole tool.
    init(_ words: [String], in root: CommandDescription) {
        var command = root
        var effect: String?
        for word in words {
            command = command.visibleSubcommands.first { $0.commandName == word } ?? command
            effect = command.text.effect ?? effect
        }
        self.command = command
        self.effect = effect
    }

    private var name: String { command.words.joined(separator: " ") }

    private func begin(_ page: inout HelpLines) {
        page.add([command.text.purpose, effect].compactMap { $0 }.joined(separator: " "))
        page.gap()
        page.add("Usage: \(command.usage)", indent: 4)
    }

    private var subcommands: [HelpLines.Entry] {
        command.documentedSubcommands.map { next in
            let isStandard = next.commandName == command.standardSubcommand?.commandName
            let effect = next.text.effect.map { " \($0)" } ?? ""
            return HelpLines.Entry(
                term: next.commandName,
                meaning: next.text.purpose + effect + (isStandard ? " (default)" : "")
            )
        }
    }
}

// MARK: One screen

extension CommandHelp {
    /// The lines of a small terminal, and one of them is for the prompt.
    private static let screen = 23

    /// What is left out where there is not enough room for everything.
    private struct Cut {
        var examples = 4
        /// Whether explanations that need more than a line end with their first clause.
        var isBrief = true
        var hasGaps = true
        /// How many options are only named.
        var options = 0
    }

    /// Usage, arguments, own options, examples, and where the rest is: on one screen of 80 columns.
    func short(width: Int) -> ScreenText {
        let whole = [Cut(isBrief: false), Cut(), Cut(examples: 3), Cut(examples: 2), Cut(examples: 2, hasGaps: false)]
        let cuts = whole + (1...).prefix(command.ownOptions.count).map { Cut(examples: 2, hasGaps: false, options: $0) }
        let fitting = cuts.first { page($0, width: max(width, 80)).lines.count <= Self.screen }
        return page(fitting ?? cuts[cuts.count - 1], width: width).text
    }

    private func page(_ cut: Cut, width: Int) -> HelpLines {
        var page = HelpLines(width: width)
        begin(&page)
        let (shown, named) = options(cut.options)
        let arguments = command.ownArguments.filter { $0.kind == .positional } + shown
        if !arguments.isEmpty {
            if cut.hasGaps { page.gap() }
            page.add(Self.entries(arguments), isBrief: cut.isBrief)
        }
        if !named.isEmpty {
            page.add("  Also: \(named.compactMap(\.typedNames.last).joined(separator: ", "))", indent: 8)
        }
        if !subcommands.isEmpty {
            if cut.hasGaps { page.gap() }
            page.add(subcommands)
        }
        if !command.text.examples.isEmpty {
            if cut.hasGaps { page.gap() }
            page.add("Examples:")
            command.text.examples.prefix(cut.examples).forEach { page.addUnbroken($0) }
        }
        if cut.hasGaps { page.gap() }
        end(&page)
        return page
    }

    private func end(_ page: inout HelpLines) {
        let sections = CommonOption.Section.allCases.map(\.rawValue).filter { section in
            (command.standardSubcommand ?? command).visibleArguments.contains { $0.sectionTitle == section }
        }
        if !sections.isEmpty {
            let topics = sections.map { "\(Caracalctl.name) help \($0.lowercased())" }.joined(separator: ", ")
            page.add("Common options: \(topics)", indent: 4)
        }
        page.add("Everything: \(name) --help", indent: 4)
    }

    /// The options that are explained, and those that are only named: first the ones that mean the same in every command.
    private func options(_ count: Int) -> (shown: [ArgumentDescription], named: [ArgumentDescription]) {
        let all = command.ownOptions
        let known = ["--any-stream", "--yes", "--dry-run"]
        let order =
            known.compactMap { name in all.firstIndex { $0.typedNames.contains(name) } }
            + all.indices.reversed().filter { !known.contains(where: all[$0].typedNames.contains) }
        let named = Set(order.prefix(count))
        return (all.indices.filter { !named.contains($0) }.map { all[$0] }, named.sorted().map { all[$0] })
    }
}

// MARK: The whole

extension CommandHelp {
    /// Everything: details, own options first, then those that commands share.
    func full(width: Int) -> ScreenText {
        var page = HelpLines(width: width)
        begin(&page)
        for block in command.text.details {
            page.gap()
            switch block {
            case .paragraph(let text): page.add(text)
            case .verbatim(let lines): page.addUnbroken(lines)
            }
        }
        add("Commands:", subcommands, &page)
        add("Arguments:", Self.entries(command.ownArguments.filter { $0.kind == .positional }), &page)
        add("Options:", Self.entries(command.ownOptions), &page)
        if let standard = command.standardSubcommand {
            let name = (standard.words.dropFirst()).joined(separator: " ")
            add("Options of \(name), which runs without a command:", Self.entries(standard.ownOptions), &page)
        }
        if !command.text.examples.isEmpty {
            page.gap()
            page.add("Examples:")
            command.text.examples.forEach { page.addUnbroken($0) }
        }
        // What decides how results look is asked for more often than how to reach the server.
        for section in CommonOption.Section.allCases.reversed() {
            let arguments = (command.standardSubcommand ?? command).visibleArguments
                .filter { $0.sectionTitle == section.rawValue }
            add("\(section.rawValue) options:", Self.entries(arguments), &page)
        }
        page.gap()
        HelpTopic.list(on: &page)
        page.add("Manual: man \(command.words.joined(separator: "-"))", indent: 4)
        return page.text
    }

    private func add(_ title: String, _ entries: [HelpLines.Entry], _ page: inout HelpLines) {
        guard !entries.isEmpty else { return }
        page.gap()
        page.add(title)
        page.add(entries)
    }

    /// Long names stand in one column where one of them has a short name before it.
    static func entries(_ arguments: [ArgumentDescription]) -> [HelpLines.Entry] {
        let hasShortNames = arguments.contains { $0.typedNames.first?.hasPrefix("--") == false }
        return arguments.map { argument in
            let isLongOnly = argument.typedNames.first?.hasPrefix("--") == true
            let term = hasShortNames && isLongOnly ? "    \(argument.term)" : argument.term
            return HelpLines.Entry(term: term, meaning: argument.explanation)
        }
    }
}
