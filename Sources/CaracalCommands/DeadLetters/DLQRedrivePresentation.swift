import Caracal
import Redis
import Rendering
import Text

/// How `dlq redrive` shows what it did, or would do.
struct DLQRedrivePresentation: Presentable {
    let plan: RedrivePlan
    /// What was done; nil when nothing was.
    var report: RedriveReport?
    let server: ServerPresentation
    /// What became of each dead letter.
    var outcomes = DeadLetterOutcomes<RedriveOutcome>()
    /// What became of each further dead letter of a message.
    var removals = DeadLetterOutcomes<Purge.Outcome>()
    /// How many dead letters have lines of their own; nil for all.
    let limit: Int?
    /// What an operator should know: in a document, since there it is not said beside it.
    var findings: [Finding] = []
    /// Whether the dead letters were named: then those that stay are findings, and no remarks.
    var isOfNamed = false
    /// Whether nothing is said of what went well.
    var problemsOnly = false
    let at = WallClock.now

    static let columns = DeadLetterLines.columns(hasNewIDs: true)

    /// Those that go back, and the first of those that stay.
    var mainTable: TextTable? {
        let kept = plan.parts.flatMap { part in
            part.kept.flatMap { kept in
                kept.ids.map { id in
                    DeadLetterLines.Line(
                        stream: part.stream.target.key,
                        id: id,
                        result: "kept",
                        isAsPlanned: true,
                        reason: kept.problem.text
                    )
                }
            }
        }
        return lines(and: kept).all
    }

    func table(_ look: TerminalLook) -> ScreenText {
        if look.choices.isMade { return mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? "" }
        let parts = plan.parts.filter { $0.messages > 0 || !$0.kept.isEmpty }
        if problemsOnly, parts.isEmpty || report.map({ $0.isWhole && !hasChanged }) ?? false { return "" }
        guard !parts.isEmpty else { return isUnread ? "" : DeadLetterWords.none(plan.unmatched) }
        var table = TextTable(columns)
        for part in parts { table.append(row(part)) }
        let letters = lines(and: []).table(look)
        return letters + (letters.isEmpty ? "" : "\n") + table.render(look) + remarks(look)
    }

    /// Whether some could not be read or are not there, which is said beside the table.
    private var isUnread: Bool {
        !plan.wrongTypes.isEmpty || !plan.absent.isEmpty || plan.parts.contains { $0.refusal != nil }
    }

    private func lines(and others: [DeadLetterLines.Line]) -> DeadLetterLines {
        DeadLetterLines(
            lines: plan.parts.flatMap { part in part.letters.map { line(part, $0.id) } } + others,
            limit: limit,
            now: plan.now,
            hasNewIDs: true,
            problemsOnly: problemsOnly
        )
    }

    private func line(_ part: RedrivePlan.Part, _ id: EntryID) -> DeadLetterLines.Line {
        let stream = part.stream.target.key
        let outcome = outcomes[stream, id]
        var (result, isAsPlanned, newID): (String, Bool, EntryID?) = ("planned", true, nil)
        switch outcome {
        case .moved(let id): (result, newID) = ("moved", id)
        case .movedUnclear(let id): (result, newID) = ("back", id)
        case .gone: (result, isAsPlanned) = ("gone", false)
        case .changed: (result, isAsPlanned) = ("changed", false)
        case .noStream, .otherType, .refused: (result, isAsPlanned) = ("not done", false)
        case nil:
            guard let done = done(part) else { break }
            // Which of them are on their way when a server is lost is not told.
            (result, isAsPlanned) = (done.inDoubt > 0 ? "unknown" : "not done", false)
        }
        return DeadLetterLines.Line(
            stream: stream,
            id: id,
            result: result,
            isAsPlanned: isAsPlanned,
            newID: newID
        )
    }

    private var columns: [Column] {
        let outcome =
            report == nil
            ? []
            : ["MOVED"] + (hasUnclear ? ["BACK"] : []) + ["GONE"] + (hasChanged ? ["CHANGED"] : []) + [
                "UNKNOWN", "NOT DONE",
            ]
        return [Column("DEAD LETTERS"), Column("BACK TO", priority: 1)]
            + (["MESSAGES", "KEPT"] + outcome).map { Column($0, .right) }
    }

    private func row(_ part: RedrivePlan.Part) -> [Cell] {
        let cells = [
            Cell(name(part.stream.target.key)), Cell(name(part.stream.source.key)), count(part.messages),
            count(part.kept.reduce(0) { $0 + $1.count }),
        ]
        guard let done = done(part) else { return cells }
        return cells + [count(done.moved)] + (hasUnclear ? [count(done.movedUnclear)] : []) + [count(done.gone)]
            + (hasChanged ? [count(done.changed)] : [])
            + [count(done.inDoubt), count(done.left)]
    }

    /// Whether messages are back of which it is not known by whom.
    private var hasUnclear: Bool { report?.parts.contains { $0.movedUnclear > 0 } ?? false }

    /// Whether others lie under the ids of planned dead letters by now.
    private var hasChanged: Bool { report?.parts.contains { $0.changed > 0 } ?? false }

    /// Why some stay, and what goes with the others.
    private func remarks(_ look: TerminalLook) -> ScreenText {
        var lines: [TerminalText] = []
        for part in plan.parts {
            for kept in part.kept where !isOfNamed {
                let count = Format.grouped(Int(clamping: kept.count))
                lines.append("kept in \(name(part.stream.target.key)): \(count): \(kept.problem.text)")
                lines.append("  \(kept.names)")
            }
        }
        lines += further
        return lines.map { look.folded($0) + "\n" }.joined()
    }

