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
