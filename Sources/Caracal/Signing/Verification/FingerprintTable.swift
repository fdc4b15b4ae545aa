/// A set of evenly spread 64-bit numbers: open addressing with linear probing, eight bytes a slot, at most three
/// quarters full.
struct FingerprintTable {
    /// A power of two of slots; 0 marks an empty one.
    private var slots: [UInt64]
    /// How many numbers there are.
    private(set) var count = 0

    private static let initialSlots = 1 << 10

    init() { slots = Array(repeating: 0, count: Self.initialSlots) }

    func contains(_ fingerprint: UInt64) -> Bool {
        count > 0 && slots[slot(of: Self.key(fingerprint))] != 0
    }

    /// Adds a number: false when it was there before.
    mutating func insert(_ fingerprint: UInt64) -> Bool {
        let key = Self.key(fingerprint)
        let place = slot(of: key)
        guard slots[place] == 0 else { return false }
        slots[place] = key
        count += 1
        if count > slots.count / 4 * 3 { grow() }
        return true
    }

    /// Empties the table and keeps its slots.
    mutating func removeAll() {
        guard count > 0 else { return }
        for index in slots.indices { slots[index] = 0 }
        count = 0
    }

    /// The slot that holds `key`, or the empty one where it belongs.
    private func slot(of key: UInt64) -> Int {
        let mask = slots.count &- 1
        var place = Int(truncatingIfNeeded: key) & mask
        while slots[place] != 0, slots[place] != key { place = (place &+ 1) & mask }
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        for key in old where key != 0 { slots[slot(of: key)] = key }
    }

    /// A number that is not 0.
    private static func key(_ fingerprint: UInt64) -> UInt64 { fingerprint == 0 ? 1 : fingerprint }
}
