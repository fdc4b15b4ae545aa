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
        package internal(set) var obstacle: Problem?
        /// Whether a row of an outbox says the same.
        package internal(set) var agreesWithRow = false

        /// What consumers know it by; nil when it has none.
        package var outboxID: [UInt8]? {
            message.lastIndex(of: FieldName.outboxID).map { Array(message.value(at: $0)) }
        }
    }

    /// Why an entry is not published again.
    package enum Problem: Sendable, Equatable {
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
        /// An entry that came before it has its `outbox_id` and a valid signature.
        case present([UInt8])
        /// Without an `outbox_id`: a valid entry that came after it says the same.
        case said([UInt8])
        /// An entry that is published has the same `outbox_id`, and says the same.
        case same(as: [UInt8])
        /// Several entries with one `outbox_id` say different things, and which of them is true is not known.
        case disputed
        /// Several lines of a file have its id, and say different things.
        case ambiguous
        /// The row of its `outbox_id` says something else.
        case row(OutboxTable)
        /// The row of its `outbox_id` says the same, and its dispatcher has yet to publish it.
        case waiting(OutboxTable)
        /// The row of its `outbox_id` is for another stream.
        case rowElsewhere(OutboxTable, stream: [UInt8])
        /// The table that its row would be in could not be read.
        case unread(OutboxProblem)

        /// Whether nothing is left to do for the entry: its message is there, or comes there.
        package var isSettled: Bool {
            switch self {
            case .again, .present, .said, .same, .waiting: true
            case .valid, .copy, .unchecked, .message, .disputed, .ambiguous, .row, .rowElsewhere, .unread: false
            }
        }
    }

    /// What left out further entries, and the first of them where they are a range of the stream.
    package enum Cut: Sendable, Equatable {
        /// As many are published as may be, and another entry could be published too.
        case limit(next: [UInt8]?)
        /// No more are held at once.
        case bytes(next: [UInt8]?)
    }

    /// The stream.
    package let stream: StreamDefinition
    /// The entries, in the order they were read.
    package internal(set) var entries: [Entry] = []
    /// What left out further entries; nil when nothing did.
    package internal(set) var cut: Cut?
    /// Ids that were asked for and are not there.
    package internal(set) var absent: [StreamPosition] = []
    /// Whether the entries were compared with the rows of the outboxes.
    package internal(set) var comparesRows = false
    /// Whether an entry with a valid signature was seen: then the key is the one that publishers have, or had.
    package internal(set) var hasValid = false
    /// Why the key may be another than that of the consumers; nil where nothing is published, or nothing speaks against it.
    package internal(set) var keyDoubt: KeyDoubt?
    /// Why the server would not let the stream be read.
    package internal(set) var refusal: Refusal?
    /// How looking ended.
    package internal(set) var ending = SignatureCheckEnding.complete

    /// Whether each message gets a new `outbox_id` in place of its own.
    package let dropsOutboxID: Bool

    /// - Parameter dropsOutboxID: whether each message gets a new `outbox_id` in place of its own.
    init(stream: StreamDefinition, dropsOutboxID: Bool) {
        self.stream = stream
        self.dropsOutboxID = dropsOutboxID
    }

    /// Those that are published.
    package var messages: [Message] {
        entries.filter { $0.obstacle == nil }.map { entry in
            var message = entry.message
            if dropsOutboxID { message.remove(FieldName.outboxID) }
            return message
        }
    }

    /// The places of those that nothing speaks against so far.
    var open: [Int] { entries.indices.filter { entries[$0].obstacle == nil } }

    /// Leaves as many to be published as may be. What is settled or kept back takes up no room: the same command would stand still
    /// at it.
    fileprivate mutating func keep(_ limit: Int, isRange: Bool) {
        guard let end = open.dropFirst(limit).first else { return }
        cut = .limit(next: isRange ? entries[end].id : nil)
        entries.removeSubrange(end...)
    }
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
    private let byteLimit: Int

    /// How many MiB of entries are held by default.
    package static let mebibyteLimit = 64

    /// - Parameters:
    ///   - limit: how many entries are published at most.
    ///   - byteLimit: how many bytes of entries are held.
    package init(_ rules: PublishRules, source: Source, limit: Int, byteLimit: Int = Self.mebibyteLimit << 20) {
        self.rules = rules
        self.source = source
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// Looks; `afterPage` is called now and then.
    ///
    /// - Parameters:
    ///   - clock: our own time in Unix milliseconds, used when the server does not tell its own.
    ///   - rows: what the outboxes have of some ids, with the messages; nil where no database is set.
    package func plan(
        on connection: any CommandChannel,
        clock: UInt64,
        rows: ((_ ids: [[UInt8]]) throws -> OutboxRowLook.Report)? = nil,
        afterPage: (VerifySignatures.Progress) throws -> Void
    ) throws -> ResignPlan {
        let gathering = Gathering(rules, byteLimit: byteLimit, namesEntries: namesEntries)
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
        plan.refusal = report.refusal
        guard plan.ending == .complete, plan.refusal == nil else { return plan }
        var record = KeyRecord()
        try findPresent(&plan, &record, on: connection, clock: clock, afterPage: afterPage)
        guard plan.ending == .complete, plan.refusal == nil else { return plan }
        if let rows { try plan.compare(with: rows) }
        plan.keepOneOfEach()
        plan.keep(limit, isRange: !namesEntries)
        if !plan.messages.isEmpty { plan.keyDoubt = try doubt(record, on: connection) }
        return plan
    }

    /// Why the key may not be that of the consumers, for whom what is signed with it is worth nothing.
    private func doubt(_ record: KeyRecord, on connection: any CommandChannel) throws(RedisError) -> KeyDoubt? {
        let stream = rules.stream.key
        let elsewhere = try KeyElsewhere { () throws(RedisError) in
            try record.elsewhere(than: stream, rules.signing?.scheme, keys.fields, on: connection)
        }
        return KeyDoubt(stream, record, elsewhere)
    }

    private var keys: SignatureKeys { rules.keys ?? SignatureKeys() }

    private var signatureRules: SignatureRules {
        SignatureRules(requiresSignatures: !rules.acceptsUnsigned, reportLimit: 0)
    }

    /// Whether the operator named every entry: then one that cannot be published is worth a word, however good it is.
    private var namesEntries: Bool {
        if case .stream(.range) = source { false } else { true }
    }

    /// Finds those whose message the stream has with a valid signature, anywhere in it: a forged entry may stand behind the true one. A
    /// message without an `outbox_id` is known by what it says. Who wants a new `outbox_id` wants the message once more.
    ///
    /// - Parameter record: is told how the signatures of the stream turn out.
    private func findPresent(
        _ plan: inout ResignPlan,
        _ record: inout KeyRecord,
        on connection: any CommandChannel,
        clock: UInt64,
        afterPage: (VerifySignatures.Progress) throws -> Void
    ) throws {
        let open = plan.open
        guard !open.isEmpty else { return }
        let present = ValidEntries(open.map { plan.entries[$0] })
        var check = try SignatureCheck(keys: keys, rules: signatureRules, explains: false) { present.note($0, $1) }
        let report = try VerifySignatures(targets: [SignatureTarget(key: rules.stream.key)])
            .run(on: connection, &check, clock: clock, afterPage: afterPage)
        (plan.ending, plan.refusal) = (report.ending, report.refusal)
        if present.record.valid > 0 { plan.hasValid = true }
        record = present.record
        if rules.outboxID == .new { return }
        for index in open { plan.entries[index].obstacle = present.obstacle(of: plan.entries[index]) }
    }
}

