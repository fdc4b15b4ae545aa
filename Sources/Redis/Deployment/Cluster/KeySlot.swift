/// The slot of a cluster that a key belongs to.
///
/// CRC16 (XMODEM) of the key, or of what stands in its first pair of braces where that is not empty: keys with the same
/// such tag are in the same slot.
package struct KeySlot: Sendable, Hashable {
    /// How many slots a cluster has.
    package static let count = 16_384

    /// From 0 to 16,383.
    package let number: Int

    /// The slot of a key.
    package init(key: [UInt8]) {
        number = Int(Self.checksum(Self.tag(of: key))) % Self.count
    }

    /// A slot by its number; nil for one that no cluster has.
    package init?(number: Int) {
        guard (0..<Self.count).contains(number) else { return nil }
        self.number = number
    }

    private static func tag(of key: [UInt8]) -> ArraySlice<UInt8> {
        guard let open = key.firstIndex(of: UInt8(ascii: "{")) else { return key[...] }
        let rest = key[(open + 1)...]
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")), close > rest.startIndex else { return key[...] }
        return rest[..<close]
    }

    /// Bit by bit: keys are few and short.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum: UInt16 = 0
        for byte in bytes {
            sum ^= UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
        }
        return sum
    }
}
