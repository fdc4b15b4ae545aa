import Redis

/// The entries that one group holds: `pending` with a group.
///
/// Pages of a thousand by id, the next one requested while this one is shown; whatever the list's length, one page is in
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
        var ending = Ending()
        var pages = PendingPages(
            connection,
            key: stream.key,
            group: group.name,
            consumer: filter.consumer
        )
        var look = PresenceLook(key: stream.key)
        while true {
            switch try pages.next() {
            case .failure(let refusal):
                ending.refusal = refusal
                ending.isWhole = false
                return ending
            case .success(nil): return ending
            case .success(let page?):
                var wanted = try entries(of: page, &look, on: connection, upTo: limit.map { $0 + 1 - ending.shown })
                if let limit, ending.shown + UInt64(wanted.count) > limit {
                    wanted.removeLast()
                    ending.isWhole = false
                    try show(wanted)
                    ending.shown += UInt64(wanted.count)
                    return ending
                }
                try pages.request()
                try show(wanted)
                ending.shown += UInt64(wanted.count)
            }
        }
    }

    /// The wanted entries of a page, `count` of them at most.
    private func entries(
        of page: PendingPages.Page,
        _ look: inout PresenceLook,
        on connection: any CommandChannel,
        upTo count: UInt64?
    ) throws(RedisError) -> [ListedEntry] {
        var admitted = page.entries.filter(filter.admits)
        if !filter.isLostOnly, let count { admitted = Array(admitted.prefix(Int(clamping: count))) }
        let presences = try look.presence(of: admitted.map(\.id), stream: page.stream, on: connection)
        let listed = zip(admitted, presences).map { ListedEntry(entry: $0, presence: $1) }
        guard filter.isLostOnly else { return listed }
        return Array(listed.filter { $0.presence.exists == false }.prefix(count.map { Int(clamping: $0) } ?? .max))
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
