import Text

/// JSON string literals (RFC 8259), which are also safe to show on a terminal: what a terminal would obey, hide or
/// reorder is written as `\uXXXX`, which a JSON reader turns back into the same text.
enum JSONString {
    /// Appends `text` as a quoted string. Runs that need no escape are copied whole.
    static func append(_ text: UTF8Span, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        text.span.withUnsafeBufferPointer { bytes in
            var copied = 0
            var position = 0
            while position < bytes.count {
                if isPlain(bytes[position]) {
                    position += 1
                    continue
                }
                let start = position
                let scalar = decode(bytes, at: &position)
                guard needsEscape(scalar) else { continue }
                output.append(contentsOf: bytes[copied..<start])
                appendEscape(scalar, to: &output)
                copied = position
            }
            output.append(contentsOf: bytes[copied...])
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Reads one scalar of valid UTF-8 and moves past it.
    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> Unicode.Scalar {
        let lead = bytes[position]
        position += 1
        let following = max(0, (~lead).leadingZeroBitCount - 1)
        var value = UInt32(following == 0 ? lead : lead & (0x3F >> UInt8(following)))
        for _ in 0..<following {
            value = value << 6 | UInt32(bytes[position] & 0x3F)
            position += 1
        }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\"" || scalar == "\\" || UnprintableScalars.contains(scalar)
    }

    private static func appendEscape(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        switch scalar {
        case "\"": output.append(contentsOf: #"\""#.utf8)
        case "\\": output.append(contentsOf: #"\\"#.utf8)
        case "\n": output.append(contentsOf: #"\n"#.utf8)
        case "\r": output.append(contentsOf: #"\r"#.utf8)
        case "\t": output.append(contentsOf: #"\t"#.utf8)
        default: scalar.utf16.forEach { appendUnit($0, to: &output) }
        }
    }

    private static func appendUnit(_ unit: UInt16, to output: inout [UInt8]) {
        output.append(contentsOf: #"\u"#.utf8)
        let digits = String(unit, radix: 16)
        output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        output.append(contentsOf: digits.utf8)
    }
}
