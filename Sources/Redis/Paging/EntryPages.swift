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

    /// A walk over the entries of `key` from `first` to `last`, both included. Nothing is sent yet.
    package init(_ channel: any CommandChannel, key: [UInt8], first: EntryID, last: EntryID) {
        self.channel = channel
        pager = Pager(channel, key: key)
        self.key = key
        self.last = last
        self.first = first <= last ? first : nil
    }

    /// Reads the next page, an array of entries, into `page`, whose storage is used again, and asks for the one after it.
    ///
    /// Returns how many entries it has, 0 after the last page; a refusal is the server's for this page.
    package mutating func next(into page: inout Reply) throws(RedisError) -> Result<Int, Refusal> {
        try ask()
        guard let limit = awaited else { return .success(0) }
        awaited = nil
        try pager.receive(into: &page)
        if let error = page.root.error {
            first = nil
            let range = XRange(key: key, first: .zero, last: last, count: limit)
            return .failure(Refusal(error).answering(range.command, of: channel.endpoint))
        }
        let count = page.count(of: 0)
        guard page.kind(of: 0) == .array, count <= limit, let newest = newestID(of: page) else { throw misshapen() }
        size.learn(entries: count, bytes: page.bytes.count)
        first = count < limit || newest == last ? nil : newest.next
        try ask()
        return .success(count)
    }

    /// Ends the walk early: waits for the page that is on its way, if one is, so that the connection can be used again.
    package mutating func finish(into page: inout Reply) throws(RedisError) {
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
    private func newestID(of page: Reply) -> EntryID? {
        let count = page.count(of: 0)
        guard count > 0, let first else { return last }
        var node = page.firstChild(of: 0)
        for _ in 1..<count { node = page.nextSibling(of: node) }
        guard page.count(of: node) == 2, let id = EntryID(page.bytes[page.payload(of: page.firstChild(of: node))]),
            id >= first, id <= last
        else { return nil }
        return id
    }

    /// A server that is always quick never makes us wait, so a request to stop has to be looked for.
    private func checkInterruption() throws(RedisError) {
        do {
            try Interruption.check()
        } catch {
            throw channel.failure(.link(error), .awaiting)
        }
    }

    private func misshapen() -> RedisError {
        channel.failure(.unexpected("the reply to XRANGE does not have its documented shape"), .awaiting)
    }
}
