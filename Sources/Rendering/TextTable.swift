import Text

/// A table of aligned columns, two spaces apart, without rules and without trailing blanks.
///
/// Widths are counted in terminal columns, see `DisplayWidth`. A left-aligned last column is not padded. A table that is
/// wider than the terminal is made narrower, see `TableLayout`.
package struct TextTable: Sendable, Equatable {
    /// Its columns, hidden ones included.
    package let columns: [Column]
    private(set) var rows: [[Cell]] = []

    /// An empty table. A table whose titles are all empty has no heading line, and nothing of it can be chosen.
    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row. Missing cells at its end are empty; cells beyond the last column are left out.
    package mutating func append(_ cells: [Cell]) {
        rows.append(Array(cells.prefix(columns.count)))
    }

    /// Whether no row was added.
    package var isEmpty: Bool { rows.isEmpty }

    /// The table as lines, each ended by a line feed, with what was chosen of it.
    package func render(_ look: TerminalLook = .plain) -> ScreenText {
        var paged = PagedTable(columns, look)
        return paged.text(self)
    }

    /// The table as comma-separated values (RFC 4180, lines ended by line feeds), with what was chosen of it: figures as they
    /// are, times in seconds, sizes in bytes; empty where there is nothing to say, `unknown` where there is, and it is not
    /// known. Without a choice every column is there, hidden ones included.
    package func csv(_ choices: TableChoices = .standard) -> String {
        var look = TerminalLook.plain
        look.choices = choices
        var paged = PagedTable(columns, look)
        return paged.csv(self)
    }
}

/// A table that is written page by page, since it may be too long to be held. What the first page needs sets the columns; a
/// later page makes them wider where it has to.
package struct PagedTable {
    let look: TerminalLook
    private let columns: [Column]
    private let shown: [Int]
    private var layout: TableLayout?
    private var isHeaded: Bool

    /// A table of which nothing is written yet.
    package init(_ columns: [Column], _ look: TerminalLook) {
        let hasTitles = !columns.allSatisfy(\.title.isEmpty)
        var look = look
        if !hasTitles { look = look.withoutChoices }
        (self.columns, self.look) = (columns, look)
        shown = columns.indices(of: look.choices)
        isHeaded = !hasTitles || !look.choices.showsHeading
    }

    /// The next rows as lines, with the heading before the first of them.
    package mutating func text(_ rows: [[Cell]]) -> ScreenText {
        let heading = takeHeading()
        let layout = fit { $0.widen(for: heading + rows) }
        var output: ScreenText = ""
        for cells in heading { layout.append(cells, isHeading: true, look: look, to: &output) }
        for cells in rows { layout.append(cells, isHeading: false, look: look, to: &output) }
        return output
    }

    /// The same of very many rows.
    package mutating func text(_ rows: RowBuffer) -> ScreenText {
        // On a terminal names are cut and sentences folded, cell by cell.
        if limit != nil { return text(rows.cells) }
        let heading = takeHeading()
        let layout = fit {
            $0.widen(for: heading)
            $0.widen(for: rows)
        }
        var output: ScreenText = ""
        for cells in heading { layout.append(cells, isHeading: true, look: look, to: &output) }
        layout.append(rows, to: &output.bytes)
        return output
    }

    /// The terminal's width, where the table has to fit it.
    private var limit: Int? { look.choices.showsAll ? nil : look.width }

    /// The heading, unless it is written or not wanted.
    private mutating func takeHeading() -> [[Cell]] {
        defer { isHeaded = true }
        return isHeaded ? [] : [columns.map { Cell($0.title, style: $0.title.isEmpty ? nil : .bold) }]
    }

    /// The layout, once there is room for more.
    private mutating func fit(_ widen: (inout TableLayout) -> Void) -> TableLayout {
        var layout =
            self.layout ?? TableLayout(columns, [], shown: shown, mayDrop: look.choices.columns.isEmpty)
        widen(&layout)
        layout = layout.fitted(to: limit)
        self.layout = layout
        return layout
    }

    /// All rows of a table that is of the same columns, sorted, as lines.
    package mutating func text(_ table: TextTable) -> ScreenText { text(table.sorted(by: look.choices)) }

    /// The same as comma-separated values.
    package mutating func csv(_ table: TextTable) -> String { csv(table.sorted(by: look.choices)) }

    /// The next rows as comma-separated values.
    package mutating func csv(_ rows: [[Cell]]) -> String {
        let values = values
        return rows.reduce(into: takeNames()) { text, cells in
            text += CSV.line(values.map { $0 < cells.count ? cells[$0].raw : "" })
        }
    }

    /// The same of very many rows, whose cells are values for a program.
    package mutating func csv(_ rows: RowBuffer) -> [UInt8] {
        var output = Array(takeNames().utf8)
        CSV.append(rows, values, to: &output)
        return output
    }

    /// The columns whose values are written.
    private var values: [Int] { look.choices.columns.isEmpty ? Array(columns.indices) : shown }

    /// The line of names, unless it is written or not wanted.
    private mutating func takeNames() -> String {
        defer { isHeaded = true }
        return isHeaded ? "" : CSV.line(values.map { columns[$0].name })
    }
}

