import Redis

/// The UUIDs of many rows, each with the stream that its entry belongs into, and how many entries were found: 24 bytes a place, in a
/// table with open addressing, and 16 for the first entry.
struct OutboxIDTable {
    /// How many rows there are.
    private(set) var count = 0
    private var slots: [ComparedRow]
    /// The first entry of each row, by its place.
    private var entries: [EntryID]

    /// - Parameter room: how many rows have room before it grows.
    init(room: Int) {
        let places = room * 3 / 2 + 16
        slots = Array(repeating: .none, count: places)
        entries = Array(repeating: .zero, count: places)
    }

    /// Adds a row.
    mutating func insert(_ bits: UUIDBits, stream: UInt8) {
        if (count + 1) * 3 > slots.count * 2 { grow() }
        count += 1
        slots[place(of: bits)] = ComparedRow(bits, stream: stream)
    }

    /// Notes that an entry of a stream has this id as its `outbox_id`.
    mutating func note(
        _ bits: UUIDBits,
        _ refusal: EntryRefusal?,
        in stream: UInt8,
        at entry: EntryID
    ) -> EntryNote {
        guard count > 0 else { return .stranger }
        let place = place(of: bits)
        guard !slots[place].isNone else { return .stranger }
        let note = slots[place].note(refusal, in: stream)
        switch note {
        case .first: entries[place] = entry
        case .second: return .second(entries[place])
        case .stranger, .otherStream, .refused, .beside, .further: break
        }
        return note
    }

    /// Forgets all rows, and keeps the storage.
    mutating func removeAll() {
        count = 0
        for place in slots.indices { slots[place] = .none }
    }

    /// Calls `body` with each row.
    func forEach(_ body: (ComparedRow) throws -> Void) rethrows {
        for slot in slots where !slot.isNone { try body(slot) }
    }

    /// Where an id is, or would be.
    private func place(of bits: UUIDBits) -> Int {
        // What is random is in the lower half; the golden ratio spreads ids that count up.
        let hash = (bits.low ^ bits.high) &* 0x9E37_79B9_7F4A_7C15
        var place = Int(hash.multipliedFullWidth(by: UInt64(slots.count)).high)
        while !slots[place].isNone, slots[place].bits != bits { place = place + 1 == slots.count ? 0 : place + 1 }
        return place
    }

    private mutating func grow() {
        let (old, firsts) = (slots, entries)
        slots = Array(repeating: .none, count: old.count + old.count / 2)
        entries = Array(repeating: .zero, count: slots.count)
        for (former, slot) in old.enumerated() where !slot.isNone {
            let place = place(of: slot.bits)
            (slots[place], entries[place]) = (slot, firsts[former])
        }
    }
}
