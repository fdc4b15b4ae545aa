import Postgres
import Redis
import Text

/// What the comparisons of the two tables have in common: both servers, the streams, the clocks, and the report.
final class ReconcileRun {
    let task: OutboxReconcile
    let database: PostgresConnection
    let channel: ReconnectingChannel
    let afterPage: (OutboxReconcile.Progress) throws -> Void
    var report = ReconcileReport()
    /// The tables that may be read.
    var tables: [OutboxTable] = []
    var judge: EntryJudge?
    /// By status, what is listed.
    var items: [ReconcileStatus: [ReconcileReport.Item]] = [:]
    /// The streams that rows name, by their numbers.
    private(set) var streams: [StreamDefinition] = []
    /// What is known of the signatures of each.
    var signatures: [StreamSignatures] = []
    /// How each stood when it was looked at last.
    private(set) var states: [StreamState] = []
    /// Streams of which, or of whose dead letters, a part could not be read: what is missing there may be in that part.
    var unreadable: Set<Int> = []
    /// By stream, between which entries it was read: those are counted once, however many times they are read.
    private var counted: [[UInt8]: ClosedRange<EntryID>] = [:]
    /// Whether the entry at hand is read for the first time.
    private(set) var isNew = true
    /// How many entries were read, each time counted.
    private var reads: UInt64 = 0
    /// Whether some of it was read from a replica, which may lack what its master has.
    private var sawReplica = false
    /// By how much a time may be wrong, in milliseconds: clocks are set, and the difference between them changes.
    private(set) var margin = knownMargin

    /// That rows are for more streams than have numbers.
    struct StreamLimitError: Error { let limit: Int }

    /// Where the difference between the clocks is known, and where it is not.
    private static let knownMargin: UInt64 = 300_000
    private static let unknownMargin: UInt64 = 3_600_000
    /// A number of a stream has one byte.
    private static let streamLimit = 255

    init(
        _ task: OutboxReconcile,
        _ database: PostgresConnection,
        _ channel: ReconnectingChannel,
        _ judge: EntryJudge?,
        _ afterPage: @escaping (OutboxReconcile.Progress) throws -> Void
    ) {
        self.task = task
        self.database = database
        self.channel = channel
        self.judge = judge
        self.afterPage = afterPage
        report.checksSignatures = judge != nil
    }

    /// Compares the clocks.
    func begin() throws {
        report.now = try OutboxReader(database).now()
        let look = try StreamLook(streams: StreamTable.all, includesGroups: false, believesEmptyReplica: false)
            .run(on: channel.connection)
        report.hasStreams = look.streams.contains { $0.state.info != nil }
        report.isUnused = look.streams.allSatisfy { stream in
            let isPublished = OutboxTable.allCases.contains { $0.streams.contains(stream.definition) }
            return !isPublished || (stream.state.info?.lastGeneratedID ?? .zero) == .zero
        }
        report.clockLead = look.now.map { Int(clamping: $0) - Int(clamping: report.now) }
        if report.clockLead == nil { margin = Self.unknownMargin }
    }

    /// Whether anything was read from a replica, or is going to be.
    var isReplica: Bool { sawReplica || channel.connection.server.role == .replica }

    /// Whether a row whose entry is not in a stream is certain not to have one there.
    func showsWhatIsGone(_ number: Int) -> Bool {
        !unreadable.contains(number) && verdict(at: 0...0, in: number).isGone
    }

    /// What to make of a row whose entry is not in its stream.
    func verdict(of row: OutboxRow, in number: Int) -> MissingRow {
        entryTime(of: row).map { verdict(at: $0, in: number) } ?? .undated(isGone: showsWhatIsGone(number))
    }

    /// The same.
    ///
    /// - Parameters:
    ///   - time: when its entry must have been added, by the clock of Redis.
    ///   - number: the number of the stream.
    private func verdict(at time: ClosedRange<UInt64>, in number: Int) -> MissingRow {
        MissingRow(
            at: time,
            in: states[number],
            bound: streams[number].bound,
            isReplica: isReplica,
            trimsOldestFirst: channel.connection.server.version?.trimsOldestFirst ?? false
        )
    }

