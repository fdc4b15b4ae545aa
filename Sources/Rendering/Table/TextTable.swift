/// A table of aligned columns, two spaces apart, without rules and without trailing blanks.
///
/// Widths are counted in terminal columns, see `DisplayWidth`. A left-aligned last column is not padded.
package struct TextTable: Sendable, Equatable {
    private let columns: [Column]
    private var rows: [[Cell]] = []

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

    /// The table as lines, each ended by a line feed. If it is wider than `look.width`, the flexible column is cut, but
    /// never to less than its title or four columns.
    package func render(_ look: TerminalLook = .plain) -> String {
        let heading = columns.map { Cell($0.title, style: $0.title.isEmpty ? nil : .bold) }
        let lines = columns.allSatisfy(\.title.isEmpty) ? rows : [heading] + rows
        let widths = fitted(naturalWidths(of: lines), to: look.width)
        var output = ""
        for (index, cells) in lines.enumerated() {
            let isHeading = index == 0 && lines.count > rows.count
            append(cells, widths: widths, usesColumnStyle: !isHeading, look: look, to: &output)
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

    private func fitted(_ widths: [Int], to limit: Int?) -> [Int] {
        guard let limit, let flexible = columns.firstIndex(where: \.isFlexible) else { return widths }
        let excess = widths.reduce(2 * (widths.count - 1), +) - limit
        guard excess > 0 else { return widths }
        let least = min(widths[flexible], max(4, DisplayWidth.of(columns[flexible].title)))
        var fitted = widths
        fitted[flexible] = max(least, widths[flexible] - excess)
        return fitted
    }

    private func append(
        _ cells: [Cell],
        widths: [Int],
        usesColumnStyle: Bool,
        look: TerminalLook,
        to output: inout String
    ) {
        var blanks = 0
        for (index, cell) in cells.enumerated() {
            let text = DisplayWidth.truncated(cell.text, to: widths[index])
            let padding = widths[index] - DisplayWidth.of(text)
            let isRight = columns[index].alignment == .right
            if !text.isEmpty {
                output += String(repeating: " ", count: isRight ? blanks + padding : blanks)
                output += look.styled(text, cell.style ?? (usesColumnStyle ? columns[index].style : nil))
                blanks = isRight ? 0 : padding
            } else {
                blanks += padding
            }
            blanks += 2
        }
        output += "\n"
    }
}
