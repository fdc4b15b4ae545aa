import Rendering
import Testing
import Text

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

    /// A literal with safe text in it is safe text, with a style beside it too.
    @Test func whatIsEscapedInASentenceIsEscapedOnce() {
        let name = TerminalText([0x1B])
        var table = TextTable([Column("A"), Column("B"), Column("C")])
        table.append([Cell("no \(name)"), Cell("no \(name)", style: .red), Cell("\u{1B}" as String, style: .red)])
        #expect(table.render() == "A        B        C\nno \\x1b  no \\x1b  \\x1b\n")
    }

    @Test func anUnknownCountIsNeverZero() {
        #expect(Cell(count: nil) == Cell("unknown"))
        var table = TextTable([Column("N", .right)])
        table.append([Cell(count: 0)])
        table.append([Cell(count: nil)])
        #expect(table.render() == "      N\n      0\nunknown\n")
        #expect(table.csv() == "N\n0\nunknown\n")
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
        #expect(!lengths().render().shown.contains("\u{1B}"))
        #expect(lengths().render(TerminalLook(usesColour: false)).shown.contains("MISSING"))
    }

    @Test func theFlexibleColumnIsCutToTheTerminal() {
        #expect(
            lengths().render(TerminalLook(usesColour: false, width: 27)) == """
                STREAM         LENGTH  FILL
                audit.events  231,008   23%
                agents…cycle  MISSING

                """
        )
    }

    @Test func onlyTheFirstColumnStaysWhereThereIsRoomForNoMore() {
        let narrow = { TerminalLook(usesColour: false, width: $0) }
        #expect(lengths().render(narrow(15)) == "STREAM   LENGTH\naud…ts  231,008\nage…le  MISSING\n")
        #expect(lengths().render(narrow(6)) == "STREAM\naud…ts\nage…le\n")
        #expect(lengths().render(narrow(1)) == "…\n…\n…\n")
    }

    @Test func namesThatBeginTheSameAreToldApartWhenTheyAreCut() {
        var table = TextTable([Column("STREAM", isFlexible: true), Column("GROUP", isFlexible: true)])
        table.append(["caracal.audit.events", "audit-ingestor"])
        table.append(["caracal.audit.events.dlq", "audit-dlq-observer"])
        #expect(
            table.render(TerminalLook(usesColour: false, width: 30)) == """
                STREAM          GROUP
                caracal…events  audit-ingestor
                caracal…ts.dlq  audit-d…server

                """
        )
    }

    @Test func columnsGoByTheirPriorityBeforeNamesAreTooShort() {
        var table = TextTable([
            Column("STREAM", isFlexible: true), Column("A", .right, priority: 1), Column("LENGTH", .right),
            Column("B", .right, priority: 2),
        ])
        table.append(["caracal.audit.events", "1234567", "1", "7654321"])
        let narrow = { TerminalLook(usesColour: false, width: $0) }
        #expect(
            table.render(narrow(38)) == """
                STREAM              A  LENGTH        B
                caraca…vents  1234567       1  7654321

                """
        )
        #expect(table.render(narrow(30)) == "STREAM               A  LENGTH\ncaraca…events  1234567       1\n")
        #expect(table.render(narrow(20)) == "STREAM        LENGTH\ncaraca…vents       1\n")
        var wide = narrow(20)
        wide.choices.showsAll = true
        #expect(table.render(wide) == table.render())
    }

    @Test func ofColumnsThatMatterAsMuchTheLastGoesFirst() {
        var table = TextTable([Column("A"), Column("B", priority: 1), Column("C", priority: 1)])
        table.append(["aaaa", "bbbb", "cccc"])
        #expect(table.render(TerminalLook(usesColour: false, width: 12)) == "A     B\naaaa  bbbb\n")
    }

    @Test func aNameIsCutToItsLeastOnlyWhereNothingElseCanGo() {
        var table = TextTable([Column("STREAM", isFlexible: true, least: 20), Column("N", .right, priority: 1)])
        table.append(["caracal.audit.events", "1"])
        let narrow = { TerminalLook(usesColour: false, width: $0) }
        #expect(table.render(narrow(22)) == "STREAM\ncaracal.audit.events\n")
        #expect(table.render(narrow(14)) == "STREAM\ncaracal…events\n")
    }

    @Test func sentencesMoveBelowTheirRowsWhereThereIsNoRoomBesideThem() {
        var table = TextTable([Column("NAME"), Column("N", .right), Column("REPLAY", style: .red, priority: 1)])
        table.append(["audit.events", "1", "no: malformed, it has none of the shapes"])
        table.append(["x", "22", "-"])
        #expect(
            table.render(TerminalLook(usesColour: false, width: 36)) == """
                NAME           N
                audit.events   1
                    REPLAY  no: malformed, it has
                            none of the shapes
                x             22

                """
        )
    }

    @Test func aWordOfASentenceThatIsTooLongIsCutInItsMiddle() {
        var table = TextTable([Column("N", .right), Column("NOTE")])
        table.append(["1", "held by gateway-revocation:a-host-of-many-letters now"])
        #expect(
            table.render(TerminalLook(usesColour: false, width: 27)) == """
                N  NOTE
                1  held by
                   gateway-revo…any-letters
                   now

                """
        )
    }

    @Test func sentencesAreFoldedAtSpaces() {
        var table = TextTable([Column("N", .right), Column("REPLAY", style: .red)])
        table.append(["1", "no: malformed, it has none of the shapes of a dead letter"])
        table.append(["22", "yes"])
        #expect(
            table.render(TerminalLook(usesColour: false, width: 30)) == """
                 N  REPLAY
                 1  no: malformed, it has none
                    of the shapes of a dead
                    letter
                22  yes

                """
        )
        #expect(!table.render().shown.contains("\n    "))
    }

    @Test(arguments: [
        ("one two three", 13, ["one two three"]), ("one two three", 12, ["one two", "three"]),
        ("one two three", 1, ["one", "two", "three"]), ("unbreakable", 4, ["unbreakable"]), ("", 0, [""]),
        ("a  b", 3, ["a ", "b"]),
    ])
    func foldsAtSpaces(text: String, width: Int, lines: [String]) {
        #expect(TextFolding.lines(text, width: width) == lines)
    }

    @Test func whatFollowsTheFirstLineIsIndented() {
        #expect(TextFolding.folded("caracalctl: it is not so", width: 15) == "caracalctl: it\n  is not so")
        #expect(TextFolding.folded("short", width: 15) == "short")
    }

    @Test func aTableThatFitsIsNotCut() {
        #expect(lengths().render(TerminalLook(usesColour: false, width: 31)) == lengths().render())
    }

    /// What somebody forged is as long as they like.
    @Test func aCellThatIsTooLongMovesNoOther() {
        var table = TextTable([Column("ID"), Column("N", .right), Column("NOTE")])
        let long = String(repeating: "i", count: 5000)
        table.append(["a", "1", "x"])
        table.append([Cell(TerminalText(long)), "22", "y"])
        let blanks = { String(repeating: " ", count: $0) }
        // A program reads whole values.
        #expect(table.render() == "ID\(blanks(198))   N  NOTE\na\(blanks(199))   1  x\n\(long)  22  y\n")
        let cut = String(repeating: "i", count: 25) + "…" + String(repeating: "i", count: 24)
        #expect(
            table.render(TerminalLook(usesColour: false, width: 60))
                == "ID\(blanks(48))   N  NOTE\na\(blanks(49))   1  x\n\(cut)  22  y\n"
        )
    }

    /// Columns of ours are left out before an id of ours is cut.
    @Test func noIDOfOursIsCut() {
        var table = TextTable([Column("ID"), Column("AGE", .right, priority: 1)])
        let id = "18446744073709551615-18446744073709551615"
        table.append([Cell(id), "3h"])
        #expect(table.render(TerminalLook(usesColour: false, width: 43)) == "ID\n\(id)\n")
    }

    @Test func stylesEndWithAReset() {
        #expect(Style.allCases.map { $0.applied(to: "x") }.allSatisfy { $0.shown.hasSuffix("mx\u{1B}[0m") })
        #expect(Style.red.applied(to: "") == "")
        #expect(TerminalLook.plain.styled("x", .red) == "x")
        #expect(TerminalLook(usesColour: true).styled("x", nil) == "x")
        #expect(TerminalLook(usesColour: true).styled("x", .yellow) == "\u{1B}[33mx\u{1B}[0m")
    }
}
