import Glibc
import Redis

/// Makes the ids that consumers tell messages apart by: UUIDs of version 7 (RFC 9562), each greater than the one before.
///
/// The time is the Unix time in milliseconds; the 12 bits after it count the ids of one millisecond from a random start
/// (section 6.2, method 1); the other 62 bits are random. When the clock goes back, or more ids are asked for than the
/// count can number, the time of the id before is kept or moved ahead.
package struct OutboxIDGenerator {
    private var milliseconds: UInt64 = 0
    private var counter: UInt16 = 0
    private var random = RandomWords()
    private let now: () -> UInt64

    /// A generator that reads the system's clock.
    package init() { self.init(now: Self.unixMilliseconds) }

    /// A generator that reads `now`, in milliseconds since 1970.
    init(now: @escaping () -> UInt64) { self.now = now }

    /// The next id: 36 characters, lower case.
    package mutating func next() throws(SystemRandomnessError) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        try append(to: &text)
        return text
    }

    /// Appends the next id, 36 characters, to `output`.
    package mutating func append(to output: inout [UInt8]) throws(SystemRandomnessError) {
        try advance()
        let high = milliseconds << 16 | 0x7000 | UInt64(counter)
        let low = 0x8000_0000_0000_0000 | (try random.next()) >> 2
        output.append(Self.text(high, low))
    }

    /// The 36 characters of a UUID of these halves.
    private static func text(_ high: UInt64, _ low: UInt64) -> InlineArray<36, UInt8> {
        var text = InlineArray<36, UInt8>(repeating: UInt8(ascii: "-"))
        var place = 0
        for half in 0..<2 {
            var word = half == 0 ? high : low
            for _ in 0..<8 {
                if place == 8 || place == 13 || place == 18 || place == 23 { place += 1 }
                HexText.write(UInt8(truncatingIfNeeded: word >> 56), to: &text, at: &place)
                word <<= 8
            }
        }
        return text
    }

    private mutating func advance() throws(SystemRandomnessError) {
        let time = now() & 0xFFFF_FFFF_FFFF
        if time <= milliseconds, counter < 0xFFF {
            counter += 1
        } else {
            milliseconds = max(time, milliseconds + 1)
            counter = UInt16(truncatingIfNeeded: try random.next() & 0x7FF)
        }
    }

    private static func unixMilliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec)) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }
}

extension Message {
    /// Adds `outbox_id` with the next id of `generator`.
    package mutating func appendOutboxID(
        from generator: inout OutboxIDGenerator
    ) throws(SystemRandomnessError) {
        let start = bytes.count
        bytes.append(contentsOf: FieldName.outboxID)
        let middle = bytes.count
        try generator.append(to: &bytes)
        fields.append(FieldRange(name: start..<middle, value: middle..<bytes.count))
    }
}

/// Random numbers from the kernel (getentropy), fetched many at a time.
private struct RandomWords {
    private var words: [UInt64] = []
    private var used = 0

    /// The 256 bytes that one call may ask for.
    private static let batch = 32

    /// The next number, used once.
    mutating func next() throws(SystemRandomnessError) -> UInt64 {
        if used == words.count { try refill() }
        used += 1
        return words[used - 1]
    }

    private mutating func refill() throws(SystemRandomnessError) {
        if words.isEmpty { words = Array(repeating: 0, count: Self.batch) }
        guard words.withUnsafeMutableBytes({ getentropy($0.baseAddress, $0.count) }) == 0 else {
            used = words.count
            throw SystemRandomnessError(cause: .last)
        }
        used = 0
    }
}

/// The kernel gave no random numbers.
package struct SystemRandomnessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What it said.
    package let cause: SystemError
    /// One line, lower case.
    package var description: String { "cannot get random numbers from the system: \(cause)" }
}
