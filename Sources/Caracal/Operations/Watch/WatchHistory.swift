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
        let lags = frame.streams.compactMap { $0.slowest?.standing.lag }
        let lag = lags.contains { $0.value == nil } ? nil : lags.compactMap(\.value).max().map { Double($0) }
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
