import Rendering
import Testing

struct TextTableTests {
    private func lengths() -> TextTable {
        var table = TextTable([Column("STREAM", isFlexible: true), Column("LENGTH", .right), Column("FILL", .right)])
        table.append(["audit.events", Cell(count: 231_008), "23%"])
        table.append(["agents.lifecycle", Cell("MISSING", style: .red)])
        return table
    }

    @Test func columnsAreAlignedTwoSpacesApartWithoutTrailingBlanks() {
        #expect(
            lengths().render() == """
                STREAM             LENGTH  FILL
                audit.events      231,008   23%
                agents.lifecycle  MISSING

                """
        )
    }

    @Test func anEmptyTableIsItsHeading() {
        let table = TextTable([Column("ID"), Column("")])
        #expect(table.isEmpty)
        #expect(table.render() == "ID\n")
    }

    @Test func aTableWithoutTitlesHasNoHeading() {
        var table = TextTable([Column(""), Column("")])
        #expect(table.render() == "")
        table.append(["used", "1 GiB"])
        table.append(["policy", "noeviction"])
        #expect(table.render() == "used    1 GiB\npolicy  noeviction\n")
    }

    @Test func emptyCellsInTheMiddleKeepTheirPlace() {
        var table = TextTable([Column("A"), Column("B", .right), Column("C")])
        table.append(["1", "", "3"])
        table.append(["", "22", ""])
        table.append([])
        #expect(table.render() == "A   B  C\n1      3\n   22\n\n")
    }

    @Test func cellsBeyondTheLastColumnAreLeftOut() {
        var table = TextTable([Column("A")])
        table.append(["1", "2"])
        #expect(table.render() == "A\n1\n")
        var none = TextTable([])
        none.append(["1"])
        #expect(none.render(TerminalLook(usesColour: true, width: 1)) == "\n")
    }

    @Test func wideAndCombiningScalarsKeepTheAlignment() {
        var table = TextTable([Column("NAME"), Column("N", .right)])
        table.append(["東京", "1"])
        table.append(["e\u{301}", "10"])
        #expect(table.render() == "NAME   N\n東京   1\ne\u{301}     10\n")
    }

    @Test func bytesFromTheNetworkAreEscaped() {
        var table = TextTable([Column("CONSUMER"), Column("N")])
        table.append([Cell(bytes: [0x1B, 0x5B, 0x33, 0x31, 0x6D, 0xFF, 0x0A]), "1"])
        #expect(table.render() == "CONSUMER        N\n\\x1b[31m\\xff\\n  1\n")
    }

    @Test func anUnknownCountIsNeverZero() {
        #expect(Cell(count: nil) == Cell("unknown"))
        #expect(Cell(count: 0) == Cell("0"))
    }

    @Test func colourSurroundsTextAndNotPadding() {
        var table = TextTable([Column("A", style: .dim), Column("B", .right)])
        table.append(["1", Cell("2", style: .red)])
        table.append(["", Cell("333", style: .green)])
        #expect(
            table.render(TerminalLook(usesColour: true)) == """
                \u{1B}[1mA\u{1B}[0m    \u{1B}[1mB\u{1B}[0m
                \u{1B}[2m1\u{1B}[0m    \u{1B}[31m2\u{1B}[0m
                   \u{1B}[32m333\u{1B}[0m

                """
        )
    }

    @Test func withoutColourTheWordsAreTheSame() {
        #expect(!lengths().render().contains("\u{1B}"))
        #expect(lengths().render(TerminalLook(usesColour: false)).contains("MISSING"))
    }

    @Test func theFlexibleColumnIsCutToTheTerminal() {
        #expect(
            lengths().render(TerminalLook(usesColour: false, width: 27)) == """
                STREAM         LENGTH  FILL
                audit.events  231,008   23%
                agents.life…  MISSING

                """
        )
    }

    @Test func theFlexibleColumnKeepsItsTitle() {
        #expect(
            lengths().render(TerminalLook(usesColour: false, width: 1)) == """
                STREAM   LENGTH  FILL
                audit…  231,008   23%
                agent…  MISSING

                """
        )
    }

    @Test func aTableThatFitsIsNotCut() {
        #expect(lengths().render(TerminalLook(usesColour: false, width: 31)) == lengths().render())
    }

    @Test func stylesEndWithAReset() {
        #expect(Style.allCases.map { $0.applied(to: "x") }.allSatisfy { $0.hasSuffix("mx\u{1B}[0m") })
        #expect(Style.red.applied(to: "") == "")
        #expect(TerminalLook.plain.styled("x", .red) == "x")
        #expect(TerminalLook(usesColour: true).styled("x", nil) == "x")
        #expect(TerminalLook(usesColour: true).styled("x", .yellow) == "\u{1B}[33mx\u{1B}[0m")
    }
}
