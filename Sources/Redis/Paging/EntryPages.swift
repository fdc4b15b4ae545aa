import RESP

/// Reads a range of a stream page by page, oldest first or newest first. While the caller works on one page the server is
/// already busy with the next.
///
/// Pages are bounded in entries and, as well as a client can, in bytes: the first one is small, and each one teaches how
/// many entries the next may have. What is added during the walk lies behind `last` and is not read.
package struct EntryPages: ~Copyable {
    private let channel: any CommandChannel
    private var pager: Pager
    private let key: [UInt8]
    private let isBackwards: Bool
    /// The ids that no page has had yet; nil when there are none.
    package private(set) var rest: ClosedRange<EntryID>?
    /// How many entries the page on its way may have; nil when none is.
    private var awaited: Int?
    /// How large a page should be, as far as that was learnt.
    package private(set) var size: EntryPageSize
    /// The page that was read last, whose storage the next one uses.
    private var page = Reply()

    /// A walk over the entries of `key` from `first` to `last`, both included. Nothing is sent yet.
    ///
    /// - Parameters:
    ///   - isBackwards: whether the newest come first, also within a page.
    ///   - size: what an earlier walk over the same stream has learnt.
    package init(
        _ channel: any CommandChannel,
        key: [UInt8],
        first: EntryID,
        last: EntryID,
        isBackwards: Bool = false,
        size: EntryPageSize = EntryPageSize()
    ) {
        self.channel = channel
        self.size = size
        pager = Pager(channel, key: key)
        self.key = key
        self.isBackwards = isBackwards
        rest = first <= last ? first...last : nil
    }

    /// Reads the next page, and asks for the one after it; nil after the last. A refusal is the server's for this page.
    ///
    /// The storage of a page is used again once nobody holds it.
    package mutating func next() throws(RedisError) -> Result<EntryReader?, Refusal> {
        try ask()
        guard let limit = awaited, let range = rest else { return .success(nil) }
        awaited = nil
        try pager.receive(into: &page)
        let entries: EntryReader
        switch try read(page, range, limit) {
        case .success(let list): entries = list
        case .failure(let refusal):
            rest = nil
            return .failure(refusal)
        }
        guard entries.count <= limit, let end = endID(of: entries, in: range) else {
            throw channel.misshapen(isBackwards ? "XREVRANGE" : "XRANGE")
        }
        size.learn(entries: entries.count, bytes: entries.bytes.count)
        rest = entries.count < limit ? nil : rest(of: range, behind: end)
        try ask()
        return .success(entries.count > 0 ? entries : nil)
    }

    /// Ends the walk early: waits for the page that is on its way, if one is, so that the connection can be used again.
    package mutating func finish() throws(RedisError) {
        rest = nil
        guard awaited != nil else { return }
        awaited = nil
        try pager.finish()
    }

    /// Asks for the next page unless it is on its way or there is none.
    private mutating func ask() throws(RedisError) {
        guard let range = rest, awaited == nil else { return }
        try checkInterruption()
        let (first, last) = (range.lowerBound, range.upperBound)
        let command =
            isBackwards
            ? XRevRange(key: key, first: first, last: last, count: size.count).command
            : XRange(key: key, first: first, last: last, count: size.count).command
        try pager.ask([command])
        awaited = size.count
    }

    private func read(
        _ page: Reply,
        _ range: ClosedRange<EntryID>,
        _ limit: Int
    ) throws(RedisError) -> Result<EntryReader, Refusal> {
        let (first, last) = (range.lowerBound, range.upperBound)
        if isBackwards {
            return try channel.read(page, of: XRevRange(key: key, first: first, last: last, count: limit))
        }
        return try channel.read(page, of: XRange(key: key, first: first, last: last, count: limit))
    }

    /// The id of the last entry of a page, which must lie in the range that was asked for; the far end for an empty page.
    private func endID(of page: EntryReader, in range: ClosedRange<EntryID>) -> EntryID? {
        guard page.count > 0 else { return isBackwards ? range.lowerBound : range.upperBound }
        return page.lastID.flatMap { range.contains($0) ? $0 : nil }
    }

    /// What is left of a range of which all up to `end` was read.
    private func rest(of range: ClosedRange<EntryID>, behind end: EntryID) -> ClosedRange<EntryID>? {
        if isBackwards { return end > range.lowerBound ? range.lowerBound...end.previous : nil }
        guard end < range.upperBound, let next = end.next else { return nil }
        return next...range.upperBound
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
    package private(set) var count: Int
    private let limit: Int

    /// A size for a first page.
    ///
    /// - Parameters:
    ///   - limit: no page has more entries than this.
    ///   - endBytes: the size of the larger one of the entries at the stream's ends, in bytes; nil where they were not looked at.
    package init(limit: Int = countLimit, endBytes: Int? = nil) {
        self.limit = limit
        count = endBytes.map(Self.start) ?? Self.initialCount
    }

    /// No page has more entries than this where nothing else is said.
    package static let countLimit = 1_000
    /// No page should have many more bytes than this.
    static let byteTarget = 1 << 20
    /// Entries of 64 KiB still come in a page of the target's size.
    static let initialCount = 16
    /// Where the entries at the stream's ends are known to be small, a first page is no larger than this.
    static let knownCount = 128
    /// How much larger than the last page the next may be: entries may be of any size after small ones.
    private static let growth = 8

    /// Notes what a page had.
    ///
    /// - Parameter endBytes: see `init`; of a first page that was asked for before it was known.
    package mutating func learn(entries: Int, bytes: Int, endBytes: Int? = nil) {
        guard entries > 0 else { return }
        let fitting = Self.byteTarget / max(1, bytes / entries)
        let seen = max(count, endBytes.map(Self.start) ?? 1)
        count = max(1, min(fitting, seen * Self.growth, limit))
    }

    private static func start(endBytes: Int) -> Int { max(1, min(knownCount, byteTarget / max(1, endBytes))) }
}
