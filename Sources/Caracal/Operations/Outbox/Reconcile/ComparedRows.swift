import Redis

/// The rows that were read and whose entries are being looked for, in the order of their ids.
///
/// Rows and entries come in the same order of time, so that a row meets its entry soon. A row that has met its one entry is forgotten after
/// a while, and one that has not, or that has more, is kept: what is in memory does not grow with the table, but for ids that are no UUIDs.
struct ComparedRows {
    /// The rows that were read last.
    private var current = ComparedRows.generation
    /// Those before them.
    private var previous = ComparedRows.generation
    /// Older ones that had not just one entry when they grew old.
    private var kept = KeptRows()
    /// The first entries of those that were found since.
    private var keptEntries: [UUIDBits: EntryID] = [:]
    /// Rows whose ids are no UUIDs.
    private var others: [[UInt8]: OtherRow] = [:]
    /// Rows with more than one entry that were forgotten, and those of them that have one which consumers skip behind one that they take.
    private var doubled: Set<UUIDBits> = []
    private var forged: Set<UUIDBits> = []
    /// The greatest UUID among them: all rows with a lesser one were read.
    private(set) var frontier: UUIDBits?

    /// How many rows are read before those that have met their entries are forgotten in the next but one turn.
    private static let generationRows = 32_768
    /// How many first entries of older rows are remembered.
    private static let entryRoom = 50_000
    /// The same, with a page more.
    private static var generation: RecentRows { RecentRows(room: 50_000) }

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
    ///
    /// - Parameter refusal: why consumers skip it; nil where they do not, or where that is not known.
    mutating func note(
        _ bits: UUIDBits?,
        _ id: Span<UInt8>,
        _ refusal: SkipReason? = nil,
        in stream: Int,
        at entry: EntryID
    ) -> EntryNote {
        let stream = UInt8(clamping: stream)
        guard let bits else {
            guard !others.isEmpty else { return .stranger }
            return others[id.array]?.note(refusal, in: stream, at: entry) ?? .stranger
        }
        var note = current.note(bits, refusal, in: stream, at: entry)
        if note == .stranger { note = previous.note(bits, refusal, in: stream, at: entry) }
        guard note == .stranger else { return note }
        note = kept.note(bits, refusal, in: stream)
        switch note {
        case .first: if keptEntries.count < Self.entryRoom { keptEntries[bits] = entry }
        case .second: return .second(keptEntries[bits])
        case .stranger, .otherStream, .refused, .beside, .further: break
        }
        return note
    }

    /// Whether a row that was forgotten has more than one entry.
    func isForgottenDouble(_ bits: UUIDBits) -> Bool { doubled.contains(bits) }

    /// Notes that a row that was forgotten has another entry; whether it is its second one.
    mutating func noteForgotten(_ bits: UUIDBits) -> Bool { doubled.insert(bits).inserted }

    /// Notes that a row that was forgotten has an entry which consumers skip; whether it is the first one.
    mutating func noteForged(_ bits: UUIDBits) -> Bool { forged.insert(bits).inserted }

    /// Forgets old rows that have met their entries, once there are many. Entries of the time up to the frontier were noted.
    mutating func age() {
        if current.count >= Self.generationRows { retire() }
    }

    /// Keeps of the older generation what must be kept. The younger one takes its place, and a new one its storage.
    private mutating func retire() {
        func isKept(_ row: ComparedRow) -> Bool { row.found == 0 || row.isDoubled }
        var count = 0
        previous.forEach { if isKept($0) { count += 1 } }
        var rows: [ComparedRow] = []
        rows.reserveCapacity(count)
        previous.forEach { if isKept($0) { rows.append($0) } }
        kept.append(rows)
        previous.removeAll()
        swap(&previous, &current)
    }

    /// How many old rows are kept that have no entry which consumers take.
    ///
    /// - Parameter limit: more than this are counted anew: entries may have been found since.
    mutating func keptCount(limit: Int) -> Int {
        guard kept.count > limit else { return kept.count }
        kept.forEach { row in
            if row.isDoubled { doubled.insert(row.bits) }
            if row.isForged { forged.insert(row.bits) }
        }
        kept.keep { $0.found == 0 }
        keptEntries = [:]
        return kept.count
    }

    /// How many rows have no entry which consumers take.
    var missingCount: UInt64 {
        var count: UInt64 = 0
        for table in [current, previous] { table.forEach { if $0.found == 0 { count += 1 } } }
        kept.forEach { if $0.found == 0 { count += 1 } }
        return others.values.reduce(count) { $0 + ($1.row.found == 0 ? 1 : 0) }
    }

    /// Takes the rows that have no entry which consumers take, and forgets all others.
    mutating func takeMissing() -> MissingRows {
        retire()
        retire()
        let found = others.filter { $0.value.row.found == 0 }.mapValues(\.row)
        var rows = KeptRows()
        swap(&rows, &kept)
        rows.keep { $0.found == 0 }
        (others, keptEntries, doubled, forged, frontier) = ([:], [:], [], [], nil)
        return MissingRows(rows, found)
    }
}

/// A row whose id is no UUID.
private struct OtherRow {
    var row: ComparedRow
    var first: EntryID?

    init(stream: UInt8) { row = ComparedRow(.zero, stream: stream) }

    mutating func note(_ refusal: SkipReason?, in stream: UInt8, at entry: EntryID) -> EntryNote {
        let note = row.note(refusal, in: stream)
        if note == .first { first = entry }
        if case .second = note { return .second(first) }
        return note
    }
}
