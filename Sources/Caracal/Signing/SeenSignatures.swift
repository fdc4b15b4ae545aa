/// Remembers signatures, to recognise one that comes again, in bounded memory on a stream of any length.
///
/// Only the fingerprints of valid signatures belong in here: they are spread evenly by HMAC, so nobody can choose them
/// to make the table slow, and two different signatures among a million share one with a chance of one in 10^7.
///
/// There are two generations of at most 786,432 fingerprints and 8 MiB each. When the newer one is full it becomes the
/// older one, which is forgotten. So every repetition is found among the first 1,572,864 signatures, and after those
/// every one whose first appearance lies at most 786,432 signatures back. `hasForgotten` says whether that bound was
/// passed. A table grows with what is in it; while it grows, one more half-sized copy exists.
package struct SeenSignatures {
    private var newer: FingerprintTable
    private var older: FingerprintTable
    private let generationLimit: Int

    /// Whether any signature was forgotten since the start.
    package private(set) var hasForgotten = false

    /// An empty memory of generations of at most `generationLimit` fingerprints.
    package init(generationLimit: Int = 786_432) {
        self.generationLimit = generationLimit
        newer = FingerprintTable()
        older = FingerprintTable()
    }

    /// Notes a fingerprint: true when it was there before.
    package mutating func insert(_ fingerprint: UInt64) -> Bool {
        if older.contains(fingerprint) { return true }
        guard newer.insert(fingerprint) else { return true }
        if newer.count == generationLimit { startGeneration() }
        return false
    }

    /// Forgets everything, for the next stream, and keeps the storage.
    package mutating func removeAll() {
        newer.removeAll()
        older.removeAll()
        hasForgotten = false
    }

    private mutating func startGeneration() {
        if older.count > 0 { hasForgotten = true }
        swap(&newer, &older)
        newer.removeAll()
    }
}

/// A set of evenly spread 64-bit numbers: open addressing with linear probing, eight bytes a slot, at most three
/// quarters full.
private struct FingerprintTable {
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