extension SignatureReport {
    /// Why the server would not let a stream be read.
    fileprivate var refusal: Refusal? {
        for stream in streams { if case .refused(let refusal) = stream.state { return refusal } }
        return nil
    }
}

/// Takes up entries as they are judged.
private final class Gathering {
    private let rules: PublishRules
    private var bytesLeft: Int
    private let namesEntries: Bool
    private var gathered: ResignPlan
    /// Where the entries that were taken up are, by stream and id.
    private var places: [Place: Int] = [:]

    private struct Place: Hashable {
        let stream: [UInt8]
        let id: EntryID
    }

    /// How many bytes an entry takes beside its fields, and a field beside its bytes: many small ones take room too.
    private static let overhead = (entry: 256, field: 32)

    init(_ rules: PublishRules, byteLimit: Int, namesEntries: Bool) {
        self.rules = rules
        self.namesEntries = namesEntries
        bytesLeft = byteLimit
        gathered = ResignPlan(stream: rules.stream, dropsOutboxID: rules.outboxID == .new)
    }

    func note(_ entry: CheckedEntry, _ content: CheckedContent) {
        guard entry.judgement.part == .entry else { return }
        let isValid = entry.judgement.outcome == .valid
        if isValid { gathered.hasValid = true }
        let isBad = !isValid && entry.judgement.reason != nil
        guard isBad || namesEntries else { return }
        let place = EntryID(entry.id).map { Place(stream: entry.stream, id: $0) }
        let known = place.flatMap { places[$0] }
        // What comes behind the first one that was left out waits for a run that begins there.
        guard gathered.cut == nil || known != nil else { return }
        var message = Message()
        message.takeUnsigned(content.fields, in: content.bytes, dropsOutboxID: false)
        if let known { return noteAgain(known, entry, message) }
        bytesLeft -= content.fields.reduce(Self.overhead.entry) {
            $0 + $1.name.count + $1.value.count + Self.overhead.field
        }
        // However large the first one is, it is taken: a run that begins with it would stand still.
        guard bytesLeft >= 0 || gathered.entries.isEmpty else {
            return gathered.cut = .bytes(next: namesEntries ? nil : entry.id)
        }
        if let place { places[place] = gathered.entries.count }
        gathered.entries.append(
            ResignPlan.Entry(id: entry.id, reason: entry.judgement.reason, message: message, obstacle: obstacle(entry))
        )
    }

    /// Notes that an entry came once more: named twice, or twice in a file, where it may have been altered.
    private func noteAgain(_ place: Int, _ entry: CheckedEntry, _ message: Message) {
        let known = gathered.entries[place]
        guard known.obstacle == nil else { return }
        if known.message != message {
            gathered.entries[place].obstacle = .ambiguous
        } else if obstacle(entry) == .valid {
            gathered.entries[place].obstacle = .valid
        }
    }

    private func obstacle(_ entry: CheckedEntry) -> ResignPlan.Problem? {
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
