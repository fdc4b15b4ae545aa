import Redis

/// Random places in a stream, by id: no command finds an entry by its number.
struct Places {
    private let first: EntryID
    private let last: EntryID
    /// Ids that share a millisecond, on average: a burst has many, and all its entries are to have their chance.
    private let perMillisecond: UInt64

    init(first: EntryID, last: EntryID, entries: UInt64) {
        self.first = first
        self.last = last
        let milliseconds = last.milliseconds - min(first.milliseconds, last.milliseconds)
        perMillisecond = entries / max(1, milliseconds)
    }

    /// A place in one of `count` equal stretches, so that no part of the stream is left out.
    func pick(_ index: Int, of count: Int, using generator: inout some RandomNumberGenerator) -> EntryID {
        let share = (Double(index) + Double.random(in: 0..<1, using: &generator)) / Double(count)
        guard first.milliseconds < last.milliseconds else {
            let sequence = Self.between(first.sequence, last.sequence, share)
            return EntryID(milliseconds: first.milliseconds, sequence: sequence)
        }
        let milliseconds = Self.between(first.milliseconds, last.milliseconds, share)
        let sequence = UInt64.random(in: 0...perMillisecond, using: &generator)
        return max(first, EntryID(milliseconds: milliseconds, sequence: sequence))
    }

    private static func between(_ low: UInt64, _ high: UInt64, _ share: Double) -> UInt64 {
        guard low < high else { return low }
        return low + min(high - low, UInt64(exactly: (Double(high - low) * share).rounded(.down)) ?? 0)
    }
}
