import Postgres
import Redis
import Text

/// One comparison of the outboxes with the streams, as far as it has come.
final class ReconcileRun {
    let task: OutboxReconcile
    let database: PostgresConnection
    let channel: ReconnectingChannel
    var report = ReconcileReport()
    private var judge: EntryJudge?
    /// By status, what is listed.
    private var items: [ReconcileStatus: [ReconcileReport.Item]] = [:]
    /// The streams that rows name, by their numbers.
    private var streams: [StreamDefinition] = []
    /// How each stood when it was looked at last.
    private var states: [StreamState] = []
    /// Streams of which, or of whose dead letters, a part could not be read: what is missing there may be in that part.
    private var unreadable: Set<Int> = []
    /// Whether some of it was read from a replica, which may lack what its master has.
    private var sawReplica = false
    /// By how much a time may be wrong, in milliseconds: clocks are set, and the difference between them changes.
    private var margin = knownMargin

    /// Where the difference between the clocks is known, and where it is not.
    private static let knownMargin: UInt64 = 300_000
    private static let unknownMargin: UInt64 = 3_600_000
    /// How many rows are compared at a time: their ids take 25 MB, and half as much again while the table grows.
    static let windowRows = 500_000
    /// How many missing rows are looked for at a time.
    static let missingRows = 100_000
    /// How many ids are asked for at a time.
    private static let batch = 500
    /// A number of a stream has one byte.
    private static let streamLimit = 255

    init(_ task: OutboxReconcile, _ database: PostgresConnection, _ channel: ReconnectingChannel, _ judge: EntryJudge?)
    {
        self.task = task
        self.database = database
        self.channel = channel
        self.judge = judge
    }

    /// Compares the clocks.
    func begin() throws {
        report.now = try OutboxReader(database).now()
        let look = try StreamLook(streams: StreamTable.all, includesGroups: false, believesEmptyReplica: false)
            .run(on: channel.connection)
        report.clockLead = look.now.map { Int(clamping: $0) - Int(clamping: report.now) }
        if report.clockLead == nil { margin = Self.unknownMargin }
    }

    /// Whether anything was read from a replica, or is going to be.
    private var isReplica: Bool { sawReplica || channel.connection.server.role == .replica }

    /// The report, with what is listed: what is lost first.
    func finished() -> ReconcileReport {
        report.items = ReconcileStatus.allCases.flatMap { items[$0] ?? [] }
        return report
    }

    // MARK: Rows

    /// Rows whose ids lie in a range, compared at a time.
    private struct Window {
        let outbox: OutboxTable
        /// The id behind which it begins; nil for the beginning.
        let after: [UInt8]?
        /// Its last id; nil where there are no rows behind it.
        var last: [UInt8]?
        var table = OutboxIDTable()
        /// By number of the stream, when its rows were made first and published last, in Unix milliseconds.
        var times: [Int: (made: UInt64, published: UInt64)] = [:]
        /// Rows with entries of more than one: their ids, by stream.
        var doubled: [Int: [[UInt8]]] = [:]
    }

    /// Compares all rows of a table.
    func compare(_ outbox: OutboxTable, _ afterPage: (OutboxReconcile.Progress) throws -> Void) throws {
        for stream in outbox.streams where task.streams.isEmpty || task.streams.contains(stream.key) {
            _ = try number(of: stream.key)
        }
        var after: [UInt8]?
        repeat {
            var window = Window(outbox: outbox, after: after)
            try read(&window, afterPage)
            try search(&window, afterPage)
            try settle(&window, afterPage)
            after = window.last
        } while after != nil
    }

    /// The condition for the rows behind an id.
    private func condition(_ outbox: OutboxTable, after: [UInt8]?) -> (sql: String, parameters: [PostgresValue]) {
        var parts = [outbox.condition(.published)]
        var parameters: [PostgresValue] = []
        func add(_ value: PostgresValue, _ condition: (String) -> String) {
            parameters.append(value)
            parts.append(condition("$\(parameters.count)"))
        }
        if let since = task.since {
            // The id first, for the index; a row that has no UUIDv7 is not found by its time.
            if after == nil { add(.bytes(UUIDBits.first(of: since - min(since, margin)).text)) { "id >= \($0)" } }
            add(.text("\(since)")) { "created_at >= to_timestamp(\($0)::float8 / 1000)" }
        }
        if let after { add(.bytes(after)) { "id > \($0)" } }
        if !task.streams.isEmpty { add(.texts(task.streams)) { "\(outbox.stream) = ANY(\($0)::text[])" } }
        return (parts.joined(separator: " AND "), parameters)
    }

