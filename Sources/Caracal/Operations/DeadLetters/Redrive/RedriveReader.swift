import Redis

/// Makes the steps for the dead letters of a plan, page by page, and for no others: by the rules that the plan was made by.
struct RedriveReader {
    private let part: RedrivePlan.Part
    private let rules: RedriveRules
    /// The first letter of the plan that no page has reached.
    private var next = 0

    init(part: RedrivePlan.Part, rules: RedriveRules) {
        self.part = part
        self.rules = rules
    }

    /// The first letter of the plan that no page has reached; nil when all are.
    var nextID: EntryID? { next < part.letters.count ? part.letters[next].id : nil }

    /// What comes of a page.
    struct Outcome {
        /// The steps.
        var steps: [RedriveStep] = []
        /// Planned dead letters that are not there any more.
        var gone: [EntryID] = []
        /// Planned dead letters under whose ids others are by now.
        var changed: [EntryID] = []
        /// The last id of the page; nil when it is empty.
        var last: EntryID?
    }

    /// What comes of a page of the stream.
    ///
    /// - Parameter end: the last id that this page would have shown.
    mutating func read(
        _ page: EntryReader,
        upTo end: (EntryID?) -> EntryID,
        _ judge: inout DeadLetterJudge,
        on connection: any CommandChannel
    ) throws -> Outcome {
        var outcome = Outcome()
        var entries = page
        while entries.advance() {
            guard let id = entries.id, outcome.last.map({ $0 < id }) ?? true else {
                throw RedriveEnding.lost(connection.misshapen("XRANGE"))
            }
            outcome.last = id
            outcome.gone += skip { $0 < id }
            guard next < part.letters.count, part.letters[next].id == id else { continue }
            let steps = try steps(part.letters[next], entries.fields, in: entries.bytes, &judge)
            outcome.steps += steps
            if steps.isEmpty { outcome.changed.append(id) }
            next += 1
        }
        guard !entries.isMisshapen else { throw RedriveEnding.lost(connection.misshapen("XRANGE")) }
        let end = end(outcome.last)
        outcome.gone += skip { $0 <= end }
        return outcome
    }

    /// Passes over planned letters.
    private mutating func skip(while isBefore: (EntryID) -> Bool) -> [EntryID] {
        let start = next
        while next < part.letters.count, isBefore(part.letters[next].id) { next += 1 }
        return part.letters[start..<next].map(\.id)
    }

    /// The steps for a dead letter of the plan, the last of which moves the message; none when it is not what it was.
    private func steps(
        _ letter: RedrivePlan.Letter,
        _ outer: [FieldRange],
        in page: [UInt8],
        _ judge: inout DeadLetterJudge
    ) throws -> [RedriveStep] {
        guard try EntryFingerprint(outer, in: page) == letter.fingerprint else { return [] }
        let source = part.stream.source
        let head = judge.head(outer, in: page, of: source)
        var steps: [RedriveStep] = []
        _ = try judge.judge(outer, in: page, head, of: source) { fields, bytes, judged in
            guard rules.problem(judged, in: page) == nil else { return }
            let batches = RedriveStep.batches(of: part.duplicates[letter.id] ?? [])
            let place = RedriveStep.Place(stream: part.stream.target.key, letter: letter, destination: source.key)
            steps = batches.dropLast().map { RedriveStep(clearing: $0, place) }
            steps.append(RedriveStep(moving: fields, in: bytes, with: batches.last ?? [], place))
        }
        return steps
    }
}
