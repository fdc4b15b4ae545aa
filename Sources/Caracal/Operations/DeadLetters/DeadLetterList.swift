import Redis

/// Lists dead letters one by one: `dlq ls`. Only reads.
package struct DeadLetterList: Sendable {
    /// One dead letter, without its fields.
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
        package let obstacle: RedriveObstacle?
    }

    /// Dead letters, oldest first.
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

        package static func == (left: Report, right: Report) -> Bool {
            left.items == right.items && left.hasMore == right.hasMore && left.unmatched == right.unmatched
                && left.now == right.now
                && left.timeRefusal == right.timeRefusal
                && left.refusals.elementsEqual(right.refusals) { $0 == $1 }
        }
    }

    /// Which dead letters.
    package let selection: DeadLetterSelection
    /// How many at most.
    package let limit: Int

    /// Describes a list.
    package init(selection: DeadLetterSelection, limit: Int) {
        self.selection = selection
        self.limit = limit
    }

    /// Reads until there are enough.
    package func run(
        on connection: any CommandChannel,
        _ judge: inout DeadLetterJudge,
        clock: UInt64
    ) throws -> Report {
        let walk = DeadLetterWalk(selection)
        let look = try walk.look(on: connection, clock: clock)
        var report = Report(now: look.now, timeRefusal: look.timeRefusal)
        for stream in look.streams where !report.hasMore {
            let refusal = try walk.read(stream, on: ReconnectingChannel(connection), &judge) { visit, judge in
                guard report.items.count < limit else {
                    report.hasMore = true
                    return false
                }
                let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: stream.source)
                report.items.append(Item(visit, letter))
                return true
            }
            if let refusal { report.refusals.append((stream.target.key, refusal)) }
        }
        if report.items.isEmpty, report.refusals.isEmpty {
            report.unmatched = try walk.unmatched(in: look.streams, on: ReconnectingChannel(connection), &judge)
        }
        return report
    }
}

extension DeadLetterList.Item {
    init(_ visit: DeadLetterWalk.Visit, _ letter: DeadLetter) {
        self.init(
            stream: visit.stream.target.key,
            id: visit.id,
            reason: letter.head.reason.map { Array(visit.bytes[$0]) },
            letter: letter,
            obstacle: letter.obstacle(in: visit.bytes)
        )
    }
}
