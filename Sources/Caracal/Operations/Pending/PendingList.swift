import Redis

/// The entries that one group holds: `pending` with a group.
///
/// Pages of a thousand by id, the next ones requested while this one is shown; whatever the list's length, two pages are in
/// memory.
package struct PendingList: Sendable {
    /// How the list came to its end.
    package struct Ending: Sendable, Equatable {
        /// How many entries were shown.
        package var shown: UInt64 = 0
        /// Whether every entry was looked at: when not, there may be more.
        package var isWhole = true
        /// The server's refusal to go on; nil when there was none.
        package var refusal: Refusal?

        /// Nothing shown yet.
        package init() {}
    }

    /// The stream.
    package let stream: StreamDefinition
    /// The group's name.
    package let group: [UInt8]
    /// Which entries are wanted.
    package let filter: PendingFilter
    /// How many entries are wanted at most; nil for all.
    package let limit: UInt64?

    package init(stream: StreamDefinition, group: [UInt8], filter: PendingFilter, limit: UInt64?) {
        self.stream = stream
        self.group = group
        self.filter = filter
        self.limit = limit
    }

    /// Looks at the group and its consumers, in three round trips; nothing is changed.
    package func look(
        on connection: any CommandChannel,
        limits: PendingLimits
    ) throws(RedisError) -> Result<PendingReport, StreamProblem> {
        let report = try PendingSummary(streams: [stream], group: group, limits: limits).run(on: connection)
        let observed = report.streams[0]
        if case .refused(let refusal) = observed.state { throw connection.refused(refusal) }
        if let problem = observed.problem { return .failure(problem) }
        guard let standing = report.groups.first, standing.info != nil else { return .failure(.noGroup(stream, group)) }
        if let consumer = filter.consumer, let consumers = standing.consumers,
            !consumers.contains(where: { $0.info.name == consumer })
        {
            return .failure(.unknownConsumer(stream, group: group, consumer: consumer))
        }
        return .success(
            PendingReport(streams: report.streams, groups: [standing], now: report.now, findings: report.findings)
        )
    }

    /// Walks over the whole list of `group` and hands each page's wanted entries to `show`.
    package func walk(
        _ group: GroupInfo,
        on connection: any CommandChannel,
        show: ([ListedEntry]) throws -> Void
    ) throws -> Ending {
        var walk = PendingWalk(self, group, on: connection)
        try walk.run(show)
        return walk.ending
    }
}

/// One walk over a list. The server is never idle: while it looks for the entries of a page, and for the page behind that, the
/// page before is shown.
private struct PendingWalk: ~Copyable {
    /// Wanted entries of a page, and what is asked of them.
    private struct Page {
        let entries: [PendingEntry]
        let question: PresenceLook.Question
    }

    private let list: PendingList
    private let connection: any CommandChannel
    private var pages: PendingPages
    private var look: PresenceLook
    /// How many entries may still be taken up; nil for all. Whether an entry is lost is known when it is shown, and not before.
    private var room: UInt64?
    private(set) var ending = PendingList.Ending()

    init(_ list: PendingList, _ group: GroupInfo, on connection: any CommandChannel) {
        self.list = list
        self.connection = connection
        pages = PendingPages(connection, key: list.stream.key, group: group.name, consumer: list.filter.consumer)
        look = PresenceLook(key: list.stream.key)
        room = list.limit
    }

    mutating func run(_ show: ([ListedEntry]) throws -> Void) throws {
        var (page, next) = (Page?.none, try nextPage())
        while page != nil || next != nil {
            let listed = try page.map { try entries(of: $0) }
            try pages.ask(next?.question.commands ?? [])
            if let listed {
                try show(listed)
                ending.shown += UInt64(listed.count)
            }
            // Lost entries are taken up when they are shown: for what lies behind there is no room.
            if list.filter.isLostOnly, !ending.isWhole { break }
            page = next
            next = try nextPage()
        }
        // Everything was shown: what becomes of the connection is of no concern.
        try? pages.stop()
    }

    /// Reads the next page, and asks for the one behind it; nil where there is none, or no room for it.
    private mutating func nextPage() throws -> Page? {
        guard ending.isWhole else { return nil }
        switch try pages.next() {
        case .success(nil): return nil
        case .failure(let refusal):
            ending.refusal = refusal
            ending.isWhole = false
            return nil
        case .success(let page?):
            var wanted = page.entries.filter(list.filter.admits)
            if !list.filter.isLostOnly { take(&wanted) }
            if ending.isWhole { try pages.request() }
            return Page(entries: wanted, question: look.question(of: wanted.map(\.id), stream: page.stream))
        }
    }

    /// The wanted entries of a page, of which the server was asked.
    private mutating func entries(of page: Page) throws -> [ListedEntry] {
        let replies = try pages.receive(page.question.commands.count)
        var look = look
        let presences = try look.presence(page.question, replies, on: connection) { () throws(RedisError) in
            try pages.settle()
        }
        self.look = look
        var listed = zip(page.entries, presences).map { ListedEntry(entry: $0, presence: $1) }
        if list.filter.isLostOnly {
            listed.removeAll { $0.presence.exists != false }
            take(&listed)
        }
        return listed
    }

    /// Takes up as many entries as there is room for.
    private mutating func take<Entry>(_ entries: inout [Entry]) {
        guard let left = room else { return }
        if UInt64(entries.count) > left {
            entries.removeLast(entries.count - Int(left))
            ending.isWhole = false
        }
        room = left - UInt64(entries.count)
    }
}

/// Which pending entries are wanted. Held against the entries here: the server would walk the whole list for it.
package struct PendingFilter: Sendable, Equatable {
    /// Only this consumer's; nil for everyone's.
    package var consumer: [UInt8]?
    /// Only those idle for at least this many milliseconds.
    package var minIdle: UInt64
    /// Only those delivered at least this many times.
    package var minDeliveries: UInt64
    /// Only those that are no longer in the stream.
    package var isLostOnly: Bool

    package init(
        consumer: [UInt8]? = nil,
        minIdle: UInt64 = 0,
        minDeliveries: UInt64 = 0,
        isLostOnly: Bool = false
    ) {
        self.consumer = consumer
        self.minIdle = minIdle
        self.minDeliveries = minDeliveries
        self.isLostOnly = isLostOnly
    }

    /// Whether an entry is wanted, but for whether it still exists. One that was given back waits for anyone, and has been
    /// idle for as long as may be.
    func admits(_ entry: PendingEntry) -> Bool {
        (entry.idle ?? .max) >= minIdle && entry.deliveries >= minDeliveries
    }
}

/// A pending entry, and whether it is still in the stream.
package struct ListedEntry: Sendable, Equatable {
    /// The entry.
    package let entry: PendingEntry
    /// Where it is.
    package let presence: EntryPresence
}
