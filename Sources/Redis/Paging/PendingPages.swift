import RESP

/// Walks over a group's pending entries list page by page, in order of ids, with where the stream stood at each page.
/// A caller that asks for the next page before it works on this one keeps the server busy.
///
/// The walk goes to the end of the list, not to the group's last delivered id: XGROUP SETID moves that id back and leaves the
/// list as it is, and XCLAIM FORCE adds entries beyond it. It ends however busy the group is: with the second page the server
/// is asked for the greatest id on the list, and what is delivered with a greater one later is not read. A list of one page
/// needs no such end.
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
    /// The last id to read: where none was given, the greatest on the list when the second page was asked for; nil before that.
    private var last: EntryID?
    /// The first id of the page that is asked for next; nil when there is none.
    private var first: EntryID?
    private var isAwaited = false
    /// Whether the greatest id is asked for in front of the page that is on its way.
    private var asksForLast = false
    private var names = ConsumerNames()

    /// How many entries a page has: few enough for the server to answer in well under a millisecond or two.
    package static let pageSize = 1_000

    /// A walk over the entries of one consumer or of all, up to an id or to the end. Nothing is sent yet.
    package init(
        _ channel: any CommandChannel,
        key: [UInt8],
        group: [UInt8],
        upTo last: EntryID? = nil,
        consumer: [UInt8]? = nil
    ) {
        self.last = last
        self.channel = channel
        pager = Pager(channel, key: key)
        self.key = key
        self.group = group
        self.consumer = consumer
        first = .zero
    }

    /// Reads the next page, asking for it unless that was done; nil after the last. A refusal is the server's for this page.
    package mutating func next() throws(RedisError) -> Result<Page?, Refusal> {
        try request()
        guard isAwaited else { return .success(nil) }
        isAwaited = false
        let replies = try pager.receive(asksForLast ? 3 : 2)
        if asksForLast {
            asksForLast = false
            switch try channel.read(replies[0], of: bounds) {
            case .failure(let refusal): return end(with: refusal)
            case .success(let found): last = found?.last ?? .zero
            }
        }
        let (page, info) = (replies[replies.count - 2], replies[replies.count - 1])
        if let refusal = refusal(page, info) { return end(with: refusal) }
        guard page.kind(of: 0) == .array, var entries = names.entries(of: page, at: 0), isInOrder(entries),
            let stream = XInfoStream(key: key).read(info.root)
        else { throw channel.misshapen("XPENDING") }
        let isLast = entries.count < Self.pageSize || first == nil
        if let last { entries.removeLast(entries.count { $0.id > last }) }
        first =
            isLast || entries.count < Self.pageSize ? nil : entries.last.flatMap { $0.id == last ? nil : $0.id.next }
        return .success(entries.isEmpty ? nil : Page(entries: entries, stream: stream))
    }

    private mutating func end(with refusal: Refusal) -> Result<Page?, Refusal> {
        first = nil
        return .failure(refusal)
    }

    private var bounds: XPendingBounds { XPendingBounds(key: key, group: group) }

    /// Ends the walk: takes in what is on its way, so that the connection can be used for something else.
    package mutating func stop() throws(RedisError) {
        first = nil
        isAwaited = false
        try pager.finish()
    }

    /// Asks something else about the key, behind the page that is on its way if one is. The replies are to be received after that
    /// page was read, and before one that is requested from now on.
    package mutating func ask(_ commands: [Command]) throws(RedisError) { try pager.ask(commands) }

    /// Waits for the replies to what was asked beside pages.
    package mutating func receive(_ count: Int) throws(RedisError) -> [Reply] { try pager.receive(count) }

    /// Takes in what is on its way, so that something else can be asked of the channel. The page is read later.
    package mutating func settle() throws(RedisError) { try pager.settle() }

    /// Asks for the page that `next` will read. From then on nothing else may be asked of the channel before that, unless it is
    /// settled.
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
            count: Self.pageSize,
            consumer: consumer
        )
        asksForLast = last == nil && from > .zero
        try pager.ask((asksForLast ? [bounds.command] : []) + [page.command, XInfoStream(key: key).command])
        isAwaited = true
    }

    private func refusal(_ page: Reply, _ info: Reply) -> Refusal? {
        if let error = info.root.error {
            return Refusal(error).answering(XInfoStream(key: key).command, of: channel.endpoint)
        }
        let command = XPending(key: key, group: group, count: Self.pageSize).command
        return page.root.error.map { Refusal($0).answering(command, of: channel.endpoint) }
    }

    /// A server that repeats itself must not keep us walking for ever.
    private func isInOrder(_ entries: [PendingEntry]) -> Bool {
        guard entries.count <= Self.pageSize else { return false }
        var previous = first ?? .zero
        for (index, entry) in entries.enumerated() {
            guard index == 0 ? entry.id >= previous : entry.id > previous else { return false }
            previous = entry.id
        }
        return true
    }
}
