/// The bytes the protocol is made of, by name, and what kind a byte is.
package enum ASCII {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A
    static let zero: UInt8 = 0x30
    static let minus: UInt8 = 0x2D
    static let plus: UInt8 = 0x2B
    static let dot: UInt8 = 0x2E
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let questionMark: UInt8 = 0x3F
    static let asterisk: UInt8 = 0x2A
    static let dollar: UInt8 = 0x24
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let apostrophe: UInt8 = 0x27
    static let backslash: UInt8 = 0x5C
    static let lowerE: UInt8 = 0x65
    static let upperE: UInt8 = 0x45
    static let lowerF: UInt8 = 0x66
    static let lowerT: UInt8 = 0x74

    /// Whether a byte is a decimal digit. It is inlined everywhere: scanners ask it of each byte.
    @inlinable
    package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }

    static func isUppercase(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    static func isPrintable(_ byte: UInt8) -> Bool { byte &- space < 95 }
}

/// Bytes as redis-cli writes them between double quotes: plain ASCII, the short C escapes, and `\xHH` for the rest.
enum EscapedBytes {
    static func quoted(_ bytes: some Sequence<UInt8>) -> String {
        var text = "\""
        for byte in bytes { append(byte, to: &text) }
        text.append("\"")
        return text
    }

    private static func append(_ byte: UInt8, to text: inout String) {
        switch byte {
        case 0x07: text.append("\\a")
        case 0x08: text.append("\\b")
        case 0x09: text.append("\\t")
        case ASCII.lineFeed: text.append("\\n")
        case ASCII.carriageReturn: text.append("\\r")
        case ASCII.quote: text.append("\\\"")
        case ASCII.backslash: text.append("\\\\")
        case _ where ASCII.isPrintable(byte): text.unicodeScalars.append(Unicode.Scalar(byte))
        default: appendHexadecimal(byte, to: &text)
        }
    }

    private static func appendHexadecimal(_ byte: UInt8, to text: inout String) {
        text.append(byte < 16 ? "\\x0" : "\\x")
        text.append(String(byte, radix: 16))
    }
}
