import ArgumentParser
import Rendering

/// The commands in groups: what is shown to those who name no command.
enum RootHelp {
    /// The lines that it never exceeds, however many commands there are.
    static let limit = 40

    /// Each command on a line, under the title of its group.
    static func page(
        width: Int,
        _ groups: [CommandGroup] = Caracalctl.configuration.groupedSubcommands
    ) -> ScreenText {
        let spacious = page(width, groups, hasGaps: true)
        let dense = page(width, groups, hasGaps: false)
        let short = page(width, groups, hasGaps: false, hasManuals: false)
        return ([spacious, dense].first { $0.lines.count <= limit } ?? short).text
    }

    private static func page(
        _ width: Int,
        _ groups: [CommandGroup],
        hasGaps: Bool,
        hasManuals: Bool = true
    ) -> HelpLines {
        var page = HelpLines(width: width)
        page.add(Caracalctl.configuration.abstract)
        page.add("Usage: \(Caracalctl.name) [common options] COMMAND [arguments] [options]", indent: 4)
        let groups = groups.map { (title: $0.name, commands: entries($0)) }
        let column = HelpLines.column(of: groups.flatMap(\.commands))
        for group in groups where !group.commands.isEmpty {
            if hasGaps { page.gap() }
            page.add("\(group.title):")
            page.add(group.commands, column: column)
        }
        if hasGaps { page.gap() }
        page.add("COMMAND -h is one screen of help, COMMAND --help is everything.")
        HelpTopic.list(on: &page, hasManuals: hasManuals)
        return page
    }

    private static func entries(_ group: CommandGroup) -> [HelpLines.Entry] {
        group.subcommands.filter { $0.configuration.shouldDisplay }.map { command in
            let text = CommandText(abstract: command.configuration.abstract, discussion: "")
            return HelpLines.Entry(term: command._commandName, meaning: text.purpose)
        }
    }
}
