import Redis

/// What came of noting an entry.
enum EntryNote: Equatable {
    /// No row here has its id.
    case stranger
    /// The row's entry belongs into another stream.
    case otherStream
    /// It is the row's first entry.
    case first
    /// It is the row's second entry; the first one, where it was kept.
    case second(EntryID?)
    /// The row has two already.
    case further
}

/// What is known of a row that is in memory.
struct KnownRow {
    /// The number of its stream.
    let stream: UInt8
    /// How many entries were found, up to 3.
    let found: UInt8
    /// The first one, where it was kept.
    let first: EntryID?
}

/// The UUIDs of many rows, each with the stream that its entry belongs into, and how many entries were found: 24 bytes a place, in a
/// table with open addressing.
struct OutboxIDTable {
    /// A row.
    private struct Slot {
        var bits = UUIDBits.zero
        var stream: UInt8 = 0
        /// How many entries were found, up to 3.
        var found: UInt8 = 0

        var isEmpty: Bool { bits == .zero }
    }

    /// How many rows there are.
    private(set) var count = 0
    private var slots: [Slot]
    /// The first entry of each row, by its place; empty where that is not kept.
    private var entries: [EntryID]

    /// - Parameters:
    ///   - room: how many rows have room before it grows.
    ///   - keepsEntries: whether the first entry of each row is kept.
    init(room: Int, keepsEntries: Bool) {
        let places = room * 3 / 2 + 16
        slots = Array(repeating: Slot(), count: places)
        entries = keepsEntries ? Array(repeating: .zero, count: places) : []
    }

    /// Adds a row.
    mutating func insert(_ bits: UUIDBits, stream: UInt8) {
        if (count + 1) * 3 > slots.count * 2 { grow() }
        count += 1
        let place = place(of: bits)
        slots[place] = Slot(bits: bits, stream: stream)
    }

    /// Notes that an entry of a stream has this id as its `outbox_id`.
    mutating func note(_ bits: UUIDBits, in stream: UInt8, at entry: EntryID) -> EntryNote {
        guard count > 0 else { return .stranger }
        let place = place(of: bits)
        guard !slots[place].isEmpty else { return .stranger }
        guard slots[place].stream == stream else { return .otherStream }
        let found = slots[place].found
        slots[place].found = min(found + 1, 3)
        switch found {
        case 0:
            if !entries.isEmpty { entries[place] = entry }
            return .first
        case 1: return .second(entries.isEmpty ? nil : entries[place])
        default: return .further
        }
    }

    /// What is known of a row; nil where it is not here.
    func known(_ bits: UUIDBits) -> KnownRow? {
        let place = place(of: bits)
        let slot = slots[place]
        guard !slot.isEmpty else { return nil }
        return KnownRow(
            stream: slot.stream,
            found: slot.found,
            first: slot.found > 0 && !entries.isEmpty ? entries[place] : nil
        )
    }

    /// The stream of a row for which no entry was found; nil for any other.
    func stream(ofMissing bits: UUIDBits) -> UInt8? {
        let slot = slots[place(of: bits)]
        return slot.isEmpty || slot.found > 0 ? nil : slot.stream
    }

    /// Calls `body` with each row, and how many entries were found, 3 for more.
    func forEach(_ body: (_ bits: UUIDBits, _ stream: UInt8, _ found: UInt8) throws -> Void) rethrows {
        for slot in slots where !slot.isEmpty { try body(slot.bits, slot.stream, slot.found) }
    }

    /// Where an id is, or would be.
    private func place(of bits: UUIDBits) -> Int {
        // What is random is in the lower half; the golden ratio spreads ids that count up.
        let hash = (bits.low ^ bits.high) &* 0x9E37_79B9_7F4A_7C15
        var place = Int(hash.multipliedFullWidth(by: UInt64(slots.count)).high)
        while !slots[place].isEmpty, slots[place].bits != bits { place = place + 1 == slots.count ? 0 : place + 1 }
        return place
    }

    private mutating func grow() {
        let (old, firsts) = (slots, entries)
        slots = Array(repeating: Slot(), count: old.count + old.count / 2)
        if !firsts.isEmpty { entries = Array(repeating: .zero, count: slots.count) }
        for (former, slot) in old.enumerated() where !slot.isEmpty {
            let place = place(of: slot.bits)
            slots[place] = slot
            if !firsts.isEmpty { entries[place] = firsts[former] }
        }
    }
}
