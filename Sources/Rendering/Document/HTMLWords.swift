import Text

extension HTMLText {
    /// A command: its lines break between words alone, so that no option is taken for two. A word that is wider than the page breaks
    /// within.
    static func command(_ text: TerminalText) -> HTMLText { words(text) { _ in true } }

    /// Sentences, in which an option does not break after its hyphens either.
    static func prose(_ text: TerminalText) -> HTMLText {
        text.text.utf8.contains(UInt8(ascii: "-"))
            ? words(text) { $0.hasPrefix("-") || $0.contains("--") } : HTMLText(text)
    }

    private static func words(_ text: TerminalText, _ isWhole: (Substring) -> Bool) -> HTMLText {
        text.text.split(separator: " ", omittingEmptySubsequences: false).map { word -> HTMLText in
            let word = (text: HTMLText(TerminalText(keeping: String(word))), isWhole: !word.isEmpty && isWhole(word))
            return word.isWhole ? "<span class=\"w\">\(word.text)</span>" : word.text
        }.joined(separator: " ")
    }
}
