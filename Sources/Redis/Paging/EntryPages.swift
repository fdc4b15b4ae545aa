import RESP

/// Reads a range of a stream page by page, oldest first. While the caller works on one page the server is already
/// busy with the next.
///
/// Pages are bounded in entries and, as well as a client can, in bytes: the first one is small, and each one teaches how
/// many entries the next may have. What is added during the walk lies behind `last` and is not read.
package struct EntryPages: ~Copyable {
    private let channel: any CommandChannel
    private var pager: Pager
    private let key: [UInt8]
    private let last: EntryID
    /// The first id of the page that is asked for next; nil when there is none.
    private var first: EntryID?
    /// How many entries the page on its way may have; nil when none is.
    private var awaited: Int?
    private var size = EntryPageSize()
    /// The page that was read last, whose storage the next one uses.
    private var page = Reply()

    /// A walk over the entries of `key` from `first` to `last`, both included. Nothing is sent yet.
    package init(_ channel: any CommandChannel, key: [UInt8], first: EntryID, last: EntryID) {
        self.channel = channel
        pager = Pager(channel, key: key)
        self.key = key
        self.last = last
        self.first = first <= last ? first : nil
    }

    /// Reads the next page, and asks for the one after it; nil after the last. A refusal is the server's for this page.
    ///
    /// The storage of a page is used again once nobody holds it.
    package mutating func next() throws(RedisError) -> Result<EntryReader?, Refusal> {
        try ask()
        guard let limit = awaited else { return .success(nil) }
        awaited = nil
        try pager.receive(into: &page)
        let entries: EntryReader
        switch try channel.read(page, of: XRange(key: key, first: .zero, last: last, count: limit)) {
        case .success(let list): entries = list
        case .failure(let refusal):
            first = nil
            return .failure(refusal)
        }
        guard entries.count <= limit, let newest = newestID(of: entries) else { throw channel.misshapen("XRANGE") }
        size.learn(entries: entries.count, bytes: entries.bytes.count)
        first = entries.count < limit || newest == last ? nil : newest.next
        try ask()
        return .success(entries.count > 0 ? entries : nil)
    }

    /// Ends the walk early: waits for the page that is on its way, if one is, so that the connection can be used again.
    package mutating func finish() throws(RedisError) {
        first = nil
        guard awaited != nil else { return }
        awaited = nil
        try pager.finish(into: &page)
    }

    /// Asks for the next page unless it is on its way or there is none.
    private mutating func ask() throws(RedisError) {
        guard let from = first, awaited == nil else { return }
        try checkInterruption()
        try pager.ask([XRange(key: key, first: from, last: last, count: size.count).command])
        awaited = size.count
    }

    /// The id of the newest entry of a page, which must lie in the range that was asked for; `last` for an empty page.
    private func newestID(of page: EntryReader) -> EntryID? {
        guard page.count > 0, let first else { return last }
        return page.lastID.flatMap { (first...last).contains($0) ? $0 : nil }
    }

    /// A server that is always quick never makes us wait, so a request to stop has to be looked for.
    private func checkInterruption() throws(RedisError) {
        do {
            try Interruption.check()
        } catch {
            throw channel.failure(.link(error), .awaiting)
        }
    }
}

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