    /// The report, with what is listed: what is lost first.
    func finished() -> ReconcileReport {
        report.items = ReconcileStatus.allCases.flatMap { items[$0] ?? [] }
        report.sinceKeyChange = StreamSignatures.sinceKeyChange(in: signatures)
        report.otherKeys = zip(streams, signatures).compactMap { KeyDoubt($0.key, $1.record, $1.elsewhere) }
        return report
    }

    /// A time of the database as Redis would have told it, with the margin.
    func onRedis(_ time: UInt64, earlier: Bool) -> UInt64 {
        onRedis(time).moved(by: earlier ? -Int(margin) : Int(margin))
    }

    /// A time of the database as Redis would have told it.
    func onRedis(_ time: UInt64) -> UInt64 { time.moved(by: report.clockLead ?? 0) }

    /// When the message of an entry was made, in Unix milliseconds: what its id tells, where that is a UUIDv7, or when it was added.
    func time(of entry: EntryID, _ bits: UUIDBits?) -> UInt64 { bits?.milliseconds ?? onDatabase(entry.milliseconds) }

    /// A time of Redis as the database would have told it.
    func onDatabase(_ time: UInt64) -> UInt64 { time.moved(by: -(report.clockLead ?? 0)) }

    /// Whether there is room for one more item of a status.
    func isListed(_ status: ReconcileStatus) -> Bool { items[status, default: []].count < task.limit }

    /// When the entry of a row must have been added, by the clock of Redis, in milliseconds; nil where the row does not tell when it was
    /// published.
    private func entryTime(of row: OutboxRow) -> ClosedRange<UInt64>? {
        guard let published = row.publishedAt else { return nil }
        let made = min(row.createdAt ?? published, published)
        return onRedis(made, earlier: true)...onRedis(published, earlier: false)
    }

    /// Lists a row whose entry is not there, if there is room.
    func list(_ status: ReconcileStatus, _ row: OutboxRow, _ verdict: MissingRow) {
        list(status, row, verdict.evidence, isGone: verdict.isGone)
    }

    /// Lists a row, if there is room.
    ///
    /// - Parameters:
    ///   - entries: entries that have its id.
    ///   - isGone: whether it is certain that no other entry of it is in its stream.
    func list(
        _ status: ReconcileStatus,
        _ row: OutboxRow,
        _ evidence: TerminalText,
        _ entries: [EntryID] = [],
        isGone: Bool = true
    ) {
        guard isListed(status) else { return }
        items[status, default: []].append(
            ReconcileReport.Item(
                outbox: row.outbox,
                stream: row.stream,
                id: row.id,
                status: status,
                createdAt: row.createdAt,
                publishedAt: row.publishedAt,
                entryIDs: entries,
                skippedIDs: entries,
                evidence: evidence,
                row: isGone ? row : nil
            )
        )
    }

    // MARK: Streams

    /// The number of a stream.
    func number(of key: [UInt8]) throws -> Int {
        if let number = streams.firstIndex(where: { $0.key == key }) { return number }
        guard streams.count < Self.streamLimit else {
            throw StreamLimitError(limit: Self.streamLimit)
        }
        let target = SignatureTarget(key: key)
        let stream = target.stream
        let look = try channel.run { connection throws(RedisError) in
            try StreamLook(streams: [stream], includesGroups: false).runWithoutRights(on: connection)
        }
        streams.append(stream)
        signatures.append(StreamSignatures(expected: EntryJudge.Expectation(target)))
        states.append(look.streams[0].state)
        note(look.streams[0])
        if let refusal = look.streams[0].state.refusal { note(refusal, of: key) }
        return streams.count - 1
    }

