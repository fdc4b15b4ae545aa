import Rendering
import Text

/// The lines of a help page, folded at spaces. None is wider than the terminal but those that are to be pasted.
struct HelpLines {
    /// What an option or a command is called, and what it does.
    struct Entry {
        let term: String
        let meaning: String
    }

    /// The columns there are.
    let width: Int
    /// So far.
    private(set) var lines: [ScreenText] = []

    init(width: Int) {
        self.width = width
    }

    /// The page as it is written.
    var text: ScreenText { lines.joined(separator: "\n") }

    /// An empty line, unless nothing is above it.
    mutating func gap() {
        if !lines.isEmpty { lines.append("") }
    }

    /// A sentence or more.
    /// - Parameter indent: of the lines after the first.
    mutating func add(_ text: String, indent: Int = 0) {
        lines += TerminalLook(usesColour: false, width: width).folded(TerminalText(keeping: text), indent: indent).lines
    }

    /// Lines that are laid out already, each ended by a line feed.
    mutating func add(table: ScreenText) {
        lines += table.lines
    }

    /// Lines to paste: never folded.
    mutating func addUnbroken(_ unbroken: [String]) {
        lines += unbroken.map { "  \(keeping: $0)" }
    }

    /// Terms on the left, meanings in a column beside them; on a narrow terminal below them.
    ///
    /// - Parameters:
    ///   - column: the width of the longest term; nil to take it from these entries.
    ///   - isBrief: whether a meaning that needs more than a line is cut to its first clause.
    mutating func add(_ entries: [Entry], column: Int? = nil, isBrief: Bool = false) {
        let longest = column ?? Self.column(of: entries)
        let start = 2 + min(longest, width * 2 / 5) + 2
        for entry in entries {
            let room = width - start
            guard room >= 24 else {
                lines.append("  \(keeping: entry.term)")
                lines += TextFolding.lines(entry.meaning, width: max(1, width - 6)).map { "      \(keeping: $0)" }
                continue
            }
            let isLong = DisplayWidth.of(entry.meaning) > room
            let meaning = isLong && isBrief ? Self.firstClause(of: entry.meaning) : entry.meaning
            let term = DisplayWidth.padded("  \(entry.term)", to: start)
            var beside = TextFolding.lines(meaning, width: room)
            // A term that reaches into the column has the line for itself.
            let first = DisplayWidth.of(entry.term) > start - 4 ? "  \(entry.term)" : term + beside.removeFirst()
            lines.append("\(keeping: first)")
            lines += beside.map { "\(keeping: String(repeating: " ", count: start) + $0)" }
        }
    }

    /// The width of the longest term.
    static func column(of entries: [Entry]) -> Int {
        entries.map { DisplayWidth.of($0.term) }.max() ?? 0
    }

    /// Up to the end of the first sentence, or a semicolon; a name such as `caracal.` ends none.
    private static func firstClause(of text: String) -> String {
        let words = text.split(separator: " ")
        let end = words.indices.dropLast().first { index in
            words[index].hasSuffix(";")
                || words[index].hasSuffix(".") && words[index + 1].first?.isUppercase == true
        }
        guard let end else { return text }
        return words[...end].joined(separator: " ").dropLast() + "."
    }
}
