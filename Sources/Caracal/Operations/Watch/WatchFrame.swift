import Redis
import Text

/// How the bus stood at one moment, and how it moved since the one before.
package struct WatchFrame: Sendable, Equatable {
    /// The streams, in the order of the table.
    package let streams: [WatchedStream]
    /// The server's memory; of several servers that of the fullest.
    package let memory: FullestServer
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// Why it would not tell, so that no rate is known; nil when it did.
    package let timeRefusal: Refusal?
    /// All that the user may not run, so that figures are unknown; nil where nothing lacks.
    package let missingRight: MissingRight?

    package init(
        streams: [WatchedStream],
        memory: FullestServer,
        now: UInt64?,
        timeRefusal: Refusal? = nil,
        missingRight: MissingRight? = nil
    ) {
        self.streams = streams
        self.memory = memory
        self.now = now
        self.timeRefusal = timeRefusal
        self.missingRight = missingRight
    }

    /// What this user may not see: streams, the clock that rates are by, and other figures.
    package var findings: [Finding] {
        refused.compactMap { $0.finding() } + Finding.unknownTime(timeRefusal, "rates are not known")
            + (missingRight.map { [Finding(.notPermitted, .note, $0.text)] } ?? [])
    }

    /// Entries added a second on all streams; nil as soon as one is not known.
    package var rateIn: Double? {
        guard streams.allSatisfy({ $0.observed.state.refusal == nil }) else { return nil }
        let rates = streams.filter { $0.observed.state.info != nil }.map(\.rateIn)
        return rates.contains(nil) ? nil : rates.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// The streams that a server would not tell of, or that nobody serves.
    package var refused: [ObservedStream] { streams.map(\.observed).filter { $0.state.refusal != nil } }

    /// Dead letters in all streams of them; nil as soon as one is not known.
    package var deadLetters: UInt64? {
        let counts = streams.map(\.deadLetters)
        return counts.contains(nil) ? nil : counts.reduce(0) { $0.saturatingAdd($1 ?? 0) }
    }
}

/// A stream in a frame.
package struct WatchedStream: Sendable, Equatable {
    /// The stream and what was found under its key.
    package let observed: ObservedStream
    /// Its groups, those of the table first.
    package let groups: [WatchedGroup]
    /// Entries added a second since the frame before; nil for the first one, and where the server does not count them.
    package let rateIn: Double?
    /// Bytes it takes, an estimate: MEMORY USAGE with each pending entry counted as what it takes; nil when unknown.
    package let bytes: UInt64?
    /// Its dead letters; for the Audit service's stream of them, what it holds itself. Nil when unknown.
    package let deadLetters: UInt64?
    /// What is wrong with the stream itself.
    package let ownMarks: [WatchMark]

    package init(
        observed: ObservedStream,
        groups: [WatchedGroup],
        rateIn: Double?,
        bytes: UInt64?,
        deadLetters: UInt64?,
        ownMarks: [WatchMark] = []
    ) {
        self.observed = observed
        self.groups = groups
        self.rateIn = rateIn
        self.bytes = bytes
        self.deadLetters = deadLetters
        self.ownMarks = ownMarks
    }

    /// The groups that alarms count and that are there.
    private var counted: [WatchedGroup] { groups.filter { $0.standing.info != nil && $0.standing.isCounted } }

    /// Whether all is there that entries may wait for: the stream, and the groups that public services read through.
    private var isWhole: Bool {
        observed.state.info != nil
            && !groups.contains { $0.standing.info == nil && $0.standing.isRequired }
    }

    /// The group furthest behind of those that count; of two alike the one with more pending entries. One whose lag is not
    /// known comes first: nothing worse can be ruled out.
    package var slowest: WatchedGroup? {
        counted.max { $0.distance < $1.distance }
    }

    /// What is wrong with it, or with any group that counts.
    package var marks: [WatchMark] {
        let found = Set(ownMarks + counted.flatMap(\.marks))
        return WatchMark.allCases.filter(found.contains)
    }

    /// How old the oldest entry is that waits for any group that counts, in milliseconds, as `GroupStanding.behind`; nil when that is not
    /// known of one, and where the stream or a group that is to be there is not.
    package var behind: Int? {
        guard isWhole else { return nil }
        let ages = counted.map(\.standing.behind)
        guard !ages.contains(nil) else { return nil }
        // An id ahead of the clock is no age: it stands for what waits only where nothing older does.
        let most = ages.compactMap(\.self).max() ?? 0
        return most > 0 ? most : ages.compactMap(\.self).min() ?? 0
    }

    /// When the last of the groups that count will have been given all that waits: never, where that is so of one; unknown where the
    /// stream or a group that is to be there is not.
    package var drain: Drain {
        let drains = counted.map { $0.drain(rateIn: rateIn) }
        if drains.contains(.never) { return .never }
        if !isWhole || drains.contains(.unknown) { return .unknown }
        let longest = drains.compactMap(\.milliseconds).max() ?? 0
        return longest > 0 ? .after(longest) : .done
    }
}

extension WatchedStream {
    /// What all its groups hold together; nil where there is none.
    package var pending: UInt64? {
        let counts = groups.compactMap(\.standing.info?.pending)
        return counts.isEmpty ? nil : counts.reduce(0) { $0.saturatingAdd($1) }
    }

    /// How long the entry that has been pending for longest in any of its groups was not delivered; nil when none is pending.
    package var oldestIdle: Quantity? {
        let known = groups.compactMap(\.standing.oldestIdle)
        guard !known.isEmpty else { return nil }
        guard let worst = known.compactMap(\.value).max() else { return .unknown }
        return known.allSatisfy { $0 == .exact($0.value ?? 0) } ? .exact(worst) : .atLeast(worst)
    }
}

/// A consumer group in a frame.
package struct WatchedGroup: Sendable, Equatable {
    /// The group and where it stands.
    package let standing: GroupStanding
    /// Entries it was given a second since the frame before; nil for the first one, and where that cannot be told.
    package let rateOut: Double?
    /// What is wrong with it.
    package let marks: [WatchMark]

    package init(standing: GroupStanding, rateOut: Double?, marks: [WatchMark] = []) {
        self.standing = standing
        self.rateOut = rateOut
        self.marks = marks
    }

    /// How far behind it is, for comparison.
    package var distance: Distance {
        Distance(lag: standing.likelyLag ?? standing.lag.value ?? .max, pending: standing.info?.pending ?? 0)
    }

    /// When it will have been given all that waits.
    ///
    /// - Parameter rateIn: the entries added to its stream a second.
    package func drain(rateIn: Double?) -> Drain { Drain(of: standing, rateIn: rateIn, rateOut: rateOut) }

    /// A place in the order of slowness.
    package struct Distance: Sendable, Comparable {
        let lag: UInt64
        let pending: UInt64

        /// Fewer entries to be given, or as many and fewer pending.
        package static func < (left: Distance, right: Distance) -> Bool {
            (left.lag, left.pending) < (right.lag, right.pending)
        }
    }
}

/// The last minutes of what moves, in bounded memory.
package struct WatchHistory: Sendable, Equatable {
    /// One moment; nil for what was not known then.
    package struct Moment: Sendable, Equatable {
        /// Entries added a second on all streams.
        package let rateIn: Double?
        /// The lag of the slowest group of all.
        package let lag: Double?
        /// Entries added a second, stream by stream in the order of the table.
        package let streams: [Double?]
    }

    /// The moments, the oldest first.
    package private(set) var moments: [Moment] = []
    /// How many moments are kept.
    package let limit: Int

    /// Nothing yet. `limit` of 600 is ten minutes at a frame a second, and more columns than a screen has.
    package init(limit: Int = 600) {
        self.limit = limit
    }

    /// Adds a frame, and forgets the oldest one where there are too many.
    package mutating func append(_ frame: WatchFrame) {
        if moments.count >= limit { moments.removeFirst(moments.count - limit + 1) }
        let lags = frame.streams.compactMap { $0.slowest?.standing }.map { $0.likelyLag ?? $0.lag.value }
        let lag = lags.contains(nil) ? nil : lags.compactMap(\.self).max().map { Double($0) }
        moments.append(Moment(rateIn: frame.rateIn, lag: lag, streams: frame.streams.map(\.rateIn)))
    }

    /// Adds a moment of which nothing is known.
    package mutating func appendGap() {
        if moments.count >= limit { moments.removeFirst(moments.count - limit + 1) }
        moments.append(Moment(rateIn: nil, lag: nil, streams: []))
    }

    /// The rate of the stream at this place of the table, moment by moment.
    package func rates(ofStream index: Int) -> [Double?] {
        moments.map { $0.streams.indices.contains(index) ? $0.streams[index] : nil }
    }
}
