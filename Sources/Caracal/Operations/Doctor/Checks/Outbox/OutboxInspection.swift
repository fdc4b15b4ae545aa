import Redis
import Text

/// What the checks of the outboxes have in common.
enum OutboxInspection {
    /// Looks at each table that could be looked at.
    ///
    /// - Parameter judge: what is wrong with one; nothing when it is as it should be.
    static func tables(
        _ sight: OutboxSight<OutboxExamination>,
        of tables: [OutboxTable] = OutboxTable.allCases,
        _ judge: (OutboxTable, [OutboxStatus.Line], OutboxExamination) -> [CheckOutcome]
    ) -> Inspection {
        guard case .seen(let outboxes) = sight else { return Inspection() }
        let problems = outboxes.status.problems.filter { tables.contains($0.outbox) }
        let seen = tables.filter { table in !problems.contains { $0.outbox == table } }
        guard !seen.isEmpty else { return .unseen("no table can be looked at") }
        var inspection = Inspection(of: seen) { table in
            judge(table, outboxes.status.lines.filter { $0.outbox == table }, outboxes)
        }
        // A table that is not there has no rows.
        for problem in problems where problem.reason != .missing {
            inspection.miss("\(problem.outbox.name) cannot be looked at")
        }
        return inspection
    }

    /// Whether the services publish to a stream from one of the tables.
    static func isFed(_ stream: [UInt8]) -> Bool { !tables(feeding: stream).isEmpty }

    /// Whether the rows can be looked at that the entries of a stream were published from.
    static func sees(_ stream: [UInt8], _ sight: OutboxSight<OutboxExamination>?) -> Bool {
        guard case .seen(let outboxes)? = sight else { return false }
        return tables(feeding: stream).contains { table in !outboxes.status.problems.contains { $0.outbox == table } }
    }

    private static func tables(feeding stream: [UInt8]) -> [OutboxTable] {
        OutboxTable.allCases.filter { table in table.streams.contains { $0.key == stream } }
    }

    /// The lines of both tables that meet a condition.
    static func lines(
        in sight: OutboxSight<OutboxExamination>,
        where isMeant: (OutboxStatus.Line, OutboxStatus.Report) -> Bool
    ) -> [OutboxStatus.Line] {
        guard case .seen(let outboxes) = sight else { return [] }
        return outboxes.status.lines.filter { isMeant($0, outboxes.status) }
    }

    /// That a part of a table could not be seen: what is wrong with it is a finding of its own.
    static func unseen(_ part: TerminalText, of table: OutboxTable) -> CheckOutcome {
        CheckOutcome(.unknown, "\(part) of \(table.name) cannot be looked at")
    }

    /// A stream's name without `caracal.`.
    static func name(_ stream: [UInt8]) -> TerminalText {
        let prefix = StreamTable.prefix.utf8
        return TerminalText(stream.starts(with: prefix) ? stream.dropFirst(prefix.count) : stream[...])
    }

    /// Streams with a figure of each: `sessions.revoke 2, agents.lifecycle 1`.
    static func streams(_ lines: [OutboxStatus.Line], _ figure: (OutboxStatus.Line) -> UInt64) -> TerminalText {
        let shown = lines.sorted { figure($0) > figure($1) }.prefix(4)
        let parts: [TerminalText] = shown.map { "\(name($0.stream)) \(Words.number(figure($0)))" }
        let rest = lines.count - shown.count
        return (parts + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: ", ")
    }

    /// The errors of rows, the most frequent first; nil where none is kept.
    static func errors(_ outboxes: OutboxExamination, _ table: OutboxTable, areDead: Bool) -> TerminalText? {
        guard table == .api else { return "the Coordinator keeps no errors" }
        let errors = outboxes.errors.filter { $0.isDead == areDead }.prefix(3)
        guard !errors.isEmpty else { return nil }
        return errors.map { "\($0.kind) (\(Words.number($0.count)))" as TerminalText }.joined(separator: ", ")
    }

    /// The option without which not all of this many rows would be changed, a blank ahead; nothing where all are.
    static func limit(_ rows: UInt64) -> TerminalText { rows > UInt64(OutboxPlan.usualLimit) ? " --limit \(rows)" : "" }

    /// The option that chooses a stream, a blank ahead.
    static func choice(_ stream: [UInt8]) -> TerminalText {
        guard let known = StreamTable.all.first(where: { $0.key == stream }) else {
            return " --any-stream \(ShellWord.option("--stream", stream))"
        }
        return " \(known.option)"
    }
}
