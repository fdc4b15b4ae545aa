import Redis
import Testing

@testable import Caracal

/// What is remembered of rows while their entries are being looked for.
@Suite struct ComparedRowsTests {
    private static func id(_ number: Int) -> [UInt8] {
        UUIDBits(high: UInt64(1_700_000_000_000 + number) << 16 | 0x7000, low: 0x8000_0000_0000_0000).text
    }

    private static func entry(_ number: Int) -> EntryID { EntryID(milliseconds: UInt64(number), sequence: 0) }

    private func note(
        _ id: [UInt8],
        in stream: Int = 0,
        _ entry: Int,
        skipped refusal: SkipReason? = nil,
        _ rows: inout ComparedRows
    ) -> EntryNote {
        rows.note(UUIDBits(id.span), id.span, refusal, in: stream, at: Self.entry(entry))
    }

    private static func ids(_ missing: MissingRows) -> [[UInt8]] {
        var place = KeptRows.Place()
        return missing.next(.max, from: &place).map(\.text)
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
        #expect(note(id, in: 3, 9, &rows) == .further(isForged: false))
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
        #expect(note(Self.id(101), 3, &rows) == .further(isForged: false))
        let noted = [105, 105].map { rows.noteForgotten(UUIDBits.first(of: 1_700_000_000_000 + $0)) }
        #expect(noted == [true, false])
        let missing = rows.takeMissing()
        let ids = Self.ids(missing)
        #expect(ids.count == 9_999)
        #expect(ids.first == Self.id(0))
        #expect(missing.otherIDs().isEmpty)
        #expect(rows.missingCount == 0)
    }

    /// Of 100,000 rows every other one has nothing but entries that consumers skip.
    @Test func skippedEntriesAreCountedAndDoNotMakeARowPresent() {
        var rows = ComparedRows()
        for number in 0..<100_000 {
            let id = Self.id(number)
            rows.insert(id.span, stream: 0)
            let refusal: SkipReason? = number % 2 == 0 ? .invalid : nil
            #expect(note(id, number, skipped: refusal, &rows) == (number % 2 == 0 ? .refused(others: 0) : .first))
            if number % 1_000 == 0 { rows.age() }
        }
        #expect(rows.missingCount == 50_000)
        let (old, new) = (Self.id(0), Self.id(99_998))
        for id in [old, new] {
            #expect(note(id, in: 1, 1, skipped: .invalid, &rows) == .otherStream)
            #expect(note(id, 2, skipped: .unsigned, &rows) == .refused(others: 1))
            #expect(note(id, 3, &rows) == .beside(refused: 2, .invalid))
            #expect(note(id, 4, &rows) == .further(isForged: false))
            #expect(note(id, 5, skipped: .invalid, &rows) == .further(isForged: true))
        }
        #expect(note(Self.id(99_999), 7, skipped: .invalid, &rows) == .second(Self.entry(99_999)))
        #expect(note(Self.id(1), 7, skipped: .invalid, &rows) == .stranger)
        let missing = rows.takeMissing()
        #expect(Self.ids(missing).count == 49_998)
        #expect(missing[Self.id(2)]?.refused == 1)
        #expect(missing[old]?.refused == nil)
    }

    /// More than a thousand are settled in batches, and one that is settled may be published again before the next batch.
    @Test(arguments: [id(1), Array("row-1".utf8)])
    func aRowThatIsSettledIsCountedOnce(_ id: [UInt8]) {
        var rows = ComparedRows()
        let other = Self.id(2)
        for id in [id, other] {
            rows.insert(id.span, stream: 0)
            #expect(note(id, 1, skipped: .unsigned, &rows) == .refused(others: 0))
        }
        var missing = rows.takeMissing()
        missing.settle(id.span, .done)
        #expect(missing.note(id.span, in: 0) == .further(isForged: false))
        #expect(missing.note(other.span, in: 0) == .beside(refused: 1, .unsigned))
    }

