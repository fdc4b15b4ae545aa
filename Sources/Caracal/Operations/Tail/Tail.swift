import Redis

/// Follows streams in the order of their entries' ids: `tail`. XREAD, never a group: only reads.
///
/// A stream that is read page by page holds back the others' newer entries until it has caught up, so memory is bounded by
/// a page of each.
package struct Tail {
    /// Where it begins.
    package enum Start: Sendable, Equatable {
        /// With this many of the newest entries, of all streams taken together.
        case newest(Int)
        /// With the entries from a place on.
        case from(StreamPosition)
    }

    /// What was found when the streams were looked at first.
    package private(set) var observed: [ObservedStream] = []
    /// Why the place it began at is by our own clock; nil when the server told its own, or none was needed.
    package private(set) var timeRefusal: Refusal?

    private let definitions: [StreamDefinition]
    var reader: TailReader
    var streams: [TailStream] = []
    var size = EntryPageSize()
    /// Whether each stream is asked for by itself: a proxy may hide a cluster, and refuse to read several at once.
    var asksOneByOne = false

    /// How long the server waits for a new entry before it says that there is none, in milliseconds.
    static let block = 1_000
    /// How long to wait before several servers are asked again.
    static let pause = Duration.milliseconds(200)

    /// Describes what is followed.
    ///
    /// - Parameter selector: only these entries are shown.
    /// - Parameter signatures: what signatures are checked with; nil to leave them alone.
    package init(
        streams: [StreamDefinition],
        selector: MessageSelector = .all,
        signatures: (keys: SignatureKeys, rules: SignatureRules)? = nil
    ) throws(CryptographyError) {
        definitions = streams
        reader = try TailReader(selector: selector, streams: streams, signatures: signatures)
    }

    /// Looks at the streams, and reads what is shown first when that is the newest entries.
    ///
    /// - Parameter clock: our own time in Unix milliseconds, used when the server does not tell its own.
    package mutating func begin(_ start: Start, on channel: any CommandChannel, clock: UInt64) throws -> TailBatch {
        let look = try StreamLook(streams: definitions, includesGroups: false, believesEmptyReplica: false).run(
            on: channel
        )
        observed = look.streams
        switch start {
        case .from(let place):
            if place.isRelative { timeRefusal = look.timeRefusal }
            let last = place.first(now: look.now ?? clock).previous
            streams = readable.map {
                TailStream($0.definition, $0.state.info, after: last, isBehind: true, isAtEntry: false)
            }
            return TailBatch(isCaughtUp: streams.isEmpty)
        case .newest(let count):
            return try readNewest(count, on: channel)
        }
    }

    /// Reads what comes next; without anything new it waits for up to a second, unless `waits` is false.
    ///
    /// Each time the streams are looked at as well: what was trimmed or deleted before it could be read is a gap, whatever
    /// held us up.
    package mutating func next(on channel: any CommandChannel, waits: Bool = true) throws -> TailBatch {
        let behind = streams.indices.filter { streams[$0].isBehind }
        let asked = behind.isEmpty ? Array(streams.indices) : behind
        guard !asked.isEmpty else { return TailBatch(isCaughtUp: true) }
        let (looks, replies) = try ask(asked, waits: behind.isEmpty && waits, on: channel)
        var batch = TailBatch()
        let stale = try look(looks, asked, on: channel, &batch)
        try read(replies, asked, ignoring: stale, on: channel, &batch)
        takeReady(into: &batch)
        return batch
    }

    /// Goes on with another connection, with a look at what happened to the streams in between.
    package mutating func resume(on channel: any CommandChannel) throws(RedisError) -> TailBatch {
        let look = try StreamLook(streams: streams.map(\.definition), includesGroups: false).run(on: channel)
        var batch = TailBatch()
        for (index, observed) in look.streams.enumerated() {
            guard observed.state == .missing || observed.state.info != nil else { continue }
            if let gap = streams[index].resume(observed.state.info) { batch.gaps.append((observed.definition, gap)) }
        }
        return batch
    }

    /// The streams that can be followed: also one that is not there yet.
    var readable: [ObservedStream] {
        observed.filter { $0.state == .missing || $0.state.info != nil }
    }
}

/// What one step of `tail` brought.
package struct TailBatch: Sendable, Equatable {
    /// Entries whose turn has come, in the order of their ids.
    package internal(set) var entries: [TailEntry] = []
    /// What is known to be missing, stream by stream.
    package internal(set) var gaps: [(stream: StreamDefinition, gap: TailGap)] = []
    /// Whether nothing more is there at the moment.
    package internal(set) var isCaughtUp = false

    package static func == (left: TailBatch, right: TailBatch) -> Bool {
        left.entries == right.entries && left.isCaughtUp == right.isCaughtUp
            && left.gaps.elementsEqual(right.gaps) { $0 == $1 }
    }
}

/// An entry on its way past `tail`.
package struct TailEntry: Sendable, Equatable {
    /// The stream it is in.
    package let stream: StreamDefinition
    /// Its id there.
    package let id: EntryID
    /// Its fields, in their order.
    package let message: Message
    /// What became of its signature, and of that of the source entry inside a dead letter; empty where none was checked.
    package let judgements: [Judgement]

    package init(stream: StreamDefinition, id: EntryID, message: Message, judgements: [Judgement]) {
        self.stream = stream
        self.id = id
        self.message = message
        self.judgements = judgements
    }
}
