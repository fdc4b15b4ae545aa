import Redis

/// Searches streams and dead letters for entries: `find`. Only reads.
///
/// Memory stays flat on streams of any length. A stream that grows during the search is read up to where it ended at the start.
package struct EntrySearch: Sendable {
    /// How far the search of a stream has come.
    package struct Progress: Sendable, Equatable {
        /// The stream's key.
        package let stream: [UInt8]
        /// Entries that were searched.
        package let searched: UInt64
        /// Entries there are to search; nil where only a part of the stream is, whose size nobody knows.
        package let total: UInt64?
    }

    /// The streams, in the order in which they are searched.
    package let targets: [SignatureTarget]
    /// Which entries are meant.
    package let selector: MessageSelector
    /// The first place that is searched.
    package let since: StreamPosition
    /// The last place that is searched.
    package let until: StreamPosition
    /// Whether the newest entries of all streams come first; else the oldest, stream by stream.
    package let isNewestFirst: Bool

    /// Describes a search.
    package init(
        targets: [SignatureTarget],
        selector: MessageSelector = .all,
        since: StreamPosition = .start,
        until: StreamPosition = .end,
        isNewestFirst: Bool = false
    ) {
        self.targets = targets
        self.selector = selector
        self.since = since
        self.until = until
        self.isNewestFirst = isNewestFirst
    }

    /// Searches until there are enough. `visit` is given the entries in their order: each as soon as it is found, but for the
    /// newest of several streams, which are known at the end. When the server is lost or a request to stop comes, it is given
    /// what was found so far, and the report says so.
    ///
    /// - Parameters:
    ///   - limit: how many entries at most, from 1.
    ///   - clock: our own time in Unix milliseconds, used when the server does not tell its own.
    package func find(
        _ limit: Int,
        on channel: ReconnectingChannel,
        judge: inout EntryJudge?,
        clock: UInt64,
        afterPage: (Progress) throws -> Void,
        visit: (FoundEntry) throws -> Void
    ) throws -> SearchReport {
        let gathers = isNewestFirst && targets.count > 1
        var newest = NewestEntries(limit)
        var count = 0
        var report = try run(on: channel, clock: clock, afterPage) { hit, matcher in
            let judgements = try judge?.judge(id: hit.idText, hit.fields, in: hit.bytes, of: hit.target) ?? []
            let entry = FoundEntry(
                target: hit.target,
                id: hit.id,
                message: Message(hit.fields, in: hit.bytes),
                inner: matcher.message(inside: hit.fields, in: hit.bytes, of: hit.target.source),
                judgements: judgements
            )
            if gathers { return newest.add(entry) ? .goOn : .endStream }
            try visit(entry)
            count += 1
            return count < limit ? .goOn : .endSearch
        } endStream: {
            newest.endStream()
        }
        if gathers {
            _ = newest.endStream()
            for entry in newest.entries { try visit(entry) }
            count = newest.entries.count
        }
        report.shown = UInt64(count)
        report.isLimited = count >= limit
        return report
    }

    /// Searches everything, and counts the entries that are meant by the value that `path` leads to.
    package func count(
        by path: MessagePath,
        on channel: ReconnectingChannel,
        clock: UInt64,
        afterPage: (Progress) throws -> Void
    ) throws -> (counts: ValueCounts, report: SearchReport) {
        var counts = ValueCounts()
        let report = try run(on: channel, clock: clock, afterPage) { hit, matcher in
            matcher.withValue(of: path, hit.fields, in: hit.bytes, of: hit.target.source) { counts.count($0) }
            return .goOn
        } endStream: {
            nil
        }
        return (counts, report)
    }

    // MARK: Reading

    /// An entry that is meant, where it was read. Nothing is copied.
    private struct Hit {
        let target: SignatureTarget
        let id: EntryID
        let idText: ArraySlice<UInt8>
        let fields: [FieldRange]
        let bytes: [UInt8]
    }

    /// How the search goes on behind an entry.
    private enum Step {
        case goOn, endStream, endSearch
    }

    /// - Parameter endStream: is told that a stream was searched; returns the id below which nobody wants entries any more.
    private func run(
        on channel: ReconnectingChannel,
        clock: UInt64,
        _ afterPage: (Progress) throws -> Void,
        each: (Hit, inout EntryMatcher) throws -> Step,
        endStream: () -> EntryID?
    ) throws -> SearchReport {
        var report = SearchReport()
        var matcher = EntryMatcher(selector)
        do {
            let look = try StreamLook(
                streams: targets.map(\.stream),
                includesGroups: false,
                believesEmptyReplica: false
            ).run(on: channel.connection)
            if since.isRelative || until.isRelative { report.timeRefusal = look.timeRefusal }
            let now = look.now ?? clock
            var floor: EntryID?
            for (target, observed) in zip(targets, look.streams)
            where !(target.isOptional && observed.state == .missing) {
                var stream = SearchedStream(target: target, state: observed.state)
                var goesOn = true
                // What was searched counts also where the search of a stream is cut short.
                defer { report.streams.append(stream) }
                if let range = range(of: observed.state, now, floor) {
                    goesOn = try read(range, &stream, on: channel, &matcher, floor, afterPage, each)
                    floor = endStream() ?? floor
                }
                report.unreadable = matcher.unreadable
                guard goesOn else { break }
            }
        } catch let error as RedisError {
            report.ending = error.signal.map { .interrupted(signal: $0) } ?? .lost(error)
        }
        report.unreadable = matcher.unreadable
        return report
    }

    /// The ids that are searched of a stream; nil for none.
    private func range(of state: StreamState, _ now: UInt64, _ floor: EntryID?) -> ClosedRange<EntryID>? {
        guard let info = state.info else { return nil }
        let (first, last) = (
            max(since.first(now: now), floor ?? .zero), min(until.last(now: now), info.lastGeneratedID)
        )
        return first <= last ? first...last : nil
    }

    /// Searches a part of a stream; false when the search is over. After a lost connection it goes on with another one, where
    /// there is a way to one.
    private func read(
        _ range: ClosedRange<EntryID>,
        _ stream: inout SearchedStream,
        on channel: ReconnectingChannel,
        _ matcher: inout EntryMatcher,
        _ floor: EntryID?,
        _ afterPage: (Progress) throws -> Void,
        _ each: (Hit, inout EntryMatcher) throws -> Step
    ) throws -> Bool {
        let isWhole = since == .start && until == .end && floor == nil
        let total = isWhole ? stream.state.info?.length : nil
        var unread: ClosedRange<EntryID>? = range
        while let rest = unread {
            var pages = EntryPages(
                channel.connection,
                key: stream.target.key,
                first: rest.lowerBound,
                last: rest.upperBound,
                isBackwards: isNewestFirst
            )
            do {
                while var page = try nextPage(&pages, &stream) {
                    let step = try search(&page, &stream, on: channel.connection, &matcher, each)
                    guard step == .goOn else { return try end(&pages, step, on: channel) }
                    channel.noteProgress()
                    unread = pages.rest
                    try afterPage(Progress(stream: stream.target.key, searched: stream.searched, total: total))
                }
                if stream.refusal == nil { stream.missed = total.map { $0 - min($0, stream.searched) } ?? 0 }
                return true
            } catch let error as RedisError {
                // Nothing is read twice, and nothing is left out.
                try channel.replace(after: error)
            }
        }
        return true
    }

    /// Ends the walk over a stream before its end, so that the connection can be used again; false when the search is over.
    private func end(
        _ pages: inout EntryPages,
        _ step: Step,
        on channel: ReconnectingChannel
    ) throws(RedisError) -> Bool {
        guard step == .endStream else {
            // Everything was found: what becomes of the connection is of no concern.
            try? pages.finish()
            return false
        }
        do throws(RedisError) { try pages.finish() } catch { try channel.replace(after: error) }
        return true
    }

    /// The next page; nil after the last, and where the server refuses to go on.
    private func nextPage(_ pages: inout EntryPages, _ stream: inout SearchedStream) throws(RedisError) -> EntryReader?
    {
        switch try pages.next() {
        case .success(let page): return page
        case .failure(let refusal):
            stream.refusal = refusal
            return nil
        }
    }

    private func search(
        _ page: inout EntryReader,
        _ stream: inout SearchedStream,
        on channel: any CommandChannel,
        _ matcher: inout EntryMatcher,
        _ each: (Hit, inout EntryMatcher) throws -> Step
    ) throws -> Step {
        while try page.advance(on: channel) {
            stream.searched += 1
            let unreadable = matcher.unreadable
            defer {
                if matcher.unreadable > unreadable, stream.firstUnreadable == nil { stream.firstUnreadable = page.id }
            }
            guard matcher.takes(page.fields, in: page.bytes, of: stream.target.source) else { continue }
            guard let id = page.id else { throw channel.misshapen(isNewestFirst ? "XREVRANGE" : "XRANGE") }
            stream.matched += 1
            let hit = Hit(
                target: stream.target,
                id: id,
                idText: page.bytes[page.idRange],
                fields: page.fields,
                bytes: page.bytes
            )
            let step = try each(hit, &matcher)
            guard step == .goOn else { return step }
        }
        return .goOn
    }
}

/// The newest entries of several streams, each of which is read from its end.
private struct NewestEntries {
    private let limit: Int
    /// Those of the streams before, the newest first.
    private(set) var entries: [FoundEntry] = []
    /// Those of the stream at hand.
    private var own: [FoundEntry] = []

    init(_ limit: Int) { self.limit = limit }

    /// Adds an entry of the stream at hand; false when no further entry of the stream can be among the newest.
    mutating func add(_ entry: FoundEntry) -> Bool {
        own.append(entry)
        return own.count < limit
    }

    /// Ends a stream: the id below which no entry of a further stream is among the newest; nil while all are. Of entries with one
    /// id those of the streams before go first.
    mutating func endStream() -> EntryID? {
        entries += own
        own = []
        // Entries with one id stay in the order of their streams.
        entries = entries.enumerated().sorted { ($0.element.id, $1.offset) > ($1.element.id, $0.offset) }.map(\.element)
        entries.removeLast(max(0, entries.count - limit))
        return entries.count == limit ? entries.last?.id.next : nil
    }
}
