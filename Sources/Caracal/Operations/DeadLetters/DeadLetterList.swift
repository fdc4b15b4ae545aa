import Redis

/// Lists dead letters one by one: `dlq ls`. Only reads.
package struct DeadLetterList: Sendable {
    /// One dead letter.
    package struct Item: Sendable, Equatable {
        /// Where it lies.
        package let stream: [UInt8]
        /// Its id.
        package let id: EntryID
        /// The reason as it stands; nil when it gives none.
        package let reason: [UInt8]?
        /// Who wrote it, and how its source entry was judged.
        package let letter: DeadLetter
        /// What speaks against redriving it; nil when nothing does.
        package let problem: RedriveProblem?
        /// Its own fields, in their order.
        package let fields: Message
        /// The source's fields as they were; nil when they cannot be restored.
        package let restored: Message?
    }

    /// Dead letters, in the order that was asked for.
    package struct Report: Sendable, Equatable {
        /// As many as were asked for.
        package internal(set) var items: [Item] = []
        /// Whether there are more.
        package internal(set) var hasMore = false
        /// What there is where nothing was listed though something is there; nil else.
        package internal(set) var unmatched: UnmatchedSelection?
        /// The server's time in Unix milliseconds; our own when it would not tell.
        package internal(set) var now: UInt64
        /// Why it would not tell; nil when it did.
        package internal(set) var timeRefusal: Refusal?
        /// Streams that could not be read.
        package internal(set) var refusals: [(stream: [UInt8], refusal: Refusal)] = []
        /// Keys that hold something else.
        package internal(set) var wrongTypes: [Finding] = []

        package static func == (left: Report, right: Report) -> Bool {
            left.items == right.items && left.hasMore == right.hasMore && left.unmatched == right.unmatched
                && left.now == right.now
                && left.timeRefusal == right.timeRefusal && left.wrongTypes == right.wrongTypes
                && left.refusals.elementsEqual(right.refusals) { $0 == $1 }
        }
    }

    /// Which dead letters.
    package let selection: DeadLetterSelection
    /// How many at most.
    package let limit: Int
    /// Whether the newest of all streams are listed, the newest first; else the oldest, stream by stream.
    package let isNewestFirst: Bool

    /// Describes a list.
    package init(selection: DeadLetterSelection, limit: Int, isNewestFirst: Bool = false) {
        self.selection = selection
        self.limit = limit
        self.isNewestFirst = isNewestFirst
    }

    /// Reads until there are enough.
    package func run(
        on connection: any CommandChannel,
        _ judge: inout DeadLetterJudge,
        clock: UInt64
    ) throws -> Report {
        let walk = DeadLetterWalk(selection)
        let look = try walk.look(on: connection, clock: clock)
        let channel = ReconnectingChannel(connection)
        var report = Report(now: look.now, timeRefusal: look.timeRefusal)
        report.wrongTypes = look.streams.compactMap(\.wrongType)
        for stream in look.streams where isNewestFirst || !report.hasMore {
            // The newest of all may lie in any stream.
            var room = isNewestFirst ? limit : limit - report.items.count
            let take = { (visit: DeadLetterWalk.Visit, judge: inout DeadLetterJudge) in
                guard room > 0 else {
                    report.hasMore = true
                    return false
                }
                room -= 1
                report.items.append(try Item(visit, &judge))
                return true
            }
            let refusal =
                isNewestFirst
                ? try walk.readBackwards(stream, on: channel, &judge, visit: take)
                : try walk.read(stream, on: channel, &judge, visit: take)
            if let refusal { report.refusals.append((stream.target.key, refusal)) }
        }
        if isNewestFirst { report.keepNewest(limit) }
        if report.items.isEmpty, report.refusals.isEmpty {
            report.unmatched = try walk.unmatched(in: look.streams, on: channel, &judge)
        }
        return report
    }
}

extension DeadLetterList.Report {
    fileprivate mutating func keepNewest(_ limit: Int) {
        items.sort { $0.id > $1.id }
        guard items.count > limit else { return }
        items.removeLast(items.count - limit)
        hasMore = true
    }
}

extension DeadLetterList.Item {
    /// Judges a dead letter, and copies what is in it.
    init(_ visit: DeadLetterWalk.Visit, _ judge: inout DeadLetterJudge) throws {
        var restored: Message?
        let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: visit.stream.source) {
            fields,
            bytes,
            _ in
            restored = Message(fields, in: bytes)
        }
        self.init(
            stream: visit.stream.target.key,
            id: visit.id,
            reason: letter.head.reason.map { Array(visit.bytes[$0]) },
            letter: letter,
            problem: letter.problem(in: visit.bytes),
            fields: Message(visit.fields, in: visit.bytes),
            restored: restored
        )
    }
}