    private func read(_ window: inout Window, _ afterPage: (OutboxReconcile.Progress) throws -> Void) throws {
        let outbox = window.outbox
        let (sql, parameters) = condition(outbox, after: window.after)
        let (isGone, times) = removed(outbox, firstParameter: parameters.count + 1)
        let rows = try database.stream(
            """
            SELECT id, \(outbox.stream), \(isGone) FROM \(outbox.name) WHERE \(sql) ORDER BY id LIMIT \(Self.windowRows)
            """,
            parameters + times,
            pageSize: 5_000
        )
        var (count, last): (Int, [UInt8]) = (0, [])
        var removed: [[UInt8]] = []
        var number: (key: [UInt8], number: Int)?
        while let page = try rows.next() {
            for row in page {
                try row.withBytes(1) { key in
                    guard let key, number?.key.elementsEqual(key) != true else { return }
                    number = (Array(key), try self.number(of: Array(key)))
                }
                row.withBytes(0) { id in
                    guard let id, let number else { return }
                    if row.boolean(2) == true {
                        report.counts[.unknown, default: 0] += 1
                        if removed.count + (items[.unknown]?.count ?? 0) < task.limit { removed.append(Array(id)) }
                    } else {
                        window.table.insert(Span(_unsafeElements: id), stream: number.number)
                    }
                }
            }
            count += page.count
            last = page.last?.bytes(0) ?? last
            try afterPage(
                OutboxReconcile.Progress(subject: Array(outbox.name.utf8), done: report.checked + UInt64(count))
            )
        }
        report.checked += UInt64(count)
        if count == Self.windowRows { window.last = last }
        try readTimes(&window, upTo: last)
        try listRemoved(removed, outbox)
    }

    /// The condition for rows whose entry lay so long ahead of the oldest one of its stream that nothing needs to be looked for, of
    /// streams that are known to have been trimmed.
    private func removed(_ outbox: OutboxTable, firstParameter: Int) -> (sql: String, parameters: [PostgresValue]) {
        var (cases, parameters): (String, [PostgresValue]) = ("", [])
        for (stream, state) in zip(streams, states) {
            guard let info = state.info, let first = info.firstID, let added = info.entriesAdded, added > info.length
            else {
                continue
            }
            let time = Int(clamping: first.milliseconds) - (report.clockLead ?? 0) - Int(margin)
            let place = firstParameter + parameters.count
            cases += " WHEN $\(place) THEN \(outbox.publishedAt) < to_timestamp($\(place + 1)::float8 / 1000)"
            parameters += [.bytes(stream.key), .text("\(time)")]
        }
        return parameters.isEmpty ? ("false", []) : ("CASE \(outbox.stream)\(cases) ELSE false END", parameters)
    }

    private func listRemoved(_ ids: [[UInt8]], _ outbox: OutboxTable) throws {
        guard !ids.isEmpty else { return }
        let rows = try OutboxReader(database).rows(of: outbox, ids: ids).sorted { $0.precedes($1) }
        for row in rows where row.state == .published {
            guard let published = row.publishedAt else { continue }
            let time =
                onRedis(min(row.createdAt ?? published, published), earlier: true)...onRedis(published, earlier: false)
            let number = try number(of: row.stream)
            list(
                MissingRow(at: time, in: states[number], bound: streams[number].bound, isReplica: isReplica),
                .unknown,
                row
            )
        }
    }

    /// When the rows of the window were made and published.
    private func readTimes(_ window: inout Window, upTo last: [UInt8]) throws {
        guard window.table.count > 0 else { return }
        let outbox = window.outbox
        var (sql, parameters) = condition(outbox, after: window.after)
        parameters.append(.bytes(last))
        sql += " AND id <= $\(parameters.count)"
        let times = try database.query(
            """
            SELECT \(outbox.stream), \(outbox.milliseconds("min(created_at)")), \
            \(outbox.milliseconds("max(\(outbox.publishedAt))")) FROM \(outbox.name) WHERE \(sql) GROUP BY 1
            """,
            parameters
        )
        for row in times {
            guard let key = row.bytes(0), let made = row.moment(1) else {
                throw database.misshapen("the time of rows of \(outbox.name)")
            }
            // A row that somebody marked by hand may not tell when it was published.
            window.times[try number(of: key)] = (made, row.moment(2) ?? made)
        }
    }