    /// The further dead letters of messages that go back: those to be removed, and after a run those that were.
    private var further: [TerminalText] {
        let parts = plan.parts.map { part in
            let stream = part.stream.target.key
            return (stream, ids: part.duplicateIDs.filter { report == nil || removals[stream, $0] == .removed })
        }
        let count = parts.reduce(0) { $0 + $1.ids.count }
        guard count > 0 else { return [] }
        let (one, many) = report == nil ? ("is", "are") : ("was", "were")
        let letters = Format.count(count, "further dead letter", "further dead letters")
        return ["\(letters) of the same messages \(count == 1 ? one : many) removed with them"]
            + parts.filter { !$0.ids.isEmpty }.map { stream, ids in
                "  in \(name(stream)): \(RedrivePlan.Kept.names(of: ids, count: UInt64(ids.count)))"
            }
    }

    private func done(_ part: RedrivePlan.Part) -> RedriveReport.Part? {
        report?.parts.first { $0.plan.stream == part.stream }
    }

    private func name(_ key: [UInt8]) -> TerminalText { DeadLetterWords.name(key) }

    private func count(_ number: UInt64) -> Cell { Cell(count: Int(clamping: number)) }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq-redrive/1",
            at: at,
            server: server.json,
            items: plan.parts.map(item),
            summary: [
                "planned": .unsigned(plan.messages), "duplicates": .unsigned(plan.duplicates),
                "moved": sum(\.moved), "moved_unclear": sum(\.movedUnclear), "gone": sum(\.gone),
                "changed": sum(\.changed), "unknown": sum(\.inDoubt),
                "left": sum(\.left),
                "complete": .bool(isComplete),
            ],
            warnings: findings.warnings
        )
    }

    /// Whether all that was planned was done, and certainly so.
    private var isComplete: Bool {
        report.map { $0.isWhole && !hasChanged && $0.unverified == nil } ?? false
    }

    private func sum(_ count: KeyPath<RedriveReport.Part, UInt64>) -> JSONValue {
        JSONValue(report.map { $0.parts.reduce(0) { $0 + $1[keyPath: count] } })
    }

    private func item(_ part: RedrivePlan.Part) -> JSONValue {
        let done = done(part)
        return [
            "stream": .bytes(part.stream.target.key), "source": .bytes(part.stream.source.key),
            "planned": .unsigned(part.messages), "up_to": JSONValue(part.last?.description),
            "ids": .array(part.letters.map { .string("\($0.id)") }),
            "duplicate_ids": .array(part.duplicateIDs.map { .string("\($0)") }), "beyond_limit": .unsigned(part.beyond),
            "moved": JSONValue(done?.moved), "moved_unclear": JSONValue(done?.movedUnclear),
            "gone": JSONValue(done?.gone),
            "changed": JSONValue(done?.changed), "unknown": JSONValue(done?.inDoubt),
            "left": JSONValue(done?.left),
            "kept": .array(
                part.kept.map {
                    [
                        "code": .string($0.problem.code), "why": JSONValue($0.problem.text),
                        "count": .unsigned($0.count), "ids": .array($0.ids.map { .string("\($0)") }),
                    ]
                }
            ),
        ]
    }
}

extension RedrivePlan.Kept {
    /// As many are named in a sentence.
    private static let nameLimit = 5

    /// The ids of the first of them, and how many more there are.
    var names: String { Self.names(of: ids, count: count) }

    /// The first of some ids, and how many more there are of `count`.
    static func names(of ids: [EntryID], count: UInt64) -> String {
        let rest = count - UInt64(min(ids.count, nameLimit))
        let names = ids.prefix(nameLimit).map(\.description).joined(separator: ", ")
        return rest > 0 ? "\(names) and \(Format.grouped(UInt(clamping: rest))) more" : names
    }
}

/// The line of `dlq redrive -o ndjson` for one dead letter.
struct DLQRedriveReceipt {
    /// The stream of the dead letter, and its id there.
    let stream: [UInt8]
    let id: EntryID
    let receipt: RedriveReceipt

    var json: JSONValue {
        var (word, newID, reason, first): (String, EntryID?, TerminalText?, EntryID?) = ("", nil, nil, nil)
        switch receipt {
        case .message(.moved(let id)): (word, newID) = ("moved", id)
        case .message(.movedUnclear(let id)): (word, newID) = ("moved_unclear", id)
        case .message(.gone): word = "gone"
        case .message(.changed): word = "changed"
        case .message(.noStream): word = "no_stream"
        case .message(.otherType): (word, reason) = ("refused", "what lies under the key of its stream is no stream")
        case .message(.refused(let refusal)): (word, reason) = ("refused", refusal.text)
        case .duplicate(let id, let outcome): (word, first) = (Self.word(outcome), id)
        }
        return [
            "stream": .bytes(stream), "id": .string("\(id)"), "outcome": .string(word),
            "new_id": JSONValue(newID?.description), "reason": JSONValue(reason),
            "duplicate_of": JSONValue(first?.description),
        ]
    }

    /// What became of a further dead letter of a message.
    private static func word(_ outcome: Purge.Outcome) -> String {
        switch outcome {
        case .removed: "removed"
        case .gone: "gone"
        case .changed: "changed"
        case .unclear: "gone_unclear"
        }
    }
}
