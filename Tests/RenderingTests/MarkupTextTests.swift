import Rendering
import Testing
import Text

struct MarkupTextTests {
    private func html(_ text: TerminalText) -> String { HTMLText(text).markup }
    private func markdown(_ text: TerminalText) -> String { MarkdownText(text).source }

    @Test func textIsNoMarkup() {
        #expect(html("<b a=\"1\" b='2'>&amp;</b>") == "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;")
        let name = "</script><img src=x onerror=alert(1)>"
        let markup: HTMLText = "<td title=\"\(name)\">\(name)</td>"
        let text = "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"
        #expect(markup.markup == "<td title=\"\(text)\">\(text)</td>")
    }

    @Test func aLiteralInAnInterpolationIsMarkupAndItsValuesAreText() {
        let name: String? = "<i>"
        let markup: HTMLText = "\(name == nil ? "" : "<b>\(name ?? "")</b>")"
        #expect(markup.markup == "<b>&lt;i&gt;</b>")
    }

    @Test func bytesThatAreNoTextAreEscapes() {
        #expect(html(TerminalText([0xFF, 0x00, 0x3C] as [UInt8])) == "\\xff\\x00&lt;")
        #expect(html(TerminalText("a\u{202E}b\u{7}")) == "a\\u{202e}b\\x07")
        let name = "a\u{202E}b"
        let markup: HTMLText = "\(name)"
        #expect(markup.markup == "a\\u{202e}b")
    }

    @Test func textIsNoMarkdown() {
        #expect(markdown("a|b`c`<d>*e*_f_[g](h)~i~$j$") == #"a\|b\`c\`\<d\>\*e\*\_f\_\[g\](h)\~i\~\$j\$"#)
        #expect(markdown("# a") == "\\# a")
        #expect(markdown("- a") == #"\- a"#)
        #expect(markdown(TerminalText("a\nb")) == #"a\\nb"#)
    }

    @Test func textCallsNobodyAndLinksNowhere() {
        #expect(markdown("@everyone") == "@&#8203;everyone")
        #expect(markdown("http://e.com www.e.com") == "http:&#8203;/&#8203;/e.com www&#8203;.e.com")
        #expect(markdown("fixes #12") == "fixes \\#&#8203;12")
    }

    @Test func codeIsFencedByMoreThanItHolds() {
        #expect(MarkdownText.code("a").source == "`a`")
        #expect(MarkdownText.code("``a`").source == "``` ``a` ```")
        #expect(MarkdownText.block("````").source == "`````\n````\n`````")
    }
}
