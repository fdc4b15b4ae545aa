/// A stream as DUMP gives it and RESTORE takes it, in which a consumer can be made to have been silent for long: no command sets
/// when a consumer was heard of last.
struct DumpedStream {
    /// The payload: the stream, the format's version in two bytes, and a checksum in eight.
    private(set) var bytes: [UInt8]

    /// From this type of stream on (Redis 7.2) a consumer's last success stands behind its last attempt.
    private static let typeWithSuccess: UInt8 = 21
    private static let checksumSize = 8

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Sets when a consumer, whose name has less than 64 bytes, was heard of last, in Unix milliseconds; false where it cannot be
    /// found.
    mutating func silence(_ consumer: String, since time: UInt64) -> Bool {
        let name = [UInt8(consumer.utf8.count)] + Array(consumer.utf8)
        guard bytes.count > Self.checksumSize + name.count, let place = lastPlace(of: name) else { return false }
        let start = place + name.count
        let times = bytes[0] >= Self.typeWithSuccess ? 2 : 1
        guard start + times * 8 <= bytes.count - Self.checksumSize else { return false }
        let moment = (0..<8).map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
        for number in 0..<times { bytes.replaceSubrange(start + number * 8..<start + number * 8 + 8, with: moment) }
        let content = bytes.dropLast(Self.checksumSize)
        let checksum = Self.checksum(content)
        bytes = content + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
        return true
    }

    /// Groups stand behind the entries.
    private func lastPlace(of name: [UInt8]) -> Int? {
        (0..<bytes.count - name.count).last { bytes[$0] == name[0] && bytes[$0..<$0 + name.count].elementsEqual(name) }
    }

    /// CRC-64 by Jones, as Redis computes it.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { sum, byte in table[Int((sum ^ UInt64(byte)) & 0xFF)] ^ sum >> 8 }
    }

    private static let table: [UInt64] = (0..<256).map { index in
        (0..<8).reduce(UInt64(index)) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0x95AC_9329_AC4B_C9B5 }
    }
}