    /// The number of a stream.
    private func number(of key: [UInt8]) throws -> Int {
        if let number = streams.firstIndex(where: { $0.key == key }) { return number }
        guard streams.count < Self.streamLimit else {
            throw database.misshapen("a row for the stream \(TerminalText(key)), one of more than \(Self.streamLimit),")
        }
        let stream = SignatureTarget(key: key).stream
        let look = try StreamLook(streams: [stream], includesGroups: false).runWithoutRights(on: channel.connection)
        streams.append(stream)
        states.append(look.streams[0].state)
        if let refusal = look.streams[0].state.refusal { note(refusal, of: key) }
        return streams.count - 1
    }

    // MARK: Entries

    /// Reads the part of each stream in which the window's entries are.
    private func search(_ window: inout Window, _ afterPage: (OutboxReconcile.Progress) throws -> Void) throws {
        for number in streams.indices {
            let isOwn = isOwn(number, of: window.outbox)
            guard isOwn || window.times[number] != nil, states[number].info != nil else { continue }
            var strangers: [Stranger] = []
            // What a refusal hides here is looked for once more.
            _ = try scan(number, range(of: window, number), afterPage) { id, fields, bytes in
                guard let name = Self.outboxID(fields, bytes) else { return }
                switch window.table.note(bytes.span.extracting(name), in: number) {
                case .first, .further: break
                case .second:
                    report.counts[.duplicate, default: 0] += 1
                    window.doubled[number, default: []].append(Array(bytes[name]))
                case .stranger, .otherStream:
                    guard isOwn, isOf(window, bytes.span.extracting(name), id) else { return }
                    strangers.append(Stranger(id: Array(bytes[name]), entry: id))
                }
            } betweenPages: {
                try self.lookUp(&strangers, number, isAll: false)
            }
            try lookUp(&strangers, number, isAll: true)
        }
    }

    /// Whether entries of a stream that have no row are to be told with those of a table, and not with those of the other one.
    private func isOwn(_ number: Int, of outbox: OutboxTable) -> Bool {
        let key = streams[number].key
        let owner = OutboxTable.allCases.first { table in table.streams.contains { $0.key == key } }
        return owner.map { $0 == outbox } ?? (outbox == .api)
    }

    /// The ids between which the entries of a window are.
    private func range(of window: Window, _ number: Int) -> ClosedRange<EntryID> {
        let times = window.times[number]
        let begin = window.after.flatMap { UUIDBits($0.span)?.milliseconds } ?? task.since
        let end = window.last.flatMap { UUIDBits($0.span)?.milliseconds }
        let first = begin.map { min($0, times?.made ?? $0) }.map { onRedis($0, earlier: true) } ?? 0
        let last = end.map { max($0, times?.published ?? $0) }.map { onRedis($0, earlier: false) } ?? .max
        let lowest = EntryID(milliseconds: first, sequence: 0)
        return lowest...max(lowest, EntryID(milliseconds: last, sequence: .max))
    }

    /// A time of the database as Redis would have told it, with the margin.
    private func onRedis(_ time: UInt64, earlier: Bool) -> UInt64 {
        let time = Int(clamping: time).addingClamped(report.clockLead ?? 0)
        return UInt64(clamping: time.addingClamped(earlier ? -Int(margin) : Int(margin)))
    }

    /// Whether an entry without a row would have one in this window: by the time in its `outbox_id`, else by its own.
    private func isOf(_ window: Window, _ name: Span<UInt8>, _ id: EntryID) -> Bool {
        let time =
            UUIDBits(name)?.milliseconds ?? UInt64(clamping: Int(clamping: id.milliseconds) - (report.clockLead ?? 0))
        let begin = window.after.flatMap { UUIDBits($0.span)?.milliseconds } ?? task.since ?? 0
        let end = window.last.flatMap { UUIDBits($0.span)?.milliseconds } ?? .max
        return window.after == nil ? time >= begin && time <= end : time > begin && time <= end
    }

