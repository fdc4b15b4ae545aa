import Text

/// JSON string literals (RFC 8259), which are also safe to show on a terminal: what a terminal would obey, hide or
/// reorder is written as `\uXXXX`, which a JSON reader turns back into the same text.
enum JSONString {
    /// Appends bytes as a quoted string, unless they are not UTF-8: false then, and nothing is appended.
    static func append(_ source: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) -> Bool {
        guard let text = try? UTF8Span(validating: source.span.extracting(range)) else { return false }
        append(text, to: &output)
        return true
    }

    /// Appends valid JSON as it is, but for what needs an escape: within strings, for there is nothing else to escape.
    static func appendEscaping(_ source: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) {
        let text = source.span.extracting(range)
        append(text, to: &output, isPlain: { $0 < 0x7F }, needsEscape: UnprintableScalars.contains)
    }

    /// Appends `text` as a quoted string.
    static func append(_ text: UTF8Span, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        append(text.span, to: &output, isPlain: isPlain, needsEscape: needsEscape)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends valid UTF-8, scalars that need an escape with it. Runs that need none are copied whole.
    ///
    /// - Parameter isPlain: whether a byte is a scalar that needs no escape: such bytes are passed over without decoding them.
    @inline(__always)
    private static func append(
        _ text: Span<UInt8>,
        to output: inout [UInt8],
        isPlain: (UInt8) -> Bool,
        needsEscape: (Unicode.Scalar) -> Bool
    ) {
        text.withUnsafeBufferPointer { bytes in
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

/// Base64 with padding (RFC 4648, section 4).
package enum Base64 {
    /// `bytes` as Base64 text.
    package static func encoded(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            appendGroup(bytes[start..<min(start + 3, bytes.count)], to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func appendGroup(_ group: ArraySlice<UInt8>, to output: inout [UInt8]) {
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for position in 0..<4 {
            let isPadding = position > group.count
            output.append(isPadding ? UInt8(ascii: "=") : alphabet[bits >> (18 - 6 * position) & 0x3F])
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
