/// How wide the columns of a table are, and which of them there are.
///
/// On a terminal that is too narrow for all of it, names in flexible columns are cut in their middle, sentences in the last
/// column are folded at spaces, columns are left out by their priority, and sentences for which no room is left beside
/// their rows move below them. Only where all that is not enough are names cut so far that they may look alike.
///
/// A cell that is longer than any of ours, such as an id that somebody forged, pushes no other cell away: on a terminal it is cut
/// whatever its column, and elsewhere, where values are whole, its row alone is out of line.
struct TableLayout {
    private let columns: [Column]
    /// What each column needs.
    private var natural: [Int]
    /// The columns that are shown, in their order.
    private var shown: [Int]
    /// The width of each of all columns.
    private var widths: [Int]
    private let mayDrop: Bool
    /// The column of sentences, for which there can be more than one line; nil for none.
    private var sentences: Int?
    /// Whether sentences stand below their rows.
    private var isBelow = false
    private var limit: Int?

    /// By how much a sentence below its row is indented.
    private static let indent = 4

    /// How wide a column is at most where nothing limits the table.
    private static let padded = 200

    /// To how many columns cells are cut that are no names: the longest id of ours, two numbers of 64 bits, takes 41.
    private static let leastID = 44

    /// A layout without limits.
    ///
    /// - Parameter mayDrop: whether columns may be left out.
    init(_ columns: [Column], _ lines: [[Cell]], shown: [Int], mayDrop: Bool) {
        self.columns = columns
        self.shown = shown
        self.mayDrop = mayDrop
        natural = columns.map(\.minimum)
        widths = natural
        widen(for: lines)
    }

    /// Makes room for more lines.
    mutating func widen(for lines: [[Cell]]) {
        for cells in lines {
            for (index, cell) in cells.enumerated() {
                natural[index] = max(natural[index], DisplayWidth.of(cell.text))
            }
        }
        widths = natural
        guard sentences == nil, let last = shown.last, columns[last].alignment == .left, !columns[last].isFlexible
        else { return }
        let hasSentences = lines.contains { $0.count > last && $0[last].text.utf8.contains(UInt8(ascii: " ")) }
        sentences = hasSentences ? last : nil
    }

    /// Makes room for very many more, where there is no limit.
    mutating func widen(for rows: RowBuffer) {
        for row in 0..<rows.count {
            for index in natural.indices { natural[index] = max(natural[index], rows.width(row, index)) }
        }
        widths = natural
    }

    /// The layout for a terminal with this many columns; nil for no limit.
    func fitted(to limit: Int?) -> TableLayout {
        var layout = self
        // One that is as wide as the terminal has to be made narrower in any case.
        layout.natural = natural.map { min($0, limit.map { max($0, Self.leastID) } ?? Self.padded) }
        layout.widths = layout.natural
        guard let limit else { return layout }
        layout.limit = limit
        while true {
            if layout.narrow(least: \.least) { return layout }
            guard layout.giveWay() else { break }
        }
        if layout.narrow(least: { min($0.least, Column.leastName) }) { return layout }
        if layout.mayDrop, layout.sentences != nil, layout.shown.count > 1 {
            layout.isBelow = true
            if layout.narrow(least: { min($0.least, Column.leastName) }) { return layout }
        }
        while !layout.narrow(least: { _ in 4 }) {
            guard layout.mayDrop, let last = layout.beside.last, layout.beside.count > 1 else { break }
            layout.shown.removeAll { $0 == last }
        }
        if layout.mayDrop, let only = layout.beside.first, layout.beside.count == 1 {
            layout.widths[only] = min(layout.widths[only], max(1, limit))
        }
        return layout
    }

    // MARK: Narrower

    /// The columns that stand side by side.
    private var beside: [Int] { isBelow ? shown.filter { $0 != sentences } : shown }

    private var total: Int { beside.reduce(2 * (beside.count - 1)) { $0 + widths[$1] } }

    /// Leaves out the column that matters least, or moves the sentences below their rows; false when all of them matter.
    private mutating func giveWay() -> Bool {
        guard mayDrop, let most = beside.map({ columns[$0].priority }).max(), most > 0, beside.count > 1,
            let next = beside.last(where: { columns[$0].priority == most })
        else { return false }
        if next == sentences { isBelow = true } else { shown.removeAll { $0 == next } }
        return true
    }