    private static func outboxID(_ fields: [FieldRange], _ bytes: [UInt8]) -> Range<Int>? {
        fields.last { $0.name.count == FieldName.outboxID.count && bytes[$0.name].elementsEqual(FieldName.outboxID) }?
            .value
    }

    /// Reads entries of a stream, going on over another connection where one is lost; whether all of them were read.
    private func scan(
        _ number: Int,
        _ range: ClosedRange<EntryID>,
        _ afterPage: (OutboxReconcile.Progress) throws -> Void,
        each: (EntryID, [FieldRange], [UInt8]) throws -> Void,
        betweenPages: () throws -> Void = {}
    ) throws -> Bool {
        try scan(key: streams[number].key, range, afterPage, each: each, betweenPages: betweenPages)
    }

    private func scan(
        key: [UInt8],
        _ range: ClosedRange<EntryID>,
        _ afterPage: (OutboxReconcile.Progress) throws -> Void,
        each: (EntryID, [FieldRange], [UInt8]) throws -> Void,
        betweenPages: () throws -> Void = {}
    ) throws -> Bool {
        var rest: ClosedRange<EntryID>? = range
        var done: UInt64 = 0
        while let unread = rest {
            sawReplica = isReplica
            var pages = EntryPages(channel.connection, key: key, first: unread.lowerBound, last: unread.upperBound)
            do {
                while true {
                    switch try pages.next() {
                    case .success(nil): return true
                    case .failure(let refusal):
                        note(refusal, of: key)
                        return false
                    case .success(var page?):
                        while try page.advance(on: channel.connection) {
                            guard let id = page.id else { throw channel.connection.misshapen("XRANGE") }
                            try each(id, page.fields, page.bytes)
                        }
                        done += UInt64(page.count)
                        report.entries += UInt64(page.count)
                    }
                    channel.noteProgress()
                    rest = pages.rest
                    try betweenPages()
                    try afterPage(OutboxReconcile.Progress(subject: key, done: done))
                }
            } catch let error as RedisError {
                try channel.replace(after: error)
            }
        }
        return true
    }

    private func note(_ refusal: Refusal, of key: [UInt8]) {
        guard !report.unread.contains(where: { $0.stream == key }) else { return }
        report.unread.append(ReconcileReport.Unread(stream: key, refusal: refusal))
    }

    // MARK: Entries without a row

    /// An entry that has no row among those that were read.
    private struct Stranger {
        let id: [UInt8]
        let entry: EntryID
    }

    /// Looks whether rows of any state have the ids of entries; those that none has are told.
    private func lookUp(_ strangers: inout [Stranger], _ number: Int, isAll: Bool) throws {
        while strangers.count >= (isAll ? 1 : Self.batch) {
            let batch = strangers.prefix(Self.batch)
            strangers.removeFirst(batch.count)
            var known: Set<[UInt8]> = []
            for table in OutboxTable.allCases where !report.lacks.contains(where: { $0.outbox == table }) {
                do throws(PostgresError) {
                    known.formUnion(
                        try database.query(
                            "SELECT id FROM \(table.name) WHERE id = ANY($1::text[])",
                            [.texts(batch.map(\.id))]
                        ).compactMap { $0.bytes(0) }
                    )
                } catch {
                    guard OutboxLack(error, of: table) != nil else { throw error }
                }
            }
            for stranger in batch where !known.contains(stranger.id) { try tell(stranger, number) }
        }
    }

    private func tell(_ stranger: Stranger, _ number: Int) throws {
        report.counts[.orphan, default: 0] += 1
        guard items[.orphan, default: []].count < task.limit else { return }
        let stream = streams[number]
        let owner = OutboxTable.allCases.first { table in table.streams.contains { $0.key == stream.key } }
        items[.orphan, default: []].append(
            ReconcileReport.Item(
                outbox: owner,
                stream: stream.key,
                id: stranger.id,
                status: .orphan,
                createdAt: UUIDBits(stranger.id.span)?.milliseconds,
                publishedAt: nil,
                entryIDs: [stranger.entry],
                evidence: try evidence(stranger, stream),
                row: nil
            )
        )
    }

