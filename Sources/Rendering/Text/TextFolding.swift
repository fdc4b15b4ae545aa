/// Sentences that are longer than a line.
package enum TextFolding {
    /// `text` in lines of at most `width` columns, folded at single spaces. A word that is longer has a line of its own and
    /// goes beyond it: it may be a name or a command that is to be copied.
    package static func lines(_ text: String, width: Int) -> [String] {
        guard DisplayWidth.of(text) > width else { return [text] }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        var lines: [String] = []
        var line = String(words[0])
        for word in words.dropFirst() {
            let longer = "\(line) \(word)"
            if DisplayWidth.of(longer) > width, !line.isEmpty {
                lines.append(line)
                line = String(word)
            } else {
                line = longer
            }
        }
        return lines + [line]
    }

    /// The same as one text, what follows the first line indented.
    package static func folded(_ text: String, width: Int, indent: Int = 2) -> String {
        let first = lines(text, width: width)
        guard first.count > 1 else { return text }
        let rest = lines(text.dropFirst(first[0].count + 1).description, width: max(1, width - indent))
        return ([first[0]] + rest.map { String(repeating: " ", count: indent) + $0 }).joined(separator: "\n")
    }
}
