import Redis
import Text

/// Entries that their consumers skipped for a bad signature, and what can be done about each: `publish --resign`.
package struct ResignPlan: Sendable, Equatable {
    /// One of the entries.
    package struct Entry: Sendable, Equatable {
        /// Its id, as it was read; empty in a file that has none.
        package let id: [UInt8]
        /// What is wrong with its signature, in a clause; nil when nothing is.
        package let reason: TerminalText?
        /// The message in it, without its signatures.
        package let message: Message
        /// Why it is not published again; nil when it is.
        package internal(set) var obstacle: Obstacle?

        /// What consumers know it by; nil when it has none.
        package var outboxID: [UInt8]? {
            message.lastIndex(of: FieldName.outboxID).map { Array(message.value(at: $0)) }
        }
    }

    /// Why an entry is not published again.
    package enum Obstacle: Sendable, Equatable {
        /// Its signature holds: consumers had it.
        case valid
        /// It was signed for another stream and copied from there.
        case copy
        /// There is no key for its scheme.
        case unchecked
        /// A message like this may not be published.
        case message(PublishError)
        /// It was published again already, with a valid signature, under this id.
        case again([UInt8])
    }

    /// The stream.
    package let stream: StreamDefinition
    /// The entries, in the order they were read.
    package internal(set) var entries: [Entry] = []
    /// Whether there are more than were taken up.
    package internal(set) var isCut = false
    /// Ids that were asked for and are not there.
    package internal(set) var absent: [StreamPosition] = []
    /// Whether an entry with a valid signature was seen: then the key is the one that publishers have, or had.
    package internal(set) var hasValid = false
    /// Why the server would not let the stream be read.
    package internal(set) var refusal: Refusal?
    /// How looking ended.
    package internal(set) var ending = SignatureCheckEnding.complete

    init(stream: StreamDefinition) { self.stream = stream }

    /// Those that are published.
    package var messages: [Message] { entries.filter { $0.obstacle == nil }.map(\.message) }
}

/// Finds the entries, and says what can be done about each. Only reads.
package struct Resign {
    /// Where the entries are.
    package enum Source: Sendable, Equatable {
        /// In the stream; of a range only those whose signature is bad.
        case stream(VerifySignatures.Selection)
        /// In a file, one JSON object a line, which is open for reading.
        case file(Int32)
    }

    private let rules: PublishRules
    private let source: Source
    private let limit: Int

    /// How many bytes of messages are held.
    private static let byteLimit = 64 << 20

    /// - Parameter limit: how many entries are taken up at most.
    package init(_ rules: PublishRules, source: Source, limit: Int) {
        self.rules = rules
        self.source = source
        self.limit = limit
    }

    /// Looks; `afterPage` is called now and then.
    ///
    /// - Parameter clock: our own time in Unix milliseconds, used when the server does not tell its own.
    package func plan(
        on connection: any CommandChannel,
        clock: UInt64,
        afterPage: (VerifySignatures.Progress) throws -> Void
    ) throws -> ResignPlan {
        let gathering = Gathering(rules, limit: limit, byteLimit: Self.byteLimit, namesEntries: namesEntries)
        var check = try SignatureCheck(keys: keys, rules: signatureRules) { gathering.note($0, $1) }
        let target = SignatureTarget(key: rules.stream.key)
        let report =
            switch source {
            case .stream(let selection):
                try VerifySignatures(targets: [target], selection: selection)
                    .run(on: connection, &check, clock: clock, afterPage: afterPage)
            case .file(let descriptor):
                try VerifyStoredEntries(descriptor: descriptor, targets: []).run(&check) { _ in }
            }
        var plan = try gathering.plan()
        plan.ending = report.ending
        plan.absent = report.streams.flatMap(\.absentIDs)
        for stream in report.streams { if case .refused(let refusal) = stream.state { plan.refusal = refusal } }
        guard plan.ending == .complete, plan.refusal == nil else { return plan }
        try findLater(&plan, on: connection, clock: clock, afterPage: afterPage)
        if !plan.hasValid { try findValid(&plan, on: connection, clock: clock, afterPage: afterPage) }
        return plan
    }

    private var keys: SignatureKeys { rules.keys ?? SignatureKeys() }

    private var signatureRules: SignatureRules {
        SignatureRules(requiresSignatures: !rules.acceptsUnsigned, reportLimit: 0)
    }

    /// Whether the operator named every entry: then one that cannot be published is worth a word, however good it is.
    private var namesEntries: Bool {
        if case .stream(.range) = source { false } else { true }
    }

    /// Finds those that were published again already: a later entry has their `outbox_id` and a valid signature.
    private func findLater(
        _ plan: inout ResignPlan,
        on connection: any CommandChannel,
        clock: UInt64,
        afterPage: (VerifySignatures.Progress) throws -> Void
    ) throws {
        let open = plan.entries.indices.filter { plan.entries[$0].obstacle == nil && plan.entries[$0].outboxID != nil }
        guard let first = open.compactMap({ EntryID(plan.entries[$0].id) }).min() else { return }
        let later = Later(open.compactMap { plan.entries[$0].outboxID })
        var check = try SignatureCheck(keys: keys, rules: signatureRules) { later.note($0, $1) }
        let walk = VerifySignatures(
            targets: [SignatureTarget(key: rules.stream.key)],
            selection: .range(from: .id(first), to: .end)
        )
        plan.ending = try walk.run(on: connection, &check, clock: clock, afterPage: afterPage).ending
        if later.hasValid { plan.hasValid = true }
        for index in open {
            guard let outboxID = plan.entries[index].outboxID, let id = later.ids[outboxID] else { continue }
            plan.entries[index].obstacle = .again(id)
        }
    }

    /// Looks whether any entry of the stream has a valid signature, as far as the first that has.
    private func findValid(
        _ plan: inout ResignPlan,
        on connection: any CommandChannel,
        clock: UInt64,
        afterPage: (VerifySignatures.Progress) throws -> Void
    ) throws {
        struct Found: Error {}
        let later = Later([])
        var check = try SignatureCheck(keys: keys, rules: signatureRules) { later.note($0, $1) }
        let walk = VerifySignatures(targets: [SignatureTarget(key: rules.stream.key)])
        do {
            plan.ending = try walk.run(on: connection, &check, clock: clock) { page in
                if later.hasValid { throw Found() }
                try afterPage(page)
            }.ending
        } catch is Found {}
        plan.hasValid = later.hasValid
    }
}

