import Text

/// Lines for a terminal, laid out and perhaps coloured, that are safe to show by their type.
///
/// A literal is our own words, line feeds and colours included. What is interpolated is escaped as `TerminalText` escapes it:
/// `"removed \(name)\n"` is safe whatever the bytes of `name` are, and a `TerminalText` or another `ScreenText` is taken as it
/// is. A `String` gets into it in no other way: a literal is a `StaticString`, which is part of the program. Who forgets to
/// escape a name has a `String`, which nothing that writes for a person takes.
package struct ScreenText: Sendable, Equatable {
    /// What a terminal is sent: for those who write it there.
    package internal(set) var bytes: [UInt8]

    /// Text of one line.
    package init(_ text: TerminalText) { self.init(safe: text.text) }

    /// Text that is known to be safe, such as the cells of a table. For this module alone.
    init(safe text: String) { bytes = Array(text.utf8) }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether there is nothing to show.
    package var isEmpty: Bool { bytes.isEmpty }

    /// Adds text that is known to be safe.
    mutating func append(safe text: String) { bytes.append(contentsOf: text.utf8) }

    package static func += (left: inout ScreenText, right: ScreenText) { left.bytes += right.bytes }

    package static func + (left: ScreenText, right: ScreenText) -> ScreenText {
        var sum = left
        sum += right
        return sum
    }
}

extension Sequence<ScreenText> {
    /// One after the other, with `separator` between them.
    package func joined(separator: ScreenText = "") -> ScreenText {
        var sum: ScreenText = ""
        for (index, part) in enumerated() {
            if index > 0 { sum += separator }
            sum += part
        }
        return sum
    }
}

// MARK: - Lines

extension ScreenText {
    /// Its lines, without the line feeds that end them.
    package var lines: [ScreenText] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { ScreenText(bytes: Array($0)) }
    }

    /// How many columns of a terminal a line takes; a colour takes none.
    package var width: Int {
        var isInside = false
        let visible = bytes.filter { byte in
            if byte == Self.escape { isInside = true }
            defer { if isInside, byte == UInt8(ascii: "m") { isInside = false } }
            return !isInside
        }
        return DisplayWidth.of(String(decoding: visible, as: UTF8.self))
    }

    /// The same for a terminal that shows ASCII alone.
    package var inASCII: ScreenText {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return self }
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        return ScreenText(
            bytes: scalars.map { scalar in
                switch scalar {
                case _ where scalar.isASCII: UInt8(truncatingIfNeeded: scalar.value)
                case "…": UInt8(ascii: "~")
                case "≥": UInt8(ascii: ">")
                case "≤": UInt8(ascii: "<")
                default: UInt8(ascii: "?")
                }
            }
        )
    }

    private static let escape: UInt8 = 0x1B
}

// MARK: - Literals

extension ScreenText: ExpressibleByStringInterpolation {
    /// Our own words: what is known only when the program runs is no `StaticString`.
    package init(stringLiteral words: StaticString) {
        bytes = words.withUTF8Buffer { Array($0) }
    }

    package init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

    /// Literals as they are, values escaped.
    ///
    /// What takes a `String` or a `TerminalText` is disfavoured so that a literal within an interpolation, such as
    /// `\(count > 0 ? "\(count) more\n" : "")`, is a `ScreenText` as well and has its own parts escaped, once.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ words: StaticString) {
            words.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        /// Lines that are safe already.
        package mutating func appendInterpolation(_ text: ScreenText) { bytes += text.bytes }

        /// Text that is safe already.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ text: TerminalText) { bytes += text.text.utf8 }

        /// A value with words of its own.
        package mutating func appendInterpolation(_ value: some TerminalTextConvertible) {
            appendInterpolation(value.text)
        }

        /// Bytes from the network, as a name.
        package mutating func appendInterpolation(_ bytes: some Collection<UInt8>) {
            appendInterpolation(TerminalText(name: bytes))
        }

        /// Text from outside.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ text: some StringProtocol) {
            appendInterpolation(TerminalText(text))
        }

        /// A number, an id, an address.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            appendInterpolation(TerminalText(value.description))
        }

        /// Text whose parts may have been escaped already.
        package mutating func appendInterpolation(keeping text: some CustomStringConvertible) {
            appendInterpolation(TerminalText(keeping: text.description))
        }
    }
}

extension DefaultStringInterpolation {
    /// A `String` is escaped where it is shown: in one, lines would be escaped a second time.
    @available(*, unavailable, message: "lines for a terminal are put into a ScreenText")
    package mutating func appendInterpolation(_ text: ScreenText) {}
}

extension ScreenText: CustomDebugStringConvertible {
    /// For a test that fails.
    package var debugDescription: String { String(decoding: bytes, as: UTF8.self) }
}