    /// Takes what is too much from the widest column that can give it; false when it does not fit even so.
    private mutating func narrow(least: (Column) -> Int) -> Bool {
        guard let limit else { return true }
        widths = natural
        var excess = total - limit
        while excess > 0 {
            let giving = beside.filter { widths[$0] > leastWidth(of: $0, least) }
            guard let widest = giving.max(by: { widths[$0] < widths[$1] }) else { return false }
            widths[widest] -= 1
            excess -= 1
        }
        return true
    }

    private func leastWidth(of index: Int, _ least: (Column) -> Int) -> Int {
        let title = DisplayWidth.of(columns[index].title)
        if index == sentences { return max(columns[index].leastSentence, title) }
        return max(columns[index].isFlexible ? least(columns[index]) : Self.leastID, title)
    }

    // MARK: Lines

    /// Adds a row.
    func append(_ cells: [Cell], isHeading: Bool, look: TerminalLook, to output: inout ScreenText) {
        var blanks = 0
        var (column, rest): (Int, ScreenText) = (0, "")
        for index in beside {
            let cell = index < cells.count ? cells[index] : ""
            let lines = index == sentences && limit != nil ? fold(cell.text, widths[index]) : [cell.text]
            let text = limit == nil ? cell.text : DisplayWidth.abbreviated(lines.first ?? "", to: widths[index])
            let padding = max(0, widths[index] - DisplayWidth.of(text))
            let isRight = columns[index].alignment == .right
            for line in lines.dropFirst() {
                rest.append(safe: String(repeating: " ", count: column))
                append(line, cell, index, to: &rest)
                rest += "\n"
            }
            if !text.isEmpty {
                output.append(safe: String(repeating: " ", count: isRight ? blanks + padding : blanks))
                append(text, cell, index, to: &output)
                blanks = isRight ? 0 : padding
            } else {
                blanks += padding
            }
            blanks += 2
            column += widths[index] + 2
        }
        output += "\n"
        output += rest
        if isBelow, !isHeading, let sentences, sentences < cells.count {
            appendBelow(cells[sentences], columns[sentences], look, to: &output)
        }

        func append(_ text: String, _ cell: Cell, _ index: Int, to output: inout ScreenText) {
            look.append(safe: text, cell.style ?? (isHeading ? nil : columns[index].style), to: &output)
        }
    }

    /// Adds very many rows, where there is no limit.
    func append(_ rows: RowBuffer, to output: inout [UInt8]) {
        let columns = shown.map { (index: $0, width: widths[$0], isRight: self.columns[$0].alignment == .right) }
        for row in 0..<rows.count {
            var blanks = 0
            for column in columns {
                let cell = rows.range(row, column.index)
                let padding = max(0, column.width - rows.width(row, column.index))
                if cell.isEmpty {
                    blanks += padding
                } else {
                    if column.isRight { blanks += padding }
                    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blanks))
                    output.append(contentsOf: rows.bytes[cell])
                    blanks = column.isRight ? 0 : padding
                }
                blanks += 2
            }
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Adds a sentence below its row, behind its column's title.
    private func appendBelow(_ cell: Cell, _ column: Column, _ look: TerminalLook, to output: inout ScreenText) {
        guard cell.rank != .nothing, let limit else { return }
        let title = column.title.isEmpty ? "" : column.title + "  "
        let indent = String(repeating: " ", count: min(Self.indent, max(0, limit - 16)))
        let hanging = indent.count + DisplayWidth.of(title)
        for (number, line) in fold(cell.text, max(1, limit - hanging)).enumerated() {
            output.append(safe: number == 0 ? indent + title : String(repeating: " ", count: hanging))
            look.append(safe: line, cell.style ?? column.style, to: &output)
            output += "\n"
        }
    }

    /// Words that are longer than a line are cut: in a table they are names.
    private func fold(_ text: String, _ width: Int) -> [String] {
        TextFolding.lines(text, width: width).map { DisplayWidth.abbreviated($0, to: width) }
    }
}
