import Caracal
import Redis
import Rendering
import Text

/// The dead letters of a plan, each on a line, under the same columns before it is carried out and afterwards.
struct DeadLetterLines {
    /// A dead letter, and what is to become of it or became.
    struct Line {
        let stream: [UInt8]
        let id: EntryID
        let result: String
        /// Whether that is as planned.
        let isAsPlanned: Bool
        /// The id of the entry that it became; nil where it became none.
        var newID: EntryID?
    }

    let lines: [Line]
    /// How many are shown of those that are as planned; nil for all.
    let limit: Int?
    /// The server's clock; nil when it would not tell.
    let now: UInt64?
    /// Whether there is a column for new ids.
    let hasNewIDs: Bool
    /// Whether only those are shown that are not as planned.
    var problemsOnly = false

    /// The table, and below it how many are not shown; empty where there are none.
    func table(_ look: TerminalLook) -> String {
        var table = TextTable(
            [.stream, Column("ID"), Column("AGE", .right, priority: 2), Column("RESULT")]
                + (hasNewIDs ? [Column("NEW ID", priority: 1)] : [])
        )
        let wanted = problemsOnly ? lines.filter { !$0.isAsPlanned } : lines
        let shown = PlanLines.shown(wanted, limit: limit, isAsPlanned: \.isAsPlanned)
        for line in shown { table.append(row(line)) }
        return table.isEmpty ? "" : table.render(look) + PlanLines.rest(UInt64(wanted.count - shown.count))
    }

    private func row(_ line: Line) -> [Cell] {
        let style: Style? = line.result == "planned" ? nil : line.isAsPlanned ? .green : .yellow
        return [
            Cell(DeadLetterWords.name(line.stream)), Cell(line.id), Cell(age: line.id.age(at: now)),
            Cell(line.result, style: style), line.newID.map { Cell($0) } ?? "-",
        ]
    }
}

/// What became of the dead letters of a run, as far as a table shows it one by one.
final class DeadLetterOutcomes<Outcome> {
    /// A dead letter.
    private struct Key: Hashable {
        let stream: [UInt8]
        let id: EntryID
    }

    private var outcomes: [Key: Outcome] = [:]

    /// Notes what became of one.
    func note(_ stream: [UInt8], _ id: EntryID, _ outcome: Outcome) {
        outcomes[Key(stream: stream, id: id)] = outcome
    }

    /// What became of one; nil when that is not known.
    subscript(stream: [UInt8], id: EntryID) -> Outcome? { outcomes[Key(stream: stream, id: id)] }
}
