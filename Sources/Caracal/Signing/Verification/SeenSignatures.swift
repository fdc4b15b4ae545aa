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

    /// The signatures of which every repetition is surely found, counted back from the latest one.
    package var surelyCovered: Int { generationLimit }

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
