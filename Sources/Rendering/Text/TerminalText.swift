/// Turns bytes from the network into text that is safe to show on a terminal.
///
/// The result has no control character, no invisible or reordering scalar and no invalid UTF-8, and it is unambiguous:
/// the backslash is escaped as well, so text that looks like an escape always is one.
///
/// | bytes | shown as |
/// |---|---|
/// | LF, CR, TAB | `\n` `\r` `\t` |
/// | any other C0 control, DEL | `\x1b` |
/// | a byte that is not UTF-8 | `\xff` |
/// | C1 as UTF-8, bidirectional, zero-width, U+2028/9, selectors, tags | `\u{202e}` |
/// | the backslash | `\\` |
package enum TerminalText {
    /// The printable form of `bytes`, in one pass. Plain ASCII is returned as it is.
    package static func escaped(_ bytes: some Collection<UInt8>) -> String {
        // From here on the type is concrete: a witness call for each byte took sixty times as long.
        escaped(array: Array(bytes))
    }

    /// The printable form of a string that came from outside, such as a message of the server or of a library.
    package static func escaped(_ text: String) -> String {
        escaped(text.utf8)
    }

    /// The printable form of a text whose parts may have been escaped already: its backslashes stay as they are, so that
    /// nothing is escaped twice.
    package static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy({ isPlain($0) || $0 == UInt8(ascii: "\\") }) { return text }
        return text.split(separator: "\\", omittingEmptySubsequences: false).map { escaped(String($0)) }.joined(
            separator: "\\"
        )
    }

    private static func escaped(array bytes: [UInt8]) -> String {
        if bytes.allSatisfy(isPlain) { return String(decoding: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\")
    }

    private static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        var parser = Unicode.UTF8.ForwardParser()
        var source = bytes.makeIterator()
        var position = 0
        while true {
            switch parser.parseScalar(from: &source) {
            case .valid(let encoded):
                appendScalar(Unicode.UTF8.decode(encoded), encoded, to: &output)
                position += encoded.count
            case .error(let length):
                for byte in bytes[position..<position + length] { appendHexadecimal(byte, to: &output) }
                position += length
            case .emptyInput:
                return
            }
        }
    }

    private static func appendScalar(
        _ scalar: Unicode.Scalar,
        _ encoded: Unicode.UTF8.EncodedScalar,
        to output: inout [UInt8]
    ) {
        if scalar == "\\" {
            output.append(contentsOf: #"\\"#.utf8)
        } else if UnprintableScalars.contains(scalar) {
            appendEscape(scalar, to: &output)
        } else {
            output.append(contentsOf: encoded)
        }
    }

    private static func appendEscape(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        switch scalar {
        case "\n": output.append(contentsOf: #"\n"#.utf8)
        case "\r": output.append(contentsOf: #"\r"#.utf8)
        case "\t": output.append(contentsOf: #"\t"#.utf8)
        case _ where scalar.isASCII: appendHexadecimal(UInt8(truncatingIfNeeded: scalar.value), to: &output)
        default: output.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".utf8)
        }
    }

    private static func appendHexadecimal(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(contentsOf: #"\x"#.utf8)
        output.append(Hexadecimal.digit(byte >> 4))
        output.append(Hexadecimal.digit(byte))
    }
}