/// Takes up entries as they are judged.
private final class Gathering {
    private let rules: PublishRules
    private let limit: Int
    private var bytesLeft: Int
    private let namesEntries: Bool
    private var gathered: ResignPlan

    init(_ rules: PublishRules, limit: Int, byteLimit: Int, namesEntries: Bool) {
        self.rules = rules
        self.limit = limit
        self.namesEntries = namesEntries
        bytesLeft = byteLimit
        gathered = ResignPlan(stream: rules.stream)
    }

    func note(_ entry: CheckedEntry, _ content: CheckedContent) {
        guard entry.judgement.part == .entry else { return }
        let isValid = entry.judgement.outcome == .valid
        if isValid { gathered.hasValid = true }
        let isBad = !isValid && entry.judgement.reason != nil
        guard isBad || namesEntries else { return }
        bytesLeft -= content.fields.reduce(0) { $0 + $1.name.count + $1.value.count }
        guard gathered.entries.count < limit, bytesLeft >= 0 else { return gathered.isCut = true }
        var message = Message()
        message.takeUnsigned(content.fields, in: content.bytes, dropsOutboxID: rules.outboxID == .new)
        gathered.entries.append(
            ResignPlan.Entry(id: entry.id, reason: entry.judgement.reason, message: message, obstacle: obstacle(entry))
        )
    }

    private func obstacle(_ entry: CheckedEntry) -> ResignPlan.Obstacle? {
        // An entry of another stream, in a file.
        guard entry.stream == rules.stream.key else { return .copy }
        switch entry.judgement.outcome {
        case .unchecked: return .unchecked
        case .valid: return .valid
        case .unsigned: return entry.judgement.reason == nil ? .valid : nil
        case .invalid:
            if case .otherStream? = entry.judgement.explanation?.form { return .copy }
            return nil
        }
    }

    /// What was taken up; what may not be published is marked.
    func plan() throws(CryptographyError) -> ResignPlan {
        var encoder = try EntryEncoder(rules)
        for index in gathered.entries.indices where gathered.entries[index].obstacle == nil {
            do { _ = try encoder.preview(gathered.entries[index].message) } catch {
                gathered.entries[index].obstacle = .message(error)
            }
        }
        return gathered
    }
}

/// Finds entries with a valid signature by their `outbox_id`.
private final class Later {
    private let wanted: Set<[UInt8]>
    /// By `outbox_id`, where one was found.
    private(set) var ids: [[UInt8]: [UInt8]] = [:]
    private(set) var hasValid = false

    init(_ wanted: [[UInt8]]) { self.wanted = Set(wanted) }

    func note(_ entry: CheckedEntry, _ content: CheckedContent) {
        guard entry.judgement.part == .entry, entry.judgement.outcome == .valid else { return }
        hasValid = true
        let field = content.fields.last { content.bytes[$0.name].elementsEqual(FieldName.outboxID) }
        guard let value = field.map({ Array(content.bytes[$0.value]) }), wanted.contains(value) else { return }
        ids[value] = entry.id
    }
}