    /// What the signature of an entry without a row says.
    private func evidence(_ stranger: Stranger, _ stream: StreamDefinition) throws -> TerminalText {
        guard var judge else { return "no row has its outbox_id" }
        defer { self.judge = judge }
        let range = XRange(key: stream.key, first: stranger.entry, last: stranger.entry, count: 1)
        guard case .success(var entries) = try channel.connection.ask(range),
            try entries.advance(on: channel.connection)
        else { return "no row has its outbox_id, and it is gone by now" }
        let target = SignatureTarget(key: stream.key)
        let judgements = try judge.judge(
            id: entries.bytes[entries.idRange],
            entries.fields,
            in: entries.bytes,
            of: target
        )
        switch judgements.first(where: { $0.part == .entry })?.outcome {
        case .valid?: return "its signature is valid: its row was cleaned up, or it was published without one"
        case .unsigned?: return "it is not signed: consumers skip it"
        case .invalid?: return "its signature is not valid: consumers skip it"
        case .unchecked?, nil: return "no row has its outbox_id"
        }
    }

    // MARK: What is missing, or there twice

    /// Looks once more, in the whole of each stream and in its dead letters, for what was not where it should be, and lists what is there
    /// twice.
    private func settle(_ window: inout Window, _ afterPage: (OutboxReconcile.Progress) throws -> Void) throws {
        var missing: [(id: [UInt8], stream: Int)] = []
        var total: UInt64 = 0
        window.table.forEachMissing { _, _ in total += 1 }
        report.unsettled += total
        try window.table.forEachMissing { id, stream in
            missing.append((id, stream))
            if missing.count == Self.missingRows { try settle(&missing, &window, afterPage) }
        }
        try settle(&missing, &window, afterPage)
    }

    private func settle(
        _ missing: inout [(id: [UInt8], stream: Int)],
        _ window: inout Window,
        _ afterPage: (OutboxReconcile.Progress) throws -> Void
    ) throws {
        let places = max(0, task.limit - (items[.duplicate]?.count ?? 0))
        let doubled = window.doubled.mapValues { Set($0.prefix(places)) }
        window.doubled = [:]
        guard !missing.isEmpty || doubled.values.contains(where: { !$0.isEmpty }) else { return }
        missing.sort { $0.id.lexicographicallyPrecedes($1.id) }
        var table = OutboxIDTable()
        for row in missing { table.insert(row.id.span, stream: row.stream) }
        var copies: [[UInt8]: [EntryID]] = [:]
        // A stream that was not there may have been made since, and filled.
        states = try look().streams.map(\.state)
        for number in Set(missing.map(\.stream)).union(doubled.keys).sorted() {
            let wanted = doubled[number] ?? []
            if states[number].info != nil {
                let isWhole = try scan(number, EntryID.zero...EntryID.maximum, afterPage) { id, fields, bytes in
                    guard let name = Self.outboxID(fields, bytes) else { return }
                    _ = table.note(bytes.span.extracting(name), in: number)
                    guard !wanted.isEmpty, wanted.contains(Array(bytes[name])) else { return }
                    copies[Array(bytes[name]), default: []].append(id)
                }
                if !isWhole { unreadable.insert(number) }
            }
            try searchLetters(of: number, &table, afterPage)
        }
        var gone = Set<[UInt8]>()
        table.forEachMissing { id, _ in gone.insert(id) }
        let before = missing.count
        missing.removeAll { !gone.contains($0.id) }
        report.unsettled -= UInt64(before - missing.count)
        try list(doubled, copies, window.outbox)
        try judge(&missing, window.outbox)
    }

    /// Notes what lies in the dead letters of a stream.
    private func searchLetters(
        of number: Int,
        _ table: inout OutboxIDTable,
        _ afterPage: (OutboxReconcile.Progress) throws -> Void
    ) throws {
        var letters = DeadLetterReader()
        for target in SignatureTarget.deadLetters where target.source?.key == streams[number].key {
            guard let source = target.source else { continue }
            let look = try StreamLook(streams: [target.stream], includesGroups: false).runWithoutRights(
                on: channel.connection
            )
            if let refusal = look.streams[0].state.refusal {
                note(refusal, of: target.key)
                unreadable.insert(number)
            }
            guard look.streams[0].state.info != nil else { continue }
            let isWhole = try scan(key: target.key, EntryID.zero...EntryID.maximum, afterPage) { _, fields, bytes in
                switch letters.read(fields, in: bytes, of: source) {
                case .none, .malformed: break
                case .inPlace:
                    guard let name = Self.outboxID(letters.fields, bytes) else { return }
                    _ = table.note(bytes.span.extracting(name), in: number)
                case .copied:
                    guard let index = letters.message.lastIndex(of: FieldName.outboxID) else { return }
                    _ = table.note(Array(letters.message.value(at: index)).span, in: number)
                }
            }
            if !isWhole { unreadable.insert(number) }
        }
    }

