import Testing

@testable import Redis

@Suite struct EntryPageSizeTests {
    private func counts(_ first: EntryPageSize, bytes: Int, endBytes: Int? = nil) -> [Int] {
        var size = first
        return (0..<5).map { place in
            defer { size.learn(entries: size.count, bytes: size.count * bytes, endBytes: place == 0 ? endBytes : nil) }
            return size.count
        }
    }

    @Test func pagesGrowUpToTheirLimit() {
        #expect(counts(EntryPageSize(), bytes: 100) == [16, 128, 1_000, 1_000, 1_000])
        #expect(counts(EntryPageSize(limit: 10_000), bytes: 50) == [16, 128, 1_024, 8_192, 10_000])
        #expect(counts(EntryPageSize(limit: 10_000), bytes: 1_000) == [16, 128, 1_024, 1_048, 1_048])
    }

    /// A stream whose ends are small is begun with more, and one whose ends are large with what fits.
    @Test func theStreamsEndsTellHowToBegin() {
        #expect(counts(EntryPageSize(limit: 10_000, endBytes: 50), bytes: 50) == [128, 1_024, 8_192, 10_000, 10_000])
        #expect(counts(EntryPageSize(endBytes: 100_000), bytes: 100_000) == [10, 10, 10, 10, 10])
        #expect(counts(EntryPageSize(endBytes: .max), bytes: 1) == [1, 8, 64, 512, 1_000])
        #expect(counts(EntryPageSize(limit: 10_000), bytes: 50, endBytes: 50) == [16, 1_024, 8_192, 10_000, 10_000])
        #expect(counts(EntryPageSize(limit: 10_000), bytes: 50, endBytes: .max) == [16, 128, 1_024, 8_192, 10_000])
        // Ends say nothing against a page of large entries.
        #expect(counts(EntryPageSize(endBytes: 50), bytes: 1 << 20) == [128, 1, 1, 1, 1])
    }
}
