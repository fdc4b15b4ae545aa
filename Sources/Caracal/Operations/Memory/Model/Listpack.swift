import RESP

/// How many bytes things take in a listpack, the block of memory in which a node of a stream keeps its entries.
enum Listpack {
    /// An empty listpack: its length in bytes, its number of elements, its end.
    static let overhead = 7

    /// A string: as an integer where it is one in its plain form, else its bytes behind their length. A length for
    /// walking backwards follows.
    static func bytes(of text: Span<UInt8>) -> Int {
        if let integer = plainInteger(text) { return bytes(of: integer) }
        let header = text.count < 64 ? 1 : text.count < 4096 ? 2 : 5
        return withBackLength(header + text.count)
    }

    /// An integer.
    static func bytes(of integer: Int64) -> Int {
        withBackLength(encodedBytes(of: integer))
    }

    private static func encodedBytes(of integer: Int64) -> Int {
        switch integer {
        case 0...127: 1
        case -4096...4095: 2
        case -32_768...32_767: 3
        case -8_388_608...8_388_607: 4
        case -2_147_483_648...2_147_483_647: 5
        default: 9
        }
    }

    private static func withBackLength(_ bytes: Int) -> Int {
        switch bytes {
        case ..<128: bytes + 1
        case ..<16_384: bytes + 2
        case ..<2_097_152: bytes + 3
        case ..<268_435_456: bytes + 4
        default: bytes + 5
        }
    }

    /// The integer that a text is; nil for `007`, `+1`, ` 1` and whatever else would not come back as it was.
    private static func plainInteger(_ text: Span<UInt8>) -> Int64? {
        guard (1...20).contains(text.count) else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        let first = isNegative ? 1 : 0
        guard first < text.count, text[first] != UInt8(ascii: "0") || text.count == 1 else { return nil }
        var value: Int64 = 0
        for index in first..<text.count {
            guard ASCII.isDigit(text[index]) else { return nil }
            let digit = Int64(text[index] - UInt8(ascii: "0"))
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = tens.addingReportingOverflow(isNegative ? -digit : digit)
            if overflow || carried { return nil }
            value = sum
        }
        return value
    }
}