    /// How the streams stand now.
    private func look() throws -> StreamLook.Seen {
        guard !streams.isEmpty else { return StreamLook.Seen(streams: [], time: nil) }
        return try StreamLook(streams: streams, includesGroups: false).runWithoutRights(on: channel.connection)
    }

    private func list(_ doubled: [Int: Set<[UInt8]>], _ copies: [[UInt8]: [EntryID]], _ outbox: OutboxTable) throws {
        for (number, ids) in doubled.sorted(by: { $0.key < $1.key }) {
            for id in ids.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                let entries = copies[id] ?? []
                items[.duplicate, default: []].append(
                    ReconcileReport.Item(
                        outbox: outbox,
                        stream: streams[number].key,
                        id: id,
                        status: .duplicate,
                        createdAt: UUIDBits(id.span)?.milliseconds,
                        publishedAt: nil,
                        entryIDs: Array(entries.prefix(10)),
                        evidence: "\(entries.count) entries have its outbox_id",
                        row: nil
                    )
                )
            }
        }
    }

    /// Reads the rows of what is missing again, and says what to make of each.
    private func judge(_ missing: inout [(id: [UInt8], stream: Int)], _ outbox: OutboxTable) throws {
        guard !missing.isEmpty else { return }
        let now = try look()
        while !missing.isEmpty {
            let batch = missing.prefix(Self.batch)
            let rows = try OutboxReader(database).rows(of: outbox, ids: batch.map(\.id))
            let byID = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
            let renamed = try renamed(batch.map(\.id), outbox)
            for (id, number) in batch {
                // Somebody deleted it, requeued it, or published it again.
                guard let row = byID[id], row.state == .published, let published = row.publishedAt,
                    published <= report.now,
                    row.stream == streams[number].key
                else {
                    report.checked -= 1
                    continue
                }
                let made = min(row.createdAt ?? published, published)
                let time = onRedis(made, earlier: true)...onRedis(published, earlier: false)
                let state = now.streams[number].state
                var verdict = MissingRow(at: time, in: state, bound: streams[number].bound, isReplica: isReplica)
                if unreadable.contains(number) { verdict = .unreadable }
                if renamed.contains(id) { verdict = .renamed }
                note(verdict, row)
            }
            report.unsettled -= UInt64(batch.count)
            missing.removeFirst(batch.count)
        }
    }

    /// Those of the API's rows whose payload has an `outbox_id`: their entries have that one.
    private func renamed(_ ids: [[UInt8]], _ outbox: OutboxTable) throws -> Set<[UInt8]> {
        guard outbox == .api else { return [] }
        let condition = "jsonb_typeof(payload_json) = 'object' AND payload_json ->> 'outbox_id' IS NOT NULL"
        let rows = try database.query(
            "SELECT id FROM \(outbox.name) WHERE id = ANY($1::text[]) AND \(condition)",
            [.texts(ids)]
        )
        return Set(rows.compactMap { $0.bytes(0) })
    }

    private func note(_ missing: MissingRow, _ row: OutboxRow) {
        let status: ReconcileStatus = missing.isLost ? .lost : .unknown
        report.counts[status, default: 0] += 1
        list(missing, status, row)
    }

    private func list(_ missing: MissingRow, _ status: ReconcileStatus, _ row: OutboxRow) {
        guard items[status, default: []].count < task.limit else { return }
        items[status, default: []].append(
            ReconcileReport.Item(
                outbox: row.outbox,
                stream: row.stream,
                id: row.id,
                status: status,
                createdAt: row.createdAt,
                publishedAt: row.publishedAt,
                entryIDs: [],
                evidence: missing.evidence,
                row: row
            )
        )
    }
}

extension Int {
    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
