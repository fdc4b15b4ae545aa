import Text

/// Tables as HTML: the heading once, the first cell of a row names it, figures to the right.
enum HTMLTable {
    /// How many rows a page has of one table.
    static let limit = 500

    /// A table in a box that scrolls where the page is narrow.
    ///
    /// - Parameters:
    ///   - name: what it is called; for who does not see it.
    ///   - leading: what stands before the first cell of each row.
    static func markup(_ table: TextTable, name: TerminalText, leading: [HTMLText] = []) -> HTMLText {
        let (shown, leftOut) = table.cut(to: limit)
        let columns = shown.shownColumns
        let kind: HTMLText = shown.hasTitles ? "" : " class=\"facts\""
        var output: HTMLText =
            "<div class=\"scroll\" role=\"region\" aria-label=\"\(name)\" tabindex=\"0\"><table\(kind)>\n"
        if shown.hasTitles {
            let cells = columns.map { index -> HTMLText in
                let column = shown.columns[index]
                return "<th scope=\"col\"\(side(column))>\(column.title)</th>"
            }
            output += "<thead><tr>\(cells.joined())</tr></thead>\n"
        }
        output += "<tbody>\n"
        for (place, row) in shown.rows.enumerated() {
            output += "<tr>"
            for (position, index) in columns.enumerated() {
                let cell = index < row.count ? row[index] : ""
                if position == 0 {
                    let mark = place < leading.count ? leading[place] : ""
                    output += "<th scope=\"row\"\(classes(cell, shown.columns[index]))>\(mark)\(text(cell))</th>"
                } else {
                    output += "<td\(classes(cell, shown.columns[index]))>\(text(cell))</td>"
                }
            }
            output += "</tr>\n"
        }
        output += "</tbody></table></div>\n"
        if leftOut > 0 { output += "<p class=\"remark\">and \(Format.count(leftOut, "more row"))</p>\n" }
        return output
    }

    /// What takes more columns is broken into lines where there is no room for it.
    private static let longest = 40

    private static func text(_ cell: Cell) -> HTMLText { .prose(TerminalText(keeping: cell.text)) }

    private static func side(_ column: Column) -> HTMLText { column.alignment == .right ? " class=\"n\"" : "" }

    private static func classes(_ cell: Cell, _ column: Column) -> HTMLText {
        let side: HTMLText = column.alignment == .right ? "n" : ""
        let tone: HTMLText =
            switch cell.style {
            case .red: "bad"
            case .yellow: "warn"
            case .green, .bold, .dim, nil: cell.rank == .nothing ? "none" : ""
            }
        let length: HTMLText = DisplayWidth.of(cell.text) > longest ? "long" : ""
        let words = [side, tone, length].filter { !$0.isEmpty }
        return words.isEmpty ? "" : " class=\"\(words.joined(separator: " "))\""
    }
}
