/// How many entries a page should have, learnt from the pages before it.
package struct EntryPageSize: Equatable {
    /// The entries to ask for.
    package private(set) var count = initialCount

    /// A size for a first page.
    package init() {}

    /// No page has more entries than this.
    static let countLimit = 1_000
    /// No page should have many more bytes than this.
    static let byteTarget = 1 << 20
    /// Entries of 64 KiB still come in a page of the target's size.
    static let initialCount = 16
    /// How much larger than the last page the next may be: entries may be of any size after small ones.
    private static let growth = 8

    /// Notes what a page had.
    package mutating func learn(entries: Int, bytes: Int) {
        guard entries > 0 else { return }
        let fitting = Self.byteTarget / max(1, bytes / entries)
        count = max(1, min(fitting, count * Self.growth, Self.countLimit))
    }
}
