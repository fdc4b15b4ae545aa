import Redis

/// The ids of many rows, each with the stream that its entry belongs into, and how many entries were found.
///
/// A million rows have to fit into some ten megabytes: an id that is a UUID as Postgres and the services write it takes 16 bytes, in a
/// table with open addressing; any other id is kept as it is.
struct OutboxIDTable {
    /// What came of noting an entry.
    enum Note: Equatable {
        /// No row here has its id.
        case stranger
        /// The row's entry belongs into another stream.
        case otherStream
        /// It is the row's first entry.
        case first
        /// It is the row's second entry.
        case second
        /// The row has two already.
        case further
    }

    /// How many ids there are.
    private(set) var count = 0
    private var slots: [Slot]
    private var others: [[UInt8]: Mark] = [:]

    private struct Mark {
        let stream: UInt8
        /// Up to 3.
        var found: UInt8 = 0

        mutating func note(in stream: Int) -> Note {
            guard Int(self.stream) == stream else { return .otherStream }
            found = min(found + 1, 3)
            return found == 1 ? .first : found == 2 ? .second : .further
        }
    }

    /// Empty where the bits are zero.
    private struct Slot {
        var bits = UUIDBits(high: 0, low: 0)
        var mark = Mark(stream: 0)

        var isEmpty: Bool { bits.high == 0 && bits.low == 0 }
    }

    private static let firstSlots = 4096

    init() { slots = Array(repeating: Slot(), count: Self.firstSlots) }

    /// Adds a row.
    ///
    /// - Parameter stream: the number of its stream, less than 256.
    mutating func insert(_ id: Span<UInt8>, stream: Int) {
        let mark = Mark(stream: UInt8(clamping: stream))
        count += 1
        guard let bits = UUIDBits(id) else { return others[id.array] = mark }
        if count * 10 > slots.count * 7 { grow() }
        let place = place(of: bits)
        slots[place] = Slot(bits: bits, mark: mark)
    }

    /// Notes that an entry of a stream has this id as its `outbox_id`.
    mutating func note(_ id: Span<UInt8>, in stream: Int) -> Note {
        guard let bits = UUIDBits(id) else {
            return others.isEmpty ? .stranger : others[id.array]?.note(in: stream) ?? .stranger
        }
        let place = place(of: bits)
        return slots[place].isEmpty ? .stranger : slots[place].mark.note(in: stream)
    }

    /// Calls `body` with each row for which no entry was found.
    func forEachMissing(_ body: (_ id: [UInt8], _ stream: Int) throws -> Void) rethrows {
        for slot in slots where slot.mark.found == 0 && !slot.isEmpty {
            try body(slot.bits.text, Int(slot.mark.stream))
        }
        for (id, mark) in others where mark.found == 0 { try body(id, Int(mark.stream)) }
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
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        for slot in old where !slot.isEmpty { slots[place(of: slot.bits)] = slot }
    }
}

/// The 128 bits of a UUID in the one form in which two texts of the same UUID are the same text: 36 characters, lower case.
struct UUIDBits: Equatable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// Reads the text; nil for any other, and for the UUID of zeros.
    init?(_ text: Span<UInt8>) {
        guard text.count == 36 else { return nil }
        var (high, low) = (UInt64(0), UInt64(0))
        for index in text.indices {
            let byte = text[index]
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt64
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
            if index < 18 { high = high << 4 | digit } else { low = low << 4 | digit }
        }
        guard high != 0 || low != 0 else { return nil }
        self.init(high: high, low: low)
    }

    /// The text.
    var text: [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for half in [high, low] {
            for place in stride(from: 60, through: 0, by: -4) {
                if [8, 13, 18, 23].contains(text.count) { text.append(UInt8(ascii: "-")) }
                text.append(digits[Int(half >> UInt64(place) & 15)])
            }
        }
        return text
    }

    /// The millisecond that a UUIDv7 names; nil for any other.
    var milliseconds: UInt64? { high >> 12 & 15 == 7 ? high >> 16 : nil }

    /// The least UUIDv7 of a millisecond.
    static func first(of milliseconds: UInt64) -> UUIDBits {
        UUIDBits(high: milliseconds << 16 | 0x7000, low: 0x8000_0000_0000_0000)
    }
}

extension Span<UInt8> {
    fileprivate var array: [UInt8] { withUnsafeBufferPointer { Array($0) } }
}
