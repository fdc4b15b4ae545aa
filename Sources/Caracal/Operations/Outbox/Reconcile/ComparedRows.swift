import Redis

/// The rows that were read and whose entries are being looked for, in the order of their ids.
///
/// Rows and entries come in the same order of time, so that a row meets its entry soon. A row that has met its entry is forgotten after
/// a while, and one that has not is kept: what is in memory does not grow with the table, but for ids that are no UUIDs.
struct ComparedRows {
    /// The rows that were read last.
    private var current = ComparedRows.generation
    /// Those before them.
    private var previous = ComparedRows.generation
    /// Older ones that had no entry when they grew old.
    private var overdue = OutboxIDTable(room: 4_096, keepsEntries: false)
    /// The first entries of those that were found since.
    private var overdueEntries: [UUIDBits: EntryID] = [:]
    /// Rows whose ids are no UUIDs.
    private var others: [[UInt8]: OtherRow] = [:]
    /// Rows with more than one entry that were forgotten.
    private var doubled: Set<UUIDBits> = []
    /// The greatest UUID among them: all rows with a lesser one were read.
    private(set) var frontier: UUIDBits?

    private struct OtherRow {
        let stream: UInt8
        var entries: [EntryID] = []
    }

    /// How many rows are read before those that have met their entries are forgotten in the next but one turn.
    private static let generationRows = 32_768
    /// The same, with a page more.
    private static var generation: OutboxIDTable { OutboxIDTable(room: 50_000, keepsEntries: true) }

    /// Adds a row.
    ///
    /// - Parameter stream: the number of its stream, less than 256.
    mutating func insert(_ id: Span<UInt8>, stream: Int) {
        let stream = UInt8(clamping: stream)
        guard let bits = UUIDBits(id) else { return others[id.array] = OtherRow(stream: stream) }
        current.insert(bits, stream: stream)
        frontier = bits
    }

    /// Moves the frontier past a row that is not compared.
    mutating func pass(_ id: Span<UInt8>) {
        if let bits = UUIDBits(id) { frontier = bits }
    }

    /// Notes that an entry of a stream has this id as its `outbox_id`.
    mutating func note(_ bits: UUIDBits?, _ id: Span<UInt8>, in stream: Int, at entry: EntryID) -> EntryNote {
        let stream = UInt8(clamping: stream)
        guard let bits else { return others.isEmpty ? .stranger : noteOther(id.array, stream, entry) }
        var note = current.note(bits, in: stream, at: entry)
        if note == .stranger { note = previous.note(bits, in: stream, at: entry) }
        guard note == .stranger else { return note }
        note = overdue.note(bits, in: stream, at: entry)
        switch note {
        case .first: overdueEntries[bits] = entry
        case .second: return .second(overdueEntries[bits])
        case .stranger, .otherStream, .further: break
        }
        return note
    }

    private mutating func noteOther(_ id: [UInt8], _ stream: UInt8, _ entry: EntryID) -> EntryNote {
        guard let row = others[id] else { return .stranger }
        guard row.stream == stream else { return .otherStream }
        if row.entries.count < 2 { others[id]?.entries.append(entry) }
        switch row.entries.count {
        case 0: return .first
        case 1: return .second(row.entries[0])
        default: return .further
        }
    }

    /// What is known of a row; nil where it is not in memory.
    func known(_ bits: UUIDBits?, _ id: Span<UInt8>) -> KnownRow? {
        guard let bits else {
            guard !others.isEmpty, let row = others[id.array] else { return nil }
            return KnownRow(stream: row.stream, found: UInt8(clamping: row.entries.count), first: row.entries.first)
        }
        if let row = current.known(bits) ?? previous.known(bits) { return row }
        guard let row = overdue.known(bits) else { return nil }
        return KnownRow(stream: row.stream, found: row.found, first: overdueEntries[bits])
    }

    /// Whether a row that was forgotten has more than one entry.
    func isForgottenDouble(_ bits: UUIDBits) -> Bool { doubled.contains(bits) }

    /// Notes that a row that was forgotten has another entry; whether it is its second one.
    mutating func noteForgotten(_ bits: UUIDBits) -> Bool { doubled.insert(bits).inserted }

    /// Forgets old rows that have met their entries, once there are many. Entries of the time up to the frontier were noted.
    mutating func age() {
        guard current.count >= Self.generationRows else { return }
        previous.forEach { bits, stream, found in
            if found == 0 { overdue.insert(bits, stream: stream) }
            if found > 1 { doubled.insert(bits) }
        }
        (previous, current) = (current, Self.generation)
    }

    /// How many old rows have no entry.
    ///
    /// - Parameter limit: more than this are counted anew: entries may have been found since.
    mutating func overdueCount(limit: Int) -> Int {
        guard overdue.count > limit else { return overdue.count }
        var rest = OutboxIDTable(room: limit, keepsEntries: false)
        overdue.forEach { bits, stream, found in
            if found == 0 { rest.insert(bits, stream: stream) }
            if found > 1 { doubled.insert(bits) }
        }
        (overdue, overdueEntries) = (rest, [:])
        return overdue.count
    }

    /// How many rows have no entry.
    var missingCount: UInt64 {
        var count: UInt64 = 0
        for table in [current, previous, overdue] { table.forEach { if $2 == 0 { count += 1 } } }
        return others.values.reduce(count) { $0 + ($1.entries.isEmpty ? 1 : 0) }
    }

    /// The rows that have no entry, by their ids.
    func missing() -> MissingRows {
        var rows = MissingRows()
        for table in [current, previous, overdue] {
            table.forEach { bits, stream, found in
                if found == 0 { rows.insert(bits, stream: stream) }
            }
        }
        for (id, row) in others where row.entries.isEmpty { rows.insert(id, stream: row.stream) }
        return rows
    }
}

/// Rows for which no entry was found at first.
struct MissingRows {
    private var table = OutboxIDTable(room: 1_024, keepsEntries: false)
    private var others: [[UInt8]: (stream: UInt8, isFound: Bool)] = [:]

    mutating func insert(_ bits: UUIDBits, stream: UInt8) { table.insert(bits, stream: stream) }

    mutating func insert(_ id: [UInt8], stream: UInt8) { others[id] = (stream, false) }

    /// Notes that there is an entry of a stream that has this id as its `outbox_id`.
    mutating func note(_ id: Span<UInt8>, in stream: Int) {
        let stream = UInt8(clamping: stream)
        if let bits = UUIDBits(id) {
            _ = table.note(bits, in: stream, at: .zero)
        } else if !others.isEmpty, others[id.array]?.stream == stream {
            others[id.array]?.isFound = true
        }
    }

    /// The numbers of their streams.
    var streams: [Int] {
        var streams: Set<UInt8> = []
        table.forEach { if $2 == 0 { streams.insert($1) } }
        for row in others.values where !row.isFound { streams.insert(row.stream) }
        return streams.map(Int.init).sorted()
    }

    /// The number of a row's stream, as long as it has no entry.
    func stream(of id: [UInt8]) -> Int? {
        if let bits = UUIDBits(id.span) { return table.stream(ofMissing: bits).map(Int.init) }
        guard let row = others[id], !row.isFound else { return nil }
        return Int(row.stream)
    }

    /// The ids of those that have no entry still, the least first: UUIDs, and others.
    func ids() -> (bits: [UUIDBits], others: [[UInt8]]) {
        var bits: [UUIDBits] = []
        table.forEach { if $2 == 0 { bits.append($0) } }
        bits.sort()
        return (bits, others.filter { !$0.value.isFound }.keys.sorted { $0.lexicographicallyPrecedes($1) })
    }
}
