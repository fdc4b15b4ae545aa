/// A stream as DUMP gives it and RESTORE takes it, in which a consumer can be made to have been silent for long: no command sets
/// when a consumer was heard of last.
struct DumpedStream {
    /// The payload: the stream, the format's version in two bytes, and a checksum in eight.
    private(set) var bytes: [UInt8]

    /// From this type of stream on (Redis 7.2) a consumer's last success stands behind its last attempt.
    private static let typeWithSuccess: UInt8 = 21
    private static let checksumSize = 8

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Sets when consumers, whose names have less than 21 bytes and stand nowhere else, were heard of last, in Unix milliseconds.
    ///
    /// - Returns: how many of them were found.
    mutating func silence(_ consumers: Set<[UInt8]>, since time: UInt64) -> Int {
        guard bytes.count > Self.checksumSize else { return 0 }
        let moment = (0..<8).map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
        let lengths = Set(consumers.map(\.count))
        let times = bytes[0] >= Self.typeWithSuccess ? 2 : 1
        let end = bytes.count - Self.checksumSize
        var missing = consumers
        // Groups stand behind the entries, and consumers at the end of their group.
        for place in stride(from: end - 1, to: 0, by: -1) where !missing.isEmpty && lengths.contains(Int(bytes[place]))
        {
            let start = place + 1 + Int(bytes[place])
            guard start + times * 8 <= end, missing.remove(Array(bytes[place + 1..<start])) != nil else { continue }
            for number in 0..<times { bytes.replaceSubrange(start + number * 8..<start + number * 8 + 8, with: moment) }
        }
        let content = bytes.dropLast(Self.checksumSize)
        let checksum = Self.checksum(content)
        bytes = content + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
        return consumers.count - missing.count
    }

    /// CRC-64 by Jones, as Redis computes it.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { sum, byte in table[Int((sum ^ UInt64(byte)) & 0xFF)] ^ sum >> 8 }
    }

    private static let table: [UInt64] = (0..<256).map { index in
        (0..<8).reduce(UInt64(index)) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0x95AC_9329_AC4B_C9B5 }
    }
}
