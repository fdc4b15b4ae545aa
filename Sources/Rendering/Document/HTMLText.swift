import Text

/// Markup that is safe to put into a page: tags of our own, and everything else with the characters escaped that HTML obeys.
///
/// A literal is markup of our own. What is interpolated is text, and another `HTMLText` is taken as it is: `"<td>\(name)</td>"`
/// is safe whatever the bytes of `name` are. It is made of `TerminalText`, so that what is no text, or is not seen, is an escape.
package struct HTMLText: Sendable, Equatable {
    /// What a browser is given.
    package private(set) var markup: String

    /// A text, its special characters escaped.
    package init(_ text: TerminalText) { markup = Self.escaped(text.text) }

    fileprivate init(markup: String) { self.markup = markup }

    /// Whether there is nothing.
    package var isEmpty: Bool { markup.isEmpty }

    package static func += (left: inout HTMLText, right: HTMLText) { left.markup += right.markup }

    /// For the content of an element and for an attribute in double or single quotes alike.
    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
            default: output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: false
        }
    }
}

extension Sequence<HTMLText> {
    /// One after the other, with `separator` between them.
    package func joined(separator: HTMLText = "") -> HTMLText {
        var sum: HTMLText = ""
        for (index, part) in enumerated() {
            if index > 0 { sum += separator }
            sum += part
        }
        return sum
    }
}

extension HTMLText: ExpressibleByStringInterpolation {
    /// Markup of our own.
    package init(stringLiteral markup: String) { self.init(markup: markup) }

    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sum }

    /// Literals as they are, values escaped.
    ///
    /// What takes a `String` is disfavoured, so that a literal within an interpolation is markup of our own, and one that was put
    /// together elsewhere is text.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sum = HTMLText(markup: "")

        package init(literalCapacity: Int, interpolationCount: Int) {
            sum.markup.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ markup: String) { sum.markup += markup }

        /// Markup that is safe already.
        package mutating func appendInterpolation(_ markup: HTMLText) { sum += markup }

        /// Text that is safe on a terminal.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ text: TerminalText) { sum += HTMLText(text) }

        /// A number.
        package mutating func appendInterpolation(_ number: Int) { sum.markup += String(number) }

        /// Text whose parts may have been escaped for a terminal already.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ text: String) { sum += HTMLText(TerminalText(keeping: text)) }
    }
}
