import Testing
import Text

@testable import Rendering

struct HTMLDocumentTests {
    private func page(_ blocks: [DocumentBlock]) -> String {
        let document = Document(
            kind: "report",
            title: "a:1",
            time: "2026-01-03 12:47:05 UTC",
            verdict: "healthy",
            tone: .ok,
            facts: [],
            sections: [DocumentSection("s", "S", blocks)]
        )
        return String(decoding: HTMLDocument(document).bytes, as: UTF8.self)
    }

    private func finding(_ fix: DocumentFinding.Fix) -> String {
        page([
            .findings([
                DocumentFinding(
                    number: 1,
                    tone: .failure,
                    word: "FAILURE",
                    check: "c",
                    sentence: "see --all, not a-b",
                    fix: fix
                )
            ])
        ])
    }

    @Test func theTitleHasTheTime() {
        let page = page([])
        #expect(page.contains("<title>report: a:1, 2026-01-03 12:47:05 UTC</title>"))
        #expect(page.contains("<h1>a:1 <span class=\"time\">2026-01-03 12:47:05 UTC</span></h1>"))
    }

    @Test func aCommandBreaksBetweenWordsAndAnOptionNowhere() {
        let page = finding(.command("x  claim --min-idle '<b>'"))
        #expect(
            page.contains(
                "<code><span class=\"w\">x</span>  <span class=\"w\">claim</span> <span class=\"w\">--min-idle</span> "
                    + "<span class=\"w\">&#39;&lt;b&gt;&#39;</span></code>"
            )
        )
        #expect(page.contains("see <span class=\"w\">--all,</span> not a-b</p>"))
        #expect(finding(.sentence("use (--to)")).contains("Fix: use <span class=\"w\">(--to)</span></p>"))
    }

    @Test func longCellsMayBreakAndShortOnesMayNot() {
        var table = TextTable([Column("NAME"), Column("N", .right)])
        table.append([Cell(String(repeating: "n", count: 41)), "1"])
        table.append([Cell(String(repeating: "m", count: 40)), "2"])
        let page = page([.table(table, caption: nil)])
        #expect(page.contains("<th scope=\"row\" class=\"long\">n"))
        #expect(page.contains("<th scope=\"row\">m"))
        #expect(page.contains("<td class=\"n\">1</td>"))
    }
}
