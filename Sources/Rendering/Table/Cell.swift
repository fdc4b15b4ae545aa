import Text

/// One cell of a table: a single line of printable text, perhaps coloured.
package struct Cell: Sendable, Equatable {
    let text: String
    let style: Style?

    /// A cell of text that is safe. A `nil` style takes the column's.
    package init(_ text: TerminalText, style: Style? = nil) {
        self.text = text.text
        self.style = style
    }

    /// A cell of any other text, which is escaped. Disfavoured, so that a literal is a `TerminalText`, and escapes what is
    /// interpolated once.
    @_disfavoredOverload
    package init(_ text: String, style: Style? = nil) {
        self.init(TerminalText(text), style: style)
    }

    /// A cell of bytes from the network.
    package init(bytes: some Collection<UInt8>, style: Style? = nil) {
        self.init(TerminalText(bytes), style: style)
    }

    /// A count, grouped by thousands, or `unknown`: never 0 for what is not known.
    package init(count: Int?, style: Style? = nil) {
        self.init(count.map(Format.grouped) ?? "unknown", style: style)
    }
}

extension Cell: ExpressibleByStringLiteral {
    /// A cell of our own words.
    package init(stringLiteral value: String) {
        self.init(TerminalText(keeping: value))
    }
}