    /// Looks how all streams stand now.
    func look() throws {
        guard !streams.isEmpty else { return }
        let look = StreamLook(streams: streams, includesGroups: false)
        let seen = try channel.run { connection throws(RedisError) in
            try look.runWithoutRights(on: connection)
        }.streams
        seen.forEach(note)
        states = seen.map(\.state)
    }

    /// Notes that a key holds no stream.
    func note(_ stream: ObservedStream) {
        guard case .otherType = stream.state, let finding = stream.finding() else { return }
        if !report.otherTypes.contains(where: { $0.stream == finding.stream }) { report.otherTypes.append(finding) }
    }

    /// Notes that a stream could not be read.
    func note(_ refusal: Refusal, of key: [UInt8]) {
        guard !report.unread.contains(where: { $0.stream == key }) else { return }
        report.unread.append(ReconcileReport.Unread(stream: key, refusal: refusal))
    }

    /// Reads entries of a stream, going on over another connection where one is lost.
    ///
    /// - Parameters:
    ///   - size: how large the pages are, which is learnt.
    ///   - each: is given each entry: its fields lie in the bytes.
    /// - Returns: whether all of them were read.
    func scan(
        _ key: [UInt8],
        _ range: ClosedRange<EntryID>,
        size: inout EntryPageSize,
        each: (EntryID, [FieldRange], [UInt8]) throws -> Void,
        betweenPages: () throws -> Void = {}
    ) throws -> Bool {
        var rest: ClosedRange<EntryID>? = range
        var done: UInt64 = 0
        let before = counted[key]
        while let unread = rest {
            sawReplica = isReplica
            var pages = EntryPages(
                channel.connection,
                key: key,
                first: unread.lowerBound,
                last: unread.upperBound,
                size: size
            )
            do {
                while true {
                    switch try pages.next() {
                    case .success(nil): return true
                    case .failure(let refusal):
                        note(refusal, of: key)
                        return false
                    case .success(var page?):
                        var (new, read): (UInt64, ClosedRange<EntryID>?) = (0, nil)
                        let connection = channel.connection
                        isNew = true
                        while try page.advance(on: connection) {
                            guard let id = page.id else { throw connection.misshapen("XRANGE") }
                            if let before { isNew = !before.contains(id) }
                            if isNew { new += 1 }
                            read = read.spanning(id...id)
                            try each(id, page.fields, page.bytes)
                        }
                        if let read {
                            counted[key] = counted[key].spanning(read)
                        }
                        report.entries += new
                        done += UInt64(page.count)
                        reads += UInt64(page.count)
                    }
                    channel.noteProgress()
                    (rest, size) = (pages.rest, pages.size)
                    try betweenPages()
                    try afterPage(OutboxReconcile.Progress(subject: key, done: done))
                    if let bound = task.bound, reads >= bound.entries {
                        try pages.finish()
                        throw OutboxReconcile.Bound.Reached()
                    }
                }
            } catch let error as RedisError {
                try channel.replace(after: error)
            }
        }
        return true
    }
}

extension ReconcileRun {
    /// Where the `outbox_id` of an entry lies in its bytes.
    static func outboxID(_ fields: [FieldRange], _ bytes: [UInt8]) -> Range<Int>? {
        fields.last { ByteComparison.equal(bytes, $0.name, FieldName.outboxID) }?.value
    }
}

extension ClosedRange<EntryID>? {
    /// The least range that has both.
    fileprivate func spanning(_ other: ClosedRange<EntryID>) -> ClosedRange<EntryID> {
        map { min($0.lowerBound, other.lowerBound)...max($0.upperBound, other.upperBound) } ?? other
    }
}

extension UInt64 {
    /// A time moved by a difference that may be negative, held within what it can be.
    fileprivate func moved(by difference: Int) -> UInt64 {
        let distance = difference.magnitude
        return difference < 0 ? self - Swift.min(self, UInt64(distance)) : saturatingAdd(UInt64(distance))
    }
}
