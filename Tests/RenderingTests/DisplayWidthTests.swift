import Rendering
import Testing

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("audit.events", 12), ("é", 1), ("e\u{301}", 1), ("東京", 4), ("ｱ", 1), ("ＡＢ", 4), ("한글", 4),
        ("\u{1100}\u{1161}", 2), ("🦊", 2), ("…", 1), ("✓", 1), ("✅", 2), ("a\u{20DD}", 1), ("𠀀", 2), ("\u{302A}", 0),
        ("\u{3099}", 0), ("→", 1),
    ])
    func widthsAreTerminalColumns(_ text: String, _ columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test(arguments: [
        ("audit.events", 12, "audit.events"), ("audit.events", 11, "audit.even…"), ("audit", 1, "…"), ("audit", 0, ""),
        ("audit", -1, ""), ("東京都", 5, "東京…"), ("東京都", 4, "東…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ])
    func truncationKeepsWithinTheColumns(_ text: String, _ columns: Int, _ result: String) {
        #expect(DisplayWidth.truncated(text, to: columns) == result)
    }
}
