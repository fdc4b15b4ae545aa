/// Bytes from outside as they may stand in an error message: in double quotes, escaped, and not endlessly long.
enum QuotedBytes {
    /// `bytes` in double quotes: printable ASCII as it is, everything else as `\xHH`, cut after `limit` bytes.
    static func text(_ bytes: some Collection<UInt8>, limit: Int = 64) -> String {
        "\"" + bare(bytes, limit: limit) + "\""
    }

    /// The same without the quotes.
    static func bare(_ bytes: some Collection<UInt8>, limit: Int = 64) -> String {
        bytes.prefix(limit).map(character).joined() + (bytes.count > limit ? "…" : "")
    }

    /// One byte as it is shown between quotes.
    static func character(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case UInt8(ascii: "\n"): "\\n"
        case UInt8(ascii: "\r"): "\\r"
        case UInt8(ascii: "\t"): "\\t"
        case 0x20..<0x7F: String(UnicodeScalar(byte))
        default: "\\x" + hex(byte)
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
}
