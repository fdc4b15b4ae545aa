/// The words of a command's help, taken apart: what it is for, what it can change, the details, and lines to paste.
package struct CommandText: Equatable {
    /// A part of the details.
    package enum Block: Equatable {
        case paragraph(String)
        /// Lines that stay as they are.
        case verbatim([String])
    }

    /// What the command does, in a sentence.
    package let purpose: String
    /// Whether it reads or writes, in brackets: `[reads]`. Nil where the abstract does not say it.
    package let effect: String?
    /// The longer text without the examples.
    package let details: [Block]
    /// The examples, each of one line, or of more that end with a backslash.
    package let examples: [[String]]

    /// - Parameters:
    ///   - abstract: the sentence, and in brackets at its end what the command can change.
    ///   - discussion: paragraphs, with empty lines between them. A block whose lines all begin with two blanks stays as it
    ///     is; such blocks at the end are the examples.
    package init(abstract: String, discussion: String) {
        let mark = abstract.hasSuffix("]") ? abstract.lastIndex(of: "[") : nil
        purpose = abstract[..<(mark ?? abstract.endIndex)].split(separator: " ").joined(separator: " ")
        effect = mark.map { String(abstract[$0...]) }
        var blocks = discussion.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .split { $0.allSatisfy(\.isWhitespace) }.map(Self.block)
        var lines: [String] = []
        while case .verbatim(let more)? = blocks.last {
            lines.insert(contentsOf: more, at: 0)
            blocks.removeLast()
        }
        details = blocks
        examples = Self.joined(lines)
    }

    private static func block(_ lines: ArraySlice<String>) -> Block {
        guard lines.allSatisfy({ $0.hasPrefix("  ") }) else { return .paragraph(lines.joined(separator: " ")) }
        return .verbatim(lines.map { String($0.dropFirst(2)) })
    }

    private static func joined(_ lines: [String]) -> [[String]] {
        lines.reduce(into: []) { examples, line in
            if let last = examples.indices.last, examples[last].last?.hasSuffix("\\") == true {
                examples[last].append(line)
            } else {
                examples.append([line])
            }
        }
    }
}
