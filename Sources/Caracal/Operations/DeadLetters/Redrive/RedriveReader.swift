import RESP
import Redis

/// Makes the steps for a page of dead letters, by the same rules as the plan was made.
struct RedriveReader {
    private let part: RedrivePlan.Part
    private let selection: DeadLetterSelection
    private let rules: RedriveRules
    /// Dead letters that go with another one.
    private let followers: Set<EntryID>

    init(part: RedrivePlan.Part, selection: DeadLetterSelection, rules: RedriveRules) {
        self.part = part
        self.selection = selection
        self.rules = rules
        followers = Set(part.duplicates.values.joined())
    }

    /// The steps, and the last id of the page; nil when it is empty.
    func steps(
        of page: Reply,
        _ judge: inout DeadLetterJudge,
        on connection: any CommandChannel
    ) throws -> (steps: [RedriveStep], last: EntryID?) {
        var steps: [RedriveStep] = []
        var last: EntryID?
        var fields: [FieldRange] = []
        for entry in page.root.elements {
            guard let place = EntryFields.read(page, at: entry.index, into: &fields),
                let id = EntryID(page.bytes[place]),
                last.map({ $0 < id }) ?? true
            else {
                let cause = RedisError.Cause.unexpected("the reply to XRANGE does not have its documented shape")
                throw RedriveStop.lost(connection.failure(cause, .awaiting))
            }
            last = id
            if let step = try step(id, fields, in: page.bytes, &judge) { steps.append(step) }
        }
        return (steps, last)
    }

    private func step(
        _ id: EntryID,
        _ outer: [FieldRange],
        in page: [UInt8],
        _ judge: inout DeadLetterJudge
    ) throws -> RedriveStep? {
        let source = part.stream.source
        let head = judge.head(outer, in: page, of: source)
        guard selection.takes(head, in: page), !followers.contains(id) else { return nil }
        var step: RedriveStep?
        _ = try judge.judge(outer, in: page, head, of: source) { fields, bytes, letter in
            guard rules.obstacle(letter, in: page) == nil else { return }
            step = RedriveStep(
                stream: part.stream.target.key,
                ids: [id] + (part.duplicates[id] ?? []),
                destination: source.key,
                fields: fields,
                in: bytes
            )
        }
        return step
    }
}
