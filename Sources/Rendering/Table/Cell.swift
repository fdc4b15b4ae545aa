/// One cell of a table: a single line of printable text, perhaps coloured.
package struct Cell: Sendable, Equatable {
    let text: String
    let style: Style?

    /// A cell of our own words, which may hold a name that was typed: what no terminal should obey is escaped, what is escaped
    /// already stays as it is. A `nil` style takes the column's.
    package init(_ text: String, style: Style? = nil) {
        self.text = TerminalText.printable(text)
        self.style = style
    }

    /// A cell of bytes from the network, shown escaped by `TerminalText`.
    package init(bytes: some Collection<UInt8>, style: Style? = nil) {
        self.init(TerminalText.escaped(bytes), style: style)
    }

    /// A count, grouped by thousands, or `unknown`: never 0 for what is not known.
    package init(count: Int?, style: Style? = nil) {
        self.init(count.map(Format.grouped) ?? "unknown", style: style)
    }
}

extension Cell: ExpressibleByStringLiteral {
    /// A cell of our own words.
    package init(stringLiteral value: String) {
        self.init(value)
    }
}
