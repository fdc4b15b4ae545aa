/// Text that is safe to show on a terminal: made from our own words, and from anything else by escaping it.
///
/// What is interpolated is escaped: `"no group \(name)"` is safe whatever the bytes of `name` are, and another
/// `TerminalText` is taken as it is. A literal is our own words, whose backslashes stay. The result has no control
/// character, no invisible or reordering scalar and no invalid UTF-8, and it is unambiguous: the backslash of what is
/// escaped is escaped as well.
///
/// | bytes | shown as |
/// |---|---|
/// | LF, CR, TAB | `\n` `\r` `\t` |
/// | any other C0 control, DEL | `\x1b` |
/// | a byte that is not UTF-8 | `\xff` |
/// | C1 as UTF-8, bidirectional, zero-width, U+2028/9, selectors, tags | `\u{202e}` |
/// | the backslash | `\\` |
package struct TerminalText: Sendable, CustomStringConvertible {
    /// What a terminal is sent.
    package private(set) var text: String
    /// The same for a format with escapes of its own, where it differs.
    private var raw: String?

    /// The same for JSON, which has escapes of its own: control characters are as they came. Bytes that are not UTF-8 are
    /// `\xHH`, and backslashes among bytes are doubled, so that no two names share a text.
    package var json: String { raw ?? text }

    package var description: String { text }

    /// Whether there is nothing to show.
    package var isEmpty: Bool { text.isEmpty }

    /// Text from outside: what an operator typed, a server or a library said.
    package init(_ text: some StringProtocol) {
        let source = String(text)
        self.init(text: Escape.isPlain(source) ? source : Escape.text(Array(source.utf8)), raw: source)
    }

    /// Bytes from the network or from a file.
    package init(_ bytes: some Collection<UInt8>) {
        // From here on the type is concrete: a witness call for each byte took sixty times as long.
        let bytes = Array(bytes)
        if bytes.allSatisfy(Escape.isPlain) {
            self.init(text: String(decoding: bytes, as: UTF8.self), raw: nil)
        } else {
            self.init(text: Escape.text(bytes), raw: Escape.readable(bytes))
        }
    }

    /// Bytes that name something. An empty name is legal in Redis, and shown as `""`: nothing at all reads as if it were left out.
    package init(name bytes: some Collection<UInt8>) {
        self = bytes.isEmpty ? "\"\"" : TerminalText(bytes)
    }

    /// Text whose parts may have been escaped already, such as a library's error or a command that is to be copied: its
    /// backslashes stay as they are, so that nothing is escaped twice.
    package init(keeping text: String) {
        self.init(text: Escape.keepingBackslashes(text), raw: text)
    }

    /// An error in its own words, where it has some that are safe.
    package init(of error: any Error) {
        self = (error as? any TerminalTextConvertible)?.text ?? TerminalText(keeping: String(describing: error))
    }

    /// Bytes in double quotes within an error: printable ASCII as it is, everything else as `\xHH`, cut behind `limit`
    /// bytes.
    package init(quoting bytes: some Collection<UInt8>, limit: Int = 64) {
        self = "\"" + TerminalText(cutting: bytes, limit: limit) + "\""
    }

    /// The same without the quotes.
    package init(cutting bytes: some Collection<UInt8>, limit: Int = 64) {
        let text = bytes.prefix(limit).map(Escape.quoted).joined()
        self.init(text: bytes.count > limit ? text + "…" : text, raw: nil)
    }

    private init(text: String, raw: String?) {
        self.text = text
        self.raw = raw == text ? nil : raw
    }
}

// Not Hashable: then a comparison with a String would compile by way of AnyHashable, and never hold.
extension TerminalText: Equatable {
    /// Equal is what looks the same.
    package static func == (left: TerminalText, right: TerminalText) -> Bool { left.text == right.text }
}

// MARK: - Putting together

extension TerminalText {
    package static func += (left: inout TerminalText, right: TerminalText) {
        if left.raw != nil || right.raw != nil { left.raw = left.json + right.json }
        left.text += right.text
    }

