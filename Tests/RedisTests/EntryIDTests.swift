import Redis
import Testing

@Suite struct EntryIDTests {
    @Test(arguments: [
        ("0-0", EntryID.zero), ("1767444425939-0", EntryID(milliseconds: 1_767_444_425_939, sequence: 0)),
        ("18446744073709551615-18446744073709551615", .maximum),
        ("00000000000000000001-2", EntryID(milliseconds: 1, sequence: 2)),
    ])
    func readsWhatServersSend(text: String, id: EntryID) {
        #expect(EntryID(Array(text.utf8)) == id)
    }

    @Test(arguments: [
        "", "-", "1", "1-", "-1", "1-2-3", "1--2", "+1-2", "1-+2", " 1-2", "1-2 ", "1-2\n", "a-b", "0x1-2", "*", "$",
        "18446744073709551616-0", "0-18446744073709551616", "99999999999999999999-0", "000000000000000000001-0",
        "١-٢",
    ])
    func refusesEverythingElse(text: String) {
        #expect(EntryID(Array(text.utf8)) == nil)
    }

    @Test func isWrittenAsItIsRead() {
        #expect(EntryID.maximum.description == "18446744073709551615-18446744073709551615")
        #expect(EntryID(milliseconds: 12, sequence: 3).description == "12-3")
    }

    @Test func theFirstHalfCountsBeforeTheSecond() {
        #expect(EntryID(milliseconds: 1, sequence: 9) < EntryID(milliseconds: 2, sequence: 0))
        #expect(EntryID(milliseconds: 2, sequence: 0) < EntryID(milliseconds: 2, sequence: 1))
        #expect(!(EntryID.zero < EntryID.zero))
    }

    @Test func theNextIDIsTheSmallestGreaterOne() {
        #expect(EntryID.zero.next == EntryID(milliseconds: 0, sequence: 1))
        #expect(EntryID(milliseconds: 7, sequence: .max).next == EntryID(milliseconds: 8, sequence: 0))
        #expect(EntryID.maximum.next == nil)
    }
}
