import Caracal
import Rendering

/// What several commands have in common, `caracalctl help times`, and the pages of the manual that are about no command, `caracalctl
/// help runbook`.
enum HelpTopic: String, CaseIterable {
    case connection, output, streams, `where`, times, exit, environment
    case runbook, deployment, metrics, json

    /// Those that are whole pages of the manual: there they are called caracalctl-runbook(7).
    static let manuals: [HelpTopic] = [.runbook, .deployment, .metrics, .json]

    /// All that are no page of the manual.
    static let short = allCases.filter { !manuals.contains($0) }

    /// How the pages of topics are called up, on two lines of a page.
    static func list(on page: inout HelpLines, hasManuals: Bool = true) {
        let names = { (topics: [HelpTopic]) in topics.map(\.rawValue).joined(separator: "|") }
        page.add("Topics: \(Caracalctl.name) help \(names(short))", indent: 4)
        if hasManuals { page.add("Manuals: \(Caracalctl.name) help \(names(manuals))", indent: 4) }
    }

    /// Its page: one screen, but for the environment, whose variables are too many, and the manuals.
    func page(width: Int) -> ScreenText {
        var page = HelpLines(width: width)
        switch self {
        case .runbook, .deployment, .metrics, .json: return ManualText(named: rawValue).page(width: width)
        case .connection: connection(&page)
        case .output: output(&page)
        case .streams: streams(&page)
        case .where: conditions(&page)
        case .times: times(&page)
        case .exit: exit(&page)
        case .environment: environment(&page)
        }
        return page.text
    }

    private func connection(_ page: inout HelpLines) {
        page.add(
            "Where the server is. Options, before the command or after it, beat the environment (\(Caracalctl.name) help "
                + "environment), which beats the context in use."
        )
        page.gap()
        page.add(options(.connection))
    }

    private func output(_ page: inout HelpLines) {
        page.add("How results are shown. These options stand before the command or after it.")
        page.gap()
        page.add(options(.output))
        page.gap()
        page.add(
            """
            Results go to standard output, everything else to standard error: with -o json an error is one JSON object. What is \
            not known is unknown, in JSON null, never 0. \(Caracalctl.name) help json explains every member.
            """
        )
    }

    private func options(_ section: CommonOption.Section) -> [HelpLines.Entry] {
        CommandHelp.entries(CommonOption.all.filter { $0.section == section }.map(ArgumentDescription.init))
    }

    private func streams(_ page: inout HelpLines) {
        page.add("The streams of the bus, their bounds (MAXLEN ~), and the groups that read them.")
        page.gap()
        var table = TextTable([Column("STREAM"), Column("BOUND", .right), Column("SIGNED"), Column("GROUPS")])
        for stream in StreamTable.all {
            let groups = stream.groups.map(\.name) + stream.knownGroupPrefixes.map { "\($0)*" }
            table.append([
                Cell(stream.shortName), Cell(stream.bound.map { Format.grouped(Int(clamping: $0)) } ?? "-"),
                Cell(stream.scheme?.rawValue ?? "-"), Cell(groups.isEmpty ? "-" : groups.joined(separator: ", ")),
            ])
        }
        page.add(table: table.render(TerminalLook(usesColour: false, width: page.width)))
        page.gap()
        page.add(
            """
            Names may be written with or without caracal. before them. Dead letters are in audit.events.dlq, and beside every \
            other stream in NAME.dead. A command that takes --any-stream accepts other names as they are. audit is signed \
            with AUDIT_HMAC_KEY, fields with STREAMS_HMAC_KEY.
            """
        )
    }

    private func conditions(_ page: inout HelpLines) {
        page.add("Which messages are meant: --where PATH OP VALUE. Given more than once, all must hold.")
        page.gap()
        page.add(Self.entries(Self.conditionForms))
        page.gap()
        page.add(
            """
            A number in JSON is compared as it is written (1.0 is not 1), but for < and >, which are exact for numbers of any \
            size. Text is compared byte by byte, and so are times in RFC 3339. Where there is no value, or null, only != \
            holds. Of fields with one name the last counts. In a dead letter a path leads into the message inside; a field \
            that it does not have is looked for in the dead letter itself. Put the condition in quotes: < and > are the shell's.
            """
        )
    }

    /// The forms of a condition, and what they mean. A test has the reader of options read each of them.
    static let conditionForms = [
        (["zone_id=z-1"], "A field."),
        (["data.decision=deny"], "A value in the field's JSON; data.list.0 in an array."),
        (["data.decision!=allow"], "Any other value, or none."),
        (["'data.event_type~authz.*'"], "A pattern: * any text, ? one character, \\ before it as it is."),
        (["'data.latency_ms > 500'"], "Numbers where both are; blanks beside OP."),
        (["'at<2026-11-28'"], "Text else."),
        (["'a\\.b=c'"], "A dot in a name has a backslash before it."),
    ]

    private func times(_ page: inout HelpLines) {
        page.add("A time, wherever a command takes a place in a stream (--since, --until):")
        page.add(Self.entries(Self.timeForms))
        page.gap()
        page.add("Times without an offset are UTC, or with --local (CARACALCTL_LOCAL) of this machine's zone.")
        page.gap()
        page.add("A duration, wherever a command asks how long (--timeout, --min-idle):")
        page.add(Self.entries(Self.durationForms))
    }

    /// The forms of a time, and what they mean. A test has the reader of options read each of them.
    static let timeForms = [
        (["2h", "-2h", "1h30m"], "This long ago; units are ms, s, m, h, d, w."),
        (["now", "today", "yesterday"], "Days begin at 00:00."),
        (["14:00", "14:00:30"], "Today at this time."),
        (["2026-11-28"], "The beginning of that day."),
        (["\"2026-11-28 14:00\""], "That day at this time; \"yesterday 14:00\" too."),
        (["2026-11-28T14:00:00Z"], "RFC 3339, with Z or an offset."),
        (["1795413982713-0"], "The id of an entry."),
        (["1795413982713"], "All ids of this millisecond (seconds are refused)."),
        (["-", "+"], "The beginning and the end of the stream."),
    ]

    /// The forms of a duration.
    static let durationForms = [
        (["500ms", "30s", "5m", "2h", "7d", "1w"], "With its unit; 1h30m too."),
        (["30"], "Without a unit: seconds."),
    ]

    private static func entries(_ forms: [([String], String)]) -> [HelpLines.Entry] {
        forms.map { HelpLines.Entry(term: $0.0.joined(separator: ", "), meaning: $0.1) }
    }

    private func exit(_ page: inout HelpLines) {
        page.add("The exit status of a command. It is the same in every output format.")
        page.gap()
        page.add(ManualFacts.exitStatuses.map { HelpLines.Entry(term: $0.name, meaning: $0.meaning) })
    }

    private func environment(_ page: inout HelpLines) {
        page.add(ManualFacts.environmentIntroduction)
        page.gap()
        // Variables that only repeat an option are one paragraph.
        let isOption = { (entry: ManualFacts.Entry) in
            ["As --", "1 is --"].contains(where: entry.meaning.hasPrefix) && !entry.meaning.contains(". ")
        }
        let options = ManualFacts.environment.filter(isOption).map(\.name)
        page.add("Like the options of these names (1 for a flag): \(options.joined(separator: ", ")).", indent: 2)
        page.gap()
        // The names are long: a column of them would leave half of the page empty.
        for entry in ManualFacts.environment where !isOption(entry) {
            page.add("\(entry.name): \(entry.meaning)", indent: 4)
        }
    }
}
