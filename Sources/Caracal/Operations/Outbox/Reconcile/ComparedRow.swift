import Redis

/// Why consumers skip an entry.
enum SkipReason {
    /// It has no signature.
    case unsigned
    /// Its signature is not valid.
    case invalid
}

/// What came of noting an entry.
enum EntryNote: Equatable {
    /// No row here has its id.
    case stranger
    /// The row's entry belongs into another stream.
    case otherStream
    /// It is the row's first entry.
    case first
    /// Consumers skip it, as they skip the row's other entries, which are this many.
    case refused(others: Int)
    /// It is the row's second entry; the first one, where it was kept.
    case second(EntryID?)
    /// It is the first one that consumers do not skip, beside this many that they skip, the first one for this reason.
    case beside(refused: Int, SkipReason)
    /// The row has two already. Whether it is the first one that consumers skip and that came after one that they take.
    case further(isForged: Bool)
}

/// A row whose id is a UUID, and how many of its entries were found: 24 bytes, since there may be a million.
struct ComparedRow {
    let bits: UUIDBits
    /// The number of the stream that its entry belongs into.
    let stream: UInt8
    /// How many entries were found that consumers do not skip, up to 2.
    private(set) var found: UInt8 = 0
    /// Bits: whether the first entry that is skipped is unsigned, and whether one that is skipped came after one that is not.
    private var flags: UInt8 = 0
    /// What became of a row that is to be called invalid.
    var settlement = Settlement.open
    /// How many entries were found that consumers skip.
    private(set) var refused: UInt32 = 0

    /// How far a row is settled for which nothing but skipped entries was found.
    enum Settlement {
        /// Not at all.
        case open
        /// It was read again, and is as it was.
        case seen
        /// The same, and its payload gives its entry another id.
        case renamed
        /// Its status is known.
        case done
    }

    init(_ bits: UUIDBits, stream: UInt8) { (self.bits, self.stream) = (bits, stream) }

    /// No row.
    static let none = ComparedRow(.zero, stream: 0)

    /// Why the first one is skipped.
    var refusal: SkipReason { flags & 1 == 0 ? .invalid : .unsigned }
    /// Whether an entry that consumers skip came after one that they take: forged, or published again with another key.
    var isForged: Bool { flags & 2 != 0 }
    /// Whether it has more than one entry, of which consumers take one at least.
    var isDoubled: Bool { found > 1 || found == 1 && refused > 0 }

    /// Notes an entry of a stream; of a second one the first is not known here.
    mutating func note(_ refusal: SkipReason?, in stream: UInt8) -> EntryNote {
        guard stream == self.stream else { return .otherStream }
        let before = self
        if let refusal {
            if refused == 0, refusal == .unsigned { flags |= 1 }
            if found > 0 { flags |= 2 }
            refused += refused < .max ? 1 : 0
        } else {
            found = min(found + 1, 2)
        }
        if before.isDoubled { return .further(isForged: isForged && !before.isForged) }
        if before.found == 1 { return .second(nil) }
        if refusal != nil { return .refused(others: Int(before.refused)) }
        guard before.refused > 0 else { return .first }
        // It was counted already. Somebody has returned it since.
        if settlement == .done { return .further(isForged: false) }
        return .beside(refused: Int(before.refused), before.refusal)
    }

    /// Notes a dead letter of a stream, which is no entry of it: the row is there, if it has none that consumers take.
    ///
    /// - Parameter refusal: why consumers skip the message inside. It is asked where consumers skip what the row has: such a letter adds
    ///   nothing then.
    /// - Returns: whether the row is there for no other reason.
    mutating func noteLetter(in stream: UInt8, refusal: () throws -> SkipReason?) rethrows -> Bool {
        guard stream == self.stream, found == 0, settlement != .done else { return false }
        if refused > 0, try refusal() != nil { return false }
        found = 1
        return true
    }
}
