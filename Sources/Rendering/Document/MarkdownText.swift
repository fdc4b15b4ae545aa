import Text

/// Markdown that is safe to put into an issue: marks of our own, and everything else with the characters escaped that Markdown
/// (GitHub's and GitLab's) obeys. What is interpolated names nobody, links nowhere and refers to no issue.
package struct MarkdownText: Sendable, Equatable {
    /// What an issue is given.
    package private(set) var source: String

    /// A text, its special characters escaped.
    package init(_ text: TerminalText) { source = Self.escaped(text.text) }

    fileprivate init(source: String) { self.source = source }

    /// Text that stands between backquotes, as many as it takes, and is shown letter by letter.
    package static func code(_ text: TerminalText) -> MarkdownText {
        let fence = fence(for: text.text, least: 1)
        let blank = text.text.hasPrefix("`") || text.text.hasSuffix("`") ? " " : ""
        return MarkdownText(source: fence + blank + text.text + blank + fence)
    }

    /// Lines in a block of their own, shown letter by letter.
    package static func block(_ text: TerminalText, indent: String = "") -> MarkdownText {
        let fence = fence(for: text.text, least: 3)
        return MarkdownText(source: "\(indent)\(fence)\n\(indent)\(text.text)\n\(indent)\(fence)")
    }

    package static func += (left: inout MarkdownText, right: MarkdownText) { left.source += right.source }

    /// More backquotes than stand anywhere in the text.
    private static func fence(for text: String, least: Int) -> String {
        var (longest, run) = (0, 0)
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return String(repeating: "`", count: max(least, longest + 1))
    }

    private static func escaped(_ text: String) -> String {
        var output = ""
        var last: Unicode.Scalar = " "
        // How many w come directly before.
        var run = 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "~", "&", "$", "{", "}", "!", "#":
                output += "\\\(scalar)"
            // A blank of no width keeps a name from being called and an address from becoming a link.
            case "@": output += "@\(Self.nothing)"
            case "/" where last == ":" || last == "/": output += "\(Self.nothing)/"
            case "." where run == 3: output += "\(Self.nothing)."
            case "0"..."9" where last == "#": output += "\(Self.nothing)\(scalar)"
            // At the start of a line these would begin a list.
            case "-", "+", "=": output += output.isEmpty ? "\\\(scalar)" : "\(scalar)"
            default: output.unicodeScalars.append(scalar)
            }
            last = scalar
            run = scalar == "w" || scalar == "W" ? run + 1 : 0
        }
        return output
    }

    private static let nothing = "&#8203;"
}

extension MarkdownText: ExpressibleByStringInterpolation {
    /// Marks of our own.
    package init(stringLiteral source: String) { self.init(source: source) }

    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sum }

    /// Literals as they are, values escaped; what takes a `String` is disfavoured as in `HTMLText`.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sum = MarkdownText(source: "")

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ marks: String) { sum.source += marks }

        /// Marks that are safe already.
        package mutating func appendInterpolation(_ text: MarkdownText) { sum += text }

        /// Text that is safe on a terminal.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ text: TerminalText) { sum += MarkdownText(text) }

        /// A number.
        package mutating func appendInterpolation(_ number: Int) { sum.source += String(number) }

        /// Text whose parts may have been escaped for a terminal already.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ text: String) { sum += MarkdownText(TerminalText(keeping: text)) }
    }
}
