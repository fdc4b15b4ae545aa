import Redis
import Testing

@testable import Caracal

@Suite struct SampleShareTests {
    @Test func theOnlyStreamWithEntriesGetsThemAll() {
        #expect(SampleShare.of([stream(4, 0), stream(5, 10)], total: 200) == [0, 200])
    }

    @Test func whatMayBecomeLongCountsForMoreAndNoneIsForgotten() {
        let shares = SampleShare.of(StreamTable.all.indices.map { stream($0, 10_000) }, total: 200)
        #expect(shares[0] > 90)
        #expect(shares[1] > shares[2])
        #expect(shares.allSatisfy { $0 >= 16 })
    }

    @Test func nobodyGetsMoreThanIsAskedFor() {
        #expect(SampleShare.of([stream(0, 1), stream(1, .max)], total: 3) == [3, 3])
        #expect(SampleShare.of([], total: 3) == [])
    }

    private func stream(_ index: Int, _ length: UInt64) -> ObservedStream {
        let info = StreamInfo(length: length, lastGeneratedID: .zero, groups: 0, firstID: nil, lastID: nil)
        return ObservedStream(definition: StreamTable.all[index], state: .stream(info, groups: []))
    }
}
