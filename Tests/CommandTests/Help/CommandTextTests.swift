import Rendering
import Testing

@testable import CaracalCommands

@Suite struct CommandTextTests {
    @Test func theEffectIsSetApart() {
        let text = CommandText(abstract: "Show [all] of it. [reads; x: writes]", discussion: "")
        #expect(text.purpose == "Show [all] of it.")
        #expect(text.effect == "[reads; x: writes]")
        #expect(CommandText(abstract: "Show it.", discussion: "").effect == nil)
    }

    @Test func examplesAreTheIndentedBlocksAtTheEnd() {
        let text = CommandText(
            abstract: "",
            discussion: """
                One paragraph
                of two lines.

                  a table

                Another.

                  first
                  second \\
                      and its rest

                  third
                """
        )
        #expect(
            text.details == [.paragraph("One paragraph of two lines."), .verbatim(["a table"]), .paragraph("Another.")]
        )
        #expect(text.examples == [["first"], ["second \\", "    and its rest"], ["third"]])
    }

    @Test func textWithoutExamplesHasNone() {
        #expect(CommandText(abstract: "", discussion: "Words.").examples.isEmpty)
        #expect(CommandText(abstract: "", discussion: "").details.isEmpty)
    }

    @Test func aMeaningIsCutAtItsFirstClauseWhereItNeedsMoreThanALine() {
        var lines = HelpLines(width: 40)
        let entries = [
            ("--a", "Names with caracal. before them; repeatable, all of them."), ("--b", "Short; whole."),
            ("--c", "One sentence here. Another sentence there."),
        ]
        lines.add(entries.map { HelpLines.Entry(term: $0.0, meaning: $0.1) }, isBrief: true)
        #expect(
            lines.text == """
                  --a  Names with caracal. before them.
                  --b  Short; whole.
                  --c  One sentence here.
                """
        )
    }

    @Test func meaningsStandBelowTheirTermsOnANarrowTerminal() {
        var lines = HelpLines(width: 24)
        lines.add([HelpLines.Entry(term: "--option VALUE", meaning: "What it does is here.")])
        #expect(lines.text == "  --option VALUE\n      What it does is\n      here.")
    }
}
