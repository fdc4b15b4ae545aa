import Redis
import Testing

@testable import Caracal

/// What is remembered of rows while their entries are being looked for.
@Suite struct ComparedRowsTests {
    private static func id(_ number: Int) -> [UInt8] {
        UUIDBits(high: UInt64(1_700_000_000_000 + number) << 16 | 0x7000, low: 0x8000_0000_0000_0000).text
    }

    private static func entry(_ number: Int) -> EntryID { EntryID(milliseconds: UInt64(number), sequence: 0) }

    private func note(_ id: [UInt8], in stream: Int = 0, _ entry: Int, _ rows: inout ComparedRows) -> EntryNote {
        rows.note(UUIDBits(id.span), id.span, in: stream, at: Self.entry(entry))
    }

    @Test(arguments: [id(1), Array("row-1".utf8), Array("0199A000-0000-7000-8000-00000000000A".utf8)])
    func entriesAreToldByTheirRows(_ id: [UInt8]) {
        var rows = ComparedRows()
        #expect(note(id, 1, &rows) == .stranger)
        rows.insert(id.span, stream: 3)
        #expect(note(id, in: 4, 1, &rows) == .otherStream)
        #expect(rows.missingCount == 1)
        #expect(note(id, in: 3, 7, &rows) == .first)
        #expect(rows.missingCount == 0)
        #expect(note(id, in: 3, 8, &rows) == .second(Self.entry(7)))
        #expect(note(id, in: 3, 9, &rows) == .further)
    }

    /// Of 100,000 rows every tenth has no entry, every hundredth two.
    @Test func rowsWithoutAnEntryAreKeptAndOthersAreForgotten() {
        var rows = ComparedRows()
        for number in 0..<100_000 {
            let id = Self.id(number)
            rows.insert(id.span, stream: 0)
            if number % 10 > 0 { _ = note(id, number, &rows) }
            if number % 100 == 1 { _ = note(id, number + 1, &rows) }
            if number % 1_000 == 0 { rows.age() }
        }
        #expect(rows.missingCount == 10_000)
        #expect(rows.frontier == UUIDBits(Self.id(99_999).span))
        #expect(note(Self.id(5), 1, &rows) == .stranger)
        #expect(note(Self.id(10), 1, &rows) == .first)
        #expect(note(Self.id(10), 2, &rows) == .second(Self.entry(1)))
        let noted = [101, 105, 105].map { rows.noteForgotten(UUIDBits.first(of: 1_700_000_000_000 + $0)) }
        #expect(noted == [false, true, false])
        let missing = rows.missing().ids()
        #expect(missing.bits.count == 9_999)
        #expect(missing.bits.first == UUIDBits(Self.id(0).span))
        #expect(missing.others.isEmpty)
    }

    @Test func whatIsMissingHasNoEntryElsewhere() {
        var missing = MissingRows()
        let (first, second, other) = (Self.id(1), Self.id(2), Array("row".utf8))
        for id in [first, second] { missing.insert(UUIDBits(id.span) ?? .zero, stream: 2) }
        missing.insert(other, stream: 5)
        #expect(missing.streams == [2, 5])
        missing.note(second.span, in: 3)
        missing.note(other.span, in: 5)
        missing.note(first.span, in: 2)
        #expect(missing.streams == [2])
        #expect(missing.stream(of: second) == 2)
        #expect(missing.stream(of: first) == nil)
        #expect(missing.stream(of: other) == nil)
        #expect(missing.ids().bits.map(\.text) == [second])
    }
}
