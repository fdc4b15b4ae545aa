import Testing

@testable import Caracal

@Suite struct ValueCountsTests {
    @Test func theMostFrequentComeFirst() {
        var counts = ValueCounts()
        for value in ["b", "a", "b", nil, "c", nil, nil, ""] { counts.count(value.map { Array($0.utf8)[...] }) }
        let found = counts.groups.map { ($0.value.map { String(decoding: $0, as: UTF8.self) }, $0.count) }
        #expect(found.map(\.0) == [nil, "b", "", "a", "c"])
        #expect(found.map(\.1) == [3, 2, 1, 1, 1])
        #expect(counts.distinct == 4 && counts.others == 0)
    }

    @Test func memoryIsBoundedWhateverTheValuesAre() {
        var counts = ValueCounts()
        for number in 0..<ValueCounts.limit + 7 { counts.count(Array("\(number)".utf8)[...]) }
        counts.count(Array("0".utf8)[...])
        #expect(counts.distinct == ValueCounts.limit)
        #expect(counts.others == 7)
        #expect(counts.groups.first?.count == 2)
        var long = ValueCounts()
        for end in ["x", "y"] {
            long.count((Array(repeating: UInt8(ascii: "a"), count: 1_000_000) + Array(end.utf8))[...])
        }
        #expect(long.groups.map(\.count) == [2])
        #expect(long.groups.first?.value?.count == ValueCounts.valueLimit)
    }
}