    package static func + (left: TerminalText, right: TerminalText) -> TerminalText {
        var sum = left
        sum += right
        return sum
    }
}

extension Sequence<TerminalText> {
    /// One after the other, with `separator` between them.
    package func joined(separator: TerminalText = "") -> TerminalText {
        var sum: TerminalText = ""
        for (index, part) in enumerated() {
            if index > 0 { sum += separator }
            sum += part
        }
        return sum
    }
}

/// What has words of its own that are safe to show: an error, a verdict.
package protocol TerminalTextConvertible: CustomStringConvertible {
    /// The words.
    var text: TerminalText { get }
}

extension TerminalTextConvertible {
    package var description: String { text.text }
}

extension TerminalText: ExpressibleByStringInterpolation {
    /// Our own words.
    package init(stringLiteral words: String) { self.init(keeping: words) }

    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sum }

    /// Literals as they are, values escaped.
    ///
    /// What takes a `String` is disfavoured so that a literal within an interpolation, such as `\(isLast ? "" : ", \(name)")`,
    /// is a `TerminalText` as well and has its own parts escaped, once.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sum = TerminalText(text: "", raw: nil)

        package init(literalCapacity: Int, interpolationCount: Int) {
            sum.text.reserveCapacity(literalCapacity + interpolationCount * 8)
        }

        package mutating func appendLiteral(_ words: String) { sum += TerminalText(keeping: words) }

        /// Text that is safe already.
        package mutating func appendInterpolation(_ text: TerminalText) { sum += text }

        /// A value with words of its own.
        package mutating func appendInterpolation(_ value: some TerminalTextConvertible) { sum += value.text }

        /// Bytes from the network, as a name.
        package mutating func appendInterpolation(_ bytes: some Collection<UInt8>) { sum += TerminalText(name: bytes) }

        /// Text from outside.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ text: String) { sum += TerminalText(text) }

        /// A number, an id, an address.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            sum += TerminalText(value.description)
        }

        /// Text whose parts may have been escaped already.
        package mutating func appendInterpolation(keeping text: some CustomStringConvertible) {
            sum += TerminalText(keeping: text.description)
        }
    }
}

// MARK: - Escaping

/// How bytes become text that a terminal shows and does not obey.
private enum Escape {
    /// Whether a text is plain ASCII without a backslash, which stays as it is.
    static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy(isPlain) }

    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\")
    }

    /// The printable form of `bytes`, in one pass.
    static func text(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The printable form of a text whose backslashes are to stay.
    static func keepingBackslashes(_ text: String) -> String {
        if text.utf8.allSatisfy({ isPlain($0) || $0 == UInt8(ascii: "\\") }) { return text }
        // By bytes: a backslash with a combining mark behind it is one character.
        return text.utf8.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false)
            .map { Self.text(Array($0)) }.joined(separator: "\\")
    }

    /// The bytes for a format with escapes of its own: UTF-8 with backslashes doubled; where it is no UTF-8, high bytes as
    /// `\xHH`.
    static func readable(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) {
            let parts = text.utf8.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false)
            return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: #"\\"#)
        }
        return bytes.map { byte in
            switch byte {
            case UInt8(ascii: "\\"): #"\\"#
            case 0..<0x80: String(UnicodeScalar(byte))
            default: #"\x"# + String(byte, radix: 16)
            }
        }.joined()
    }

    /// One byte as it stands between double quotes.
    static func quoted(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case UInt8(ascii: "\n"): #"\n"#
        case UInt8(ascii: "\r"): #"\r"#
        case UInt8(ascii: "\t"): #"\t"#
        case 0x20..<0x7F: String(UnicodeScalar(byte))
        default: (byte < 0x10 ? #"\x0"# : #"\x"#) + String(byte, radix: 16)
        }
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
        output.append(contentsOf: (byte < 0x10 ? #"\x0"# : #"\x"#).utf8)
        output.append(contentsOf: String(byte, radix: 16).utf8)
    }
}
