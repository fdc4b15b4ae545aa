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
        let seen = tables.filter { table in !outboxes.status.lacks.contains { $0.outbox == table } }
        guard !seen.isEmpty else { return .unseen("no table can be looked at") }
        return Inspection(of: seen) { table in
            judge(table, outboxes.status.lines.filter { $0.outbox == table }, outboxes)
        }
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

    /// The option that chooses a stream, a blank ahead.
    static func choice(_ stream: [UInt8]) -> TerminalText {
        guard let known = StreamTable.all.first(where: { $0.key == stream }) else {
            return " --any-stream --stream \(ShellWord.quoted(stream))"
        }
        return " --stream \(known.word)"
    }
}
