/// JSON string literals (RFC 8259), which are also safe to show on a terminal: what a terminal would obey, hide or
/// reorder is written as `\uXXXX`, which a JSON reader turns back into the same text.
enum JSONString {
    /// Whether `bytes` are UTF-8 and can be written as a string without loss.
    static func isValidUTF8(_ bytes: [UInt8]) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }

    /// Appends `utf8`, which must be valid, as a quoted string.
    static func append(_ utf8: some Collection<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        if utf8.allSatisfy(isPlain) {
            output.append(contentsOf: utf8)
        } else {
            for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars { append(scalar, to: &output) }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        switch scalar {
        case "\"": output.append(contentsOf: #"\""#.utf8)
        case "\\": output.append(contentsOf: #"\\"#.utf8)
        case "\n": output.append(contentsOf: #"\n"#.utf8)
        case "\r": output.append(contentsOf: #"\r"#.utf8)
        case "\t": output.append(contentsOf: #"\t"#.utf8)
        case _ where UnprintableScalars.contains(scalar): scalar.utf16.forEach { appendUnit($0, to: &output) }
        default: output.append(contentsOf: scalar.utf8)
        }
    }

    private static func appendUnit(_ unit: UInt16, to output: inout [UInt8]) {
        output.append(contentsOf: #"\u"#.utf8)
        for shift in [12, 8, 4, 0] { output.append(Hexadecimal.digit(unit >> shift)) }
    }
}
