import Text

/// A table of aligned columns, two spaces apart, without rules and without trailing blanks.
///
/// Widths are counted in terminal columns, see `DisplayWidth`. A left-aligned last column is not padded. A table that is
/// wider than the terminal is made narrower: sentences in its last column are folded at spaces, names in flexible columns
/// are cut in their middle, and where that would leave too little of them, dispensable columns are left out.
package struct TextTable: Sendable, Equatable {
    private let columns: [Column]
    private var rows: [[Cell]] = []

    /// As much of a name as keeps it apart from others, where there is room.
    private static let leastName = 12
    /// As much room as a sentence needs.
    private static let leastSentence = 24

    /// An empty table. A table whose titles are all empty has no heading line.
    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row. Missing cells at its end are empty; cells beyond the last column are left out.
    package mutating func append(_ cells: [Cell]) {
        rows.append(Array(cells.prefix(columns.count)))
    }

    /// Whether no row was added.
    package var isEmpty: Bool { rows.isEmpty }

    /// The table as lines, each ended by a line feed. A flexible column is never cut to less than its title or four columns.
    package func render(_ look: TerminalLook = .plain) -> String {
        let heading = columns.map { Cell($0.title, style: $0.title.isEmpty ? nil : .bold) }
        let lines = columns.allSatisfy(\.title.isEmpty) ? rows : [heading] + rows
        let natural = naturalWidths(of: lines)
        let folded = sentences
        let (shown, widths) = look.width.map { fitted(natural, folded, to: $0) } ?? (Array(columns.indices), natural)
        var output = ""
        for (index, cells) in lines.enumerated() {
            let isHeading = index == 0 && lines.count > rows.count
            append(cells, shown, widths, folded, usesColumnStyle: !isHeading, look: look, to: &output)
        }
        return output
    }

    private func naturalWidths(of lines: [[Cell]]) -> [Int] {
        var widths = [Int](repeating: 0, count: columns.count)
        for cells in lines {
            for (index, cell) in cells.enumerated() {
                widths[index] = max(widths[index], DisplayWidth.of(cell.text))
            }
        }
        return widths
    }

    // MARK: Narrow terminals

    /// The columns that are shown, and the width of each of all columns.
    private func fitted(_ natural: [Int], _ folded: Int?, to limit: Int) -> (shown: [Int], widths: [Int]) {
        var shown = Array(columns.indices)
        while true {
            var widths = natural
            narrow(&widths, shown, folded, to: limit, least: Self.leastName)
            if Self.total(widths, shown) <= limit { return (shown, widths) }
            guard let dispensable = shown.last(where: { columns[$0].isDispensable }) else {
                narrow(&widths, shown, folded, to: limit, least: 4)
                return (shown, widths)
            }
            shown.removeAll { $0 == dispensable }
        }
    }

    /// Takes what is too much from the widest column that can give it, until it fits or nothing can be given any more.
    private func narrow(_ widths: inout [Int], _ shown: [Int], _ folded: Int?, to limit: Int, least: Int) {
        var excess = Self.total(widths, shown) - limit
        while excess > 0 {
            let giving = shown.filter { widths[$0] > leastWidth(of: $0, folded, least) }
            guard let widest = giving.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
            excess -= 1
        }
    }

    private func leastWidth(of index: Int, _ folded: Int?, _ least: Int) -> Int {
        if index == folded { return max(Self.leastSentence, DisplayWidth.of(columns[index].title)) }
        guard columns[index].isFlexible else { return .max }
        return max(least, DisplayWidth.of(columns[index].title))
    }

    /// The column that has sentences, for which there can be more than one line; nil for none.
    private var sentences: Int? {
        guard let last = columns.indices.last, columns[last].alignment == .left else { return nil }
        return rows.contains { $0.count > last && $0[last].text.utf8.contains(UInt8(ascii: " ")) } ? last : nil
    }

    private static func total(_ widths: [Int], _ shown: [Int]) -> Int {
        shown.reduce(2 * (shown.count - 1)) { $0 + widths[$1] }
    }

    // MARK: Lines

    private func append(
        _ cells: [Cell],
        _ shown: [Int],
        _ widths: [Int],
        _ folded: Int?,
        usesColumnStyle: Bool,
        look: TerminalLook,
        to output: inout String
    ) {
        var blanks = 0
        var (column, rest) = (0, [String]())
        for index in shown where index < cells.count {
            let cell = cells[index]
            let lines = index == folded ? TextFolding.lines(cell.text, width: widths[index]) : [cell.text]
            let text = DisplayWidth.abbreviated(lines.first ?? "", to: widths[index])
            let padding = widths[index] - DisplayWidth.of(text)
            let isRight = columns[index].alignment == .right
            rest += lines.dropFirst().map { String(repeating: " ", count: column) + style($0, cell, index) }
            if !text.isEmpty {
                output += String(repeating: " ", count: isRight ? blanks + padding : blanks)
                output += style(text, cell, index)
                blanks = isRight ? 0 : padding
            } else {
                blanks += padding
            }
            blanks += 2
            column += widths[index] + 2
        }
        output += "\n" + rest.map { $0 + "\n" }.joined()

        func style(_ text: String, _ cell: Cell, _ index: Int) -> String {
            look.styled(text, cell.style ?? (usesColumnStyle ? columns[index].style : nil))
        }
    }
}

/// A column of a table: its title, and how its cells are set.
package struct Column: Sendable, Equatable {
    /// Where a cell stands within its column.
    package enum Alignment: Sendable, Equatable {
        /// Words.
        case left
        /// Numbers, so that their digits stand below each other.
        case right
    }

    let title: String
    let alignment: Alignment
    let style: Style?
    let isFlexible: Bool
    let isDispensable: Bool

    /// A column. `style` colours each cell that has no style of its own, not the title. Flexible columns are cut on a narrow
    /// terminal, dispensable ones are left out where that is not enough, the last of them first.
    package init(
        _ title: String,
        _ alignment: Alignment = .left,
        style: Style? = nil,
        isFlexible: Bool = false,
        isDispensable: Bool = false
    ) {
        self.title = title
        self.alignment = alignment
        self.style = style
        self.isFlexible = isFlexible
        self.isDispensable = isDispensable
    }
}

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
