import Rendering
import Testing
import Text

/// Rows as bytes say what rows of cells say.
@Suite struct RowBufferTests {
    private static let columns = [
        Column("NAME", isFlexible: true), Column("COUNT", .right), Column("STATE", minimum: 8),
        Column("", name: "NOTE"),
    ]
    private static let pages = [
        [
            ["a", "1", "present", ""], ["日本", "12345", "", "it is, \"said\", gone"], ["", "", "", ""],
        ],
        [["a longer name than those before it", "1234567", "unknown", " x "]],
        [["b", "2", "trimmed", "y"]],
        [
            [String(repeating: "n", count: 300), "3", String(repeating: "s", count: 201), "z"],
            ["c", "4", "present", ""],
        ],
    ]

    private func buffer(_ rows: [[String]]) -> RowBuffer {
        var buffer = RowBuffer(columns: Self.columns.count)
        for cell in rows.joined() {
            if let number = UInt64(cell) { buffer.append(number) } else { buffer.append(RowText(TerminalText(cell))) }
            buffer.endCell()
        }
        return buffer
    }

    private func cells(_ rows: [[String]]) -> [[Cell]] { rows.map { $0.map { Cell(TerminalText($0)) } } }

    private static let looks: [TerminalLook] = {
        var some = TerminalLook.plain
        some.choices.columns = ["note", "count"]
        var bare = TerminalLook.plain
        bare.choices.showsHeading = false
        return [
            .plain, some, bare, TerminalLook(usesColour: true, width: nil), TerminalLook(usesColour: false, width: 30),
            TerminalLook(usesColour: true, width: 60),
        ]
    }()

    @Test(arguments: looks.indices)
    func linesAreThoseOfCells(look: Int) {
        var (bytes, text) = (PagedTable(Self.columns, Self.looks[look]), PagedTable(Self.columns, Self.looks[look]))
        for page in Self.pages {
            #expect(bytes.text(buffer(page)) == text.text(cells(page)))
        }
    }

    @Test(arguments: looks.indices)
    func valuesAreThoseOfCells(look: Int) {
        var (bytes, text) = (PagedTable(Self.columns, Self.looks[look]), PagedTable(Self.columns, Self.looks[look]))
        for page in Self.pages {
            #expect(String(decoding: bytes.csv(buffer(page)), as: UTF8.self) == text.csv(cells(page)))
        }
    }

    @Test func roomIsUsedAgain() {
        var buffer = buffer([["a", "1", "b", "c"]])
        buffer.removeAll()
        for number in [UInt64(0), .max, 10, 909] {
            buffer.append(number)
            buffer.endCell()
        }
        var table = PagedTable(Self.columns, .plain)
        #expect(
            String(decoding: table.csv(buffer), as: UTF8.self)
                == "NAME,COUNT,STATE,NOTE\n0,18446744073709551615,10,909\n"
        )
    }
}
