import RESP

/// Walks over a group's pending entries list page by page, in order of ids, with where the stream stood at each page.
/// A caller that asks for the next page before it works on this one keeps the server busy meanwhile.
///
/// What is delivered during the walk lies behind `last` and is not read: the walk ends however busy the group is.
package struct PendingPages: ~Copyable {
    /// One page.
    package struct Page: Sendable {
        /// Its entries; none after the last page.
        package let entries: [PendingEntry]
        /// The stream, looked at after them.
        package let stream: StreamInfo
    }

    private let channel: any CommandChannel
    private var pager: Pager
    private let key: [UInt8]
    private let group: [UInt8]
    private let consumer: [UInt8]?
    private let last: EntryID
    /// The first id of the page that is asked for next; nil when there is none.
    private var first: EntryID?
    private var isAwaited = false
    private var names = ConsumerNames()

    /// How many entries a page has: few enough for the server to answer in well under a millisecond or two.
    package static let pageSize = 1_000

    /// A walk over the entries up to `last`, of one consumer or of all. Nothing is sent yet.
    package init(
        _ channel: any CommandChannel,
        key: [UInt8],
        group: [UInt8],
        last: EntryID,
        consumer: [UInt8]? = nil
    ) {
        self.channel = channel
        pager = Pager(channel, key: key)
        self.key = key
        self.group = group
        self.consumer = consumer
        self.last = last
        first = .zero
    }

    /// Reads the next page, asking for it unless that was done; nil after the last. A refusal is the server's for this page.
    package mutating func next() throws(RedisError) -> Result<Page?, Refusal> {
        try request()
        guard isAwaited else { return .success(nil) }
        isAwaited = false
        let replies = try pager.receive()
        let (page, info) = (replies[0], replies[1])
        if let refusal = refusal(page, info) {
            first = nil
            return .failure(refusal)
        }
        guard page.kind(of: 0) == .array, let entries = names.entries(of: page, at: 0), isInOrder(entries),
            let stream = XInfoStream(key: key).read(info.root)
        else { throw misshapen() }
        let newest = entries.count < Self.pageSize || first == nil ? nil : entries.last?.id
        first = newest.flatMap { $0 == last ? nil : $0.next }
        return .success(entries.isEmpty ? nil : Page(entries: entries, stream: stream))
    }

    /// Ends the walk: takes in what is on its way, so that the connection can be used for something else.
    package mutating func stop() throws(RedisError) {
        first = nil
        if isAwaited { _ = try next() }
    }

    /// Asks for the page that `next` will read. From then on nothing else may be asked of the connection before that.
    package mutating func request() throws(RedisError) {
        guard let from = first, !isAwaited else { return }
        do {
            try Interruption.check()
        } catch {
            throw channel.failure(.link(error), .awaiting)
        }
        let page = XPending(
            key: key,
            group: group,
            first: from,
            last: last,
            count: Self.pageSize,
            consumer: consumer
        )
        try pager.ask([page.command, XInfoStream(key: key).command])
        isAwaited = true
    }

    private func refusal(_ page: Reply, _ info: Reply) -> Refusal? {
        if let error = info.root.error {
            return Refusal(error).answering(XInfoStream(key: key).command, of: channel.endpoint)
        }
        let command = XPending(key: key, group: group, first: .zero, last: last, count: Self.pageSize).command
        return page.root.error.map { Refusal($0).answering(command, of: channel.endpoint) }
    }

    /// A server that repeats itself must not keep us walking for ever.
    private func isInOrder(_ entries: [PendingEntry]) -> Bool {
        guard entries.count <= Self.pageSize else { return false }
        var previous = first ?? .zero
        for (index, entry) in entries.enumerated() {
            guard index == 0 ? entry.id >= previous : entry.id > previous, entry.id <= last else { return false }
            previous = entry.id
        }
        return true
    }

    private func misshapen() -> RedisError {
        channel.failure(.unexpected("the reply to XPENDING does not have its documented shape"), .awaiting)
    }
}
