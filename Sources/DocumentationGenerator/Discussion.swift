/// The longer text of a command: paragraphs, apart by empty lines. A block whose lines all start with two blanks is shown
/// as it stands; such blocks at the end are the examples.
struct Discussion {
    /// A part of the text.
    enum Block: Equatable {
        case paragraph(String)
        case verbatim([String])
    }

    /// The text without the examples.
    let body: [Block]
    /// The lines of the examples, an empty one between two blocks.
    let examples: [String]

    init(_ text: String) {
        var blocks = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .split { $0.allSatisfy(\.isWhitespace) }.map(Discussion.block)
        var examples: [[String]] = []
        while case .verbatim(let lines)? = blocks.last {
            examples.insert(lines, at: 0)
            blocks.removeLast()
        }
        body = blocks
        self.examples = Array(examples.joined(separator: [""]))
    }

    private static func block(_ lines: ArraySlice<String>) -> Block {
        guard lines.allSatisfy({ $0.hasPrefix("  ") }) else { return .paragraph(lines.joined(separator: " ")) }
        return .verbatim(lines.map { String($0.dropFirst(2)) })
    }
}