/// Comma-separated values.
package enum CSV {
    /// One record with its line feed. A field is quoted where it would be taken for something else.
    package static func line(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\n"
    }

    private static func field(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { ![UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D].contains($0) }
        guard !isPlain || text.hasPrefix(" ") || text.hasSuffix(" ") else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Appends records of these columns.
    static func append(_ rows: RowBuffer, _ columns: [Int], to output: inout [UInt8]) {
        for row in 0..<rows.count {
            for (number, column) in columns.enumerated() {
                if number > 0 { output.append(UInt8(ascii: ",")) }
                let field = rows.bytes[rows.range(row, column)]
                let isPlain = field.allSatisfy { ![UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D].contains($0) }
                if isPlain, field.first != UInt8(ascii: " "), field.last != UInt8(ascii: " ") {
                    output.append(contentsOf: field)
                } else {
                    output.append(contentsOf: self.field(String(decoding: field, as: UTF8.self)).utf8)
                }
            }
            output.append(UInt8(ascii: "\n"))
        }
    }
}

// MARK: - Choices

/// What is to be seen of a table: `--columns`, `--no-headers`, `--sort`, and the whole of it with `-o wide`.
package struct TableChoices: Sendable, Equatable {
    /// The columns that are wanted, in that order, as they were typed; empty for those that are shown anyway.
    package var columns: [String] = []
    /// Whether there is a heading.
    package var showsHeading = true
    /// What the rows are sorted by; nil for the order they come in.
    package var order: Order?
    /// Whether every column is shown, at its full width.
    package var showsAll = false

    /// A column by which rows are sorted.
    package struct Order: Sendable, Equatable {
        /// Its name, as it was typed.
        package let column: String
        /// Whether the greatest comes first.
        package let isDescending: Bool

        /// Reads `NAME` or `-NAME`.
        package init(_ text: String) {
            isDescending = text.hasPrefix("-")
            column = isDescending ? String(text.dropFirst()) : text
        }
    }

    /// The table as it is.
    package static let standard = TableChoices()

    package init() {}

    /// Whether anything was asked for that only a table has.
    package var isMade: Bool { !columns.isEmpty || order != nil || !showsHeading }
}

extension TableChoices {
    /// What is wrong with choices for a table of these columns, with the names that there are; nil when they fit it.
    package func fault(in table: [Column]) -> TerminalText? {
        let names = table.map(\.key)
        guard
            let stranger = (columns + [order?.column].compactMap(\.self)).first(where: {
                !names.contains(Column.key($0))
            })
        else { return nil }
        return "there is no column \(stranger): the columns are \(names.joined(separator: ", "))"
    }
}

extension [Column] {
    /// The columns that are wanted, in their order.
    fileprivate func indices(of choices: TableChoices) -> [Int] {
        let asked = choices.columns.compactMap { name in firstIndex { $0.key == Column.key(name) } }
        return asked.isEmpty ? indices.filter { choices.showsAll || !self[$0].isHidden } : asked
    }
}

extension TextTable {
    /// Rows that are alike stay in their order.
    fileprivate func sorted(by choices: TableChoices) -> [[Cell]] {
        guard let order = choices.order, let index = columns.firstIndex(where: { $0.key == Column.key(order.column) })
        else { return rows }
        let ranks = rows.map { $0.count > index ? $0[index].rank : .nothing }
        return rows.indices.sorted { left, right in
            if ranks[left] == ranks[right] { return left < right }
            return ranks[left].precedes(ranks[right], isDescending: order.isDescending)
        }.map { rows[$0] }
    }
}