    /// A dead letter makes a row present, unless consumers skip what the row has and what is in the letter. It is no entry.
    @Test(arguments: [id(1), Array("row-1".utf8)])
    func aDeadLetterIsNoEntry(_ id: [UInt8]) {
        var rows = ComparedRows()
        rows.insert(id.span, stream: 3)
        #expect(note(id, in: 3, 1, skipped: .invalid, &rows) == .refused(others: 0))
        var missing = rows.takeMissing()
        let other = missing.noteLetter(id.span, in: 4) { nil }
        let skipped = missing.noteLetter(id.span, in: 3) { .unsigned }
        #expect(!other && !skipped && missing.openCount == 1)
        let taken = missing.noteLetter(id.span, in: 3) { nil }
        let again = missing.noteLetter(id.span, in: 3) { nil }
        #expect(taken && !again && missing.openCount == 0)
        #expect(missing[id] == nil)

        // Without an entry it is not asked what is in the letter.
        rows.insert(id.span, stream: 3)
        var alone = rows.takeMissing()
        let isThere = alone.noteLetter(id.span, in: 3) { .invalid }
        #expect(isThere && alone.openCount == 0)
        // Of rows whose ids are no UUIDs those that are present are not kept.
        #expect(alone.note(id.span, in: 3) == (UUIDBits(id.span) == nil ? .stranger : .further(isForged: false)))
    }

    /// A row with more than one entry is remembered as one, however old it is.
    @Test func rowsWithMoreThanOneEntryAreKept() {
        var rows = ComparedRows()
        for number in 0..<100_000 {
            let id = Self.id(number)
            rows.insert(id.span, stream: 0)
            _ = note(id, number, &rows)
            if number == 5 { #expect(note(id, number, skipped: .unsigned, &rows) == .second(Self.entry(5))) }
            if number % 1_000 == 0 { rows.age() }
        }
        #expect(note(Self.id(5), 7, &rows) == .further(isForged: false))
        #expect(note(Self.id(6), 7, &rows) == .stranger)
    }

    /// Rows in whatever order the database has, and entries in any other.
    @Test(arguments: [1, 7, 4_999, 9_999])
    func rowsAreFoundInAnyOrder(_ stride: Int) {
        let count = 10_000
        var rows = ComparedRows()
        for number in 0..<count { rows.insert(Self.id(2 * (number * stride % count)).span, stream: 0) }
        for number in 0..<count {
            let place = number * 4_567 % count
            #expect(note(Self.id(2 * place + 1), number, &rows) == .stranger)
            if place % 3 > 0 { #expect(note(Self.id(2 * place), number, &rows) == .first) }
        }
        #expect(note(Self.id(2), 0, &rows) == .second(Self.entry(8_903)))
        var missing = rows.takeMissing()
        #expect(Self.ids(missing) == (0..<count).filter { $0 % 3 == 0 }.map { Self.id(2 * $0) })
        for place in [9_999, 0, 3, 9_996, 6] {
            guard let bits = UUIDBits(Self.id(2 * place).span) else { return }
            missing.settleOpen(bits) { $0.stream == 0 ? .done : nil }
            missing.settleOpen(bits) { _ in .renamed }
        }
        missing.seeAllOpen()
        #expect(missing.openCount == 3_334 - 5)
        #expect(missing[Self.id(0)]?.settlement == .done)
        #expect(missing[Self.id(24)]?.settlement == .seen)
    }

    @Test func whatIsMissingHasNoEntryElsewhere() {
        let (first, second, other) = (Self.id(1), Self.id(2), Array("row".utf8))
        var rows = ComparedRows()
        for id in [first, second] { rows.insert(id.span, stream: 2) }
        rows.insert(other.span, stream: 5)
        var missing = rows.takeMissing()
        #expect(missing.streams == [2, 5])
        #expect(missing.note(second.span, in: 3) == .otherStream)
        #expect(missing.note(other.span, in: 5) == .first)
        #expect(missing.note(first.span, in: 2) == .first)
        #expect(missing.streams == [2])
        #expect(missing[second]?.stream == 2)
        #expect(missing[first]?.stream == nil)
        #expect(missing[other]?.stream == nil)
        #expect(Self.ids(missing) == [second])
        #expect(missing.openCount == 1)
        missing.settle(second.span, .done)
        #expect(missing.openCount == 0)
        #expect(Self.ids(missing).isEmpty)
    }
}
