import Rendering
import Testing
import Text

@Suite struct TableChoicesTests {
    private func table() -> TextTable {
        var table = TextTable([
            Column("STREAM", isFlexible: true), Column("LENGTH", .right), Column("~AT BOUND", .right),
            Column("OLDEST", .right), Column("SPARE", isHidden: true), Column("", name: "REASON"),
        ])
        table.append(["b", Cell(count: 1200), Cell(size: 1_048_576), Cell(age: 14_520_500), "s1", "is, \"quoted\""])
        table.append(["a", Cell(count: 99), Cell(size: nil), Cell(age: 999), "s2", ""])
        table.append(["c", Cell("MISSING", style: .red)])
        table.append(["d", Cell(count: nil), Cell(size: 2048), Cell(age: Int?.none), "s3", " x"])
        return table
    }

    private func render(_ change: (inout TableChoices) -> Void) -> String {
        var look = TerminalLook.plain
        change(&look.choices)
        return table().render(look).shown
    }

    @Test func columnsAreShownInTheOrderThatWasAskedFor() {
        #expect(
            render { $0.columns = ["at_bound", "Stream"] } == """
                ~AT BOUND  STREAM
                    1 MiB  b
                  unknown  a
                           c
                    2 KiB  d

                """
        )
        #expect(render { $0.columns = ["at-bound"] } == render { $0.columns = ["AT BOUND"] })
        #expect(render { $0.columns = ["spare", "stream"] }.hasPrefix("SPARE  STREAM\ns1     b\n"))
    }

    @Test func hiddenColumnsAreThereForThoseWhoWantAll() {
        #expect(!render { _ in }.contains("SPARE"))
        #expect(render { $0.showsAll = true }.contains("SPARE"))
    }

    @Test func theHeadingCanBeLeftOut() {
        #expect(
            render {
                $0.columns = ["stream", "length"]
                $0.showsHeading = false
            } == "b    1,200\na       99\nc  MISSING\nd  unknown\n"
        )
    }

    @Test(arguments: [
        ("stream", "a b c d"), ("-stream", "d c b a"), ("length", "a b c d"), ("-length", "b a c d"),
        ("at-bound", "d b a c"), ("-at-bound", "b d a c"), ("oldest", "a b c d"), ("-oldest", "b a c d"),
    ])
    func rowsAreSortedByTheirValues(order: String, streams: String) {
        let text = render {
            $0.columns = ["stream"]
            $0.showsHeading = false
            $0.order = TableChoices.Order(order)
        }
        #expect(text.split(separator: "\n").joined(separator: " ") == streams)
    }

    @Test func idsAreSortedByTheirNumbers() {
        var table = TextTable([Column("ID")])
        for (time, sequence) in [(10, 0), (9, 10), (9, 2)] as [(UInt64, UInt64)] {
            table.append([Cell("\(time)-\(sequence)", rank: .pair(time, sequence))])
        }
        var look = TerminalLook.plain
        look.choices.order = TableChoices.Order("id")
        #expect(table.render(look) == "ID\n9-2\n9-10\n10-0\n")
    }

    @Test func commaSeparatedValuesHaveFiguresAsTheyAre() {
        #expect(
            table().csv() == """
                STREAM,LENGTH,AT BOUND,OLDEST,SPARE,REASON
                b,1200,1048576,14520.5,s1,"is, ""quoted\"""
                a,99,unknown,0.999,s2,
                c,MISSING,,,,
                d,unknown,2048,,s3," x"

                """
        )
        var choices = TableChoices.standard
        choices.columns = ["length"]
        choices.showsHeading = false
        choices.order = TableChoices.Order("length")
        #expect(table().csv(choices) == "99\n1200\nMISSING\nunknown\n")
    }

    @Test func aTableWithoutRowsIsItsHeading() {
        #expect(TextTable([Column("A"), Column("B")]).csv() == "A,B\n")
    }

    @Test(arguments: [("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("", ""), ("a\"", "\"a\"\"\""), ("a b", "a b")])
    func fieldsAreQuotedWhereTheyHaveTo(text: String, field: String) {
        #expect(CSV.line([text]) == field + "\n")
    }

    @Test func aColumnThatDoesNotExistIsNamedWithThoseThatDo() {
        var choices = TableChoices.standard
        #expect(choices.fault(in: table().columns) == nil)
        choices.columns = ["stream", "size"]
        let names: TerminalText = "the columns are stream, length, at-bound, oldest, spare, reason"
        #expect(choices.fault(in: table().columns) == "there is no column size: \(names)")
        choices.columns = []
        choices.order = TableChoices.Order("-x")
        #expect(choices.fault(in: table().columns) == "there is no column x: \(names)")
    }

    @Test func aTableInPagesKeepsItsColumns() {
        var paged = PagedTable([Column("ID", minimum: 5), Column("N")], .plain)
        #expect(paged.text([["1", "a"]]) == "ID     N\n1      a\n")
        #expect(paged.text([["1-1234", "b"]]) == "1-1234  b\n")
        #expect(paged.text([["1", "c"]]) == "1       c\n")
    }

    @Test func secondsAreExact() {
        let texts = [0, 1, 250, 1000, 14_520_500, -1500].map { Format.seconds(milliseconds: $0) }
        #expect(texts == ["0", "0.001", "0.25", "1", "14520.5", "-1.5"])
    }
}
