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
        /// Why it is left where it is; nil where it is not.
        var reason: TerminalText?
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

    /// - Parameter hasNewIDs: whether they become other entries, or stay.
    static func columns(hasNewIDs: Bool) -> [Column] {
        [.stream, Column("ID"), Column("AGE", .right, priority: 2), Column("RESULT")]
            + (hasNewIDs ? [Column("NEW ID", priority: 1), Column("REASON", isHidden: true)] : [])
    }

    /// All of them.
    var all: TextTable { table(of: wanted) }

    /// As many as a terminal has room for, and below them how many are not shown; empty where there are none.
    func table(_ look: TerminalLook) -> ScreenText {
        let wanted = wanted
        let shown = PlanLines.shown(wanted, limit: limit, isAsPlanned: \.isAsPlanned)
        let table = table(of: shown)
        return table.isEmpty ? "" : table.render(look) + PlanLines.rest(UInt64(wanted.count - shown.count))
    }

    private var wanted: [Line] { problemsOnly ? lines.filter { !$0.isAsPlanned } : lines }

    private func table(of lines: [Line]) -> TextTable {
        lines.reduce(into: TextTable(Self.columns(hasNewIDs: hasNewIDs))) { $0.append(row($1)) }
    }

    private func row(_ line: Line) -> [Cell] {
        let isUntouched = line.result == "planned" || line.reason != nil
        let style: Style? = isUntouched ? nil : line.isAsPlanned ? .green : .yellow
        return [
            Cell(DeadLetterWords.name(line.stream)), Cell(line.id), Cell(age: line.id.elapsed(at: now)),
            Cell(line.result, style: style), line.newID.map { Cell($0) } ?? "-", Cell(line.reason ?? ""),
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
