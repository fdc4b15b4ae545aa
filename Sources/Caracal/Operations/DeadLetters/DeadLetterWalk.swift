import Redis

/// Reads the dead letters of a selection, oldest first, in pages and bounded memory. Only reads.
///
/// The upper end of each stream is fixed when it is looked at: what is added later lies behind it.
package struct DeadLetterWalk: Sendable {
    /// A stream of dead letters as it was found.
    package struct Stream: Sendable, Equatable {
        /// The stream.
        package let target: SignatureTarget
        /// Where its source entries came from.
        package let source: SignatureTarget.Source
        /// What was found under its key.
        package let state: StreamState
        /// The first id that is wanted.
        package let first: EntryID
        /// The last id that is wanted and was there.
        package let last: EntryID

        /// Why the server would not let it be read; nil where it lets, or where there is no stream.
        var refusal: Refusal? {
            if case .refused(let refusal) = state { refusal } else { nil }
        }

        /// That its key holds something else, and no dead letters; nil where it does not.
        package var wrongType: Finding? {
            guard case .otherType = state else { return nil }
            return ObservedStream(definition: target.stream, state: state).finding(missing: .warning)
        }

        /// The whole of it, whatever range is wanted.
        var whole: Stream {
            let end = state.info?.lastGeneratedID ?? .zero
            return Stream(target: target, source: source, state: state, first: .zero, last: end)
        }
    }

    /// A dead letter on its way through a walk.
    package struct Visit {
        /// Where it lies.
        package let stream: Stream
        /// Its id.
        package let id: EntryID
        /// Its fields, in `bytes`.
        package let fields: [FieldRange]
        /// What the ranges of `fields` and `head` point into.
        package let bytes: [UInt8]
        /// What it says of itself.
        package let head: DeadLetterHead
    }

    /// Which dead letters.
    package let selection: DeadLetterSelection

    /// Describes a walk.
    package init(_ selection: DeadLetterSelection) { self.selection = selection }

    /// Looks at the streams, in one round trip. Streams that are not there and need not be are left out.
    ///
    /// - Parameter clock: our own time in Unix milliseconds, used when the server does not tell its own.
    package func look(
        on connection: any CommandChannel,
        clock: UInt64
    ) throws(RedisError) -> (streams: [Stream], now: UInt64, timeRefusal: Refusal?) {
        let look = try StreamLook(
            streams: selection.targets.map(\.stream),
            includesGroups: false,
            believesEmptyReplica: false
        ).run(on: connection)
        let now = look.now ?? clock
        var streams: [Stream] = []
        for (target, observed) in zip(selection.targets, look.streams) {
            guard let source = target.source, !(target.isOptional && observed.state == .missing) else { continue }
            let end = observed.state.info?.lastGeneratedID ?? .zero
            streams.append(
                Stream(
                    target: target,
                    source: source,
                    state: observed.state,
                    first: selection.since.first(now: now),
                    last: min(selection.until.last(now: now), end)
                )
            )
        }
        return (streams, now, look.timeRefusal)
    }

    /// Visits the dead letters of a stream until `visit` says that it has seen enough; false says so.
    ///
    /// Returns the server's refusal where it would not let them be read to the end; a key of another type has none. After a
    /// lost connection it goes on with another one, where there is a way to one.
    package func read(
        _ stream: Stream,
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge,
        afterPage: (UInt64) throws -> Void = { _ in },
        visit: (Visit, inout DeadLetterJudge) throws -> Bool
    ) throws -> Refusal? {
        guard stream.state.info != nil else { return stream.refusal }
        var walked = Walked(stream: stream, selection.selector)
        for range in selection.ranges(in: stream) {
            let end = try read(range, &walked, on: channel, &judge, afterPage, visit)
            switch end {
            case .whole: continue
            case .enough: return nil
            case .refused(let refusal): return refusal
            }
        }
        return nil
    }

    /// How reading a range ended.
    private enum Ending {
        /// There was no more.
        case whole
        /// The visitor had seen enough.
        case enough
        case refused(Refusal)
    }

    private func read(
        _ range: ClosedRange<EntryID>,
        _ walked: inout Walked,
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge,
        _ afterPage: (UInt64) throws -> Void,
        _ visit: (Visit, inout DeadLetterJudge) throws -> Bool
    ) throws -> Ending {
        let (key, last) = (walked.stream.target.key, range.upperBound)
        walked.next = range.lowerBound
        var pages = EntryPages(channel.connection, key: key, first: walked.next, last: last)
        while true {
            let page: EntryReader
            do throws(RedisError) {
                switch try pages.next() {
                case .success(nil): return .whole
                case .success(let entries?): page = entries
                case .failure(let refusal): return .refused(refusal)
                }
                channel.noteProgress()
            } catch {
                try channel.replace(after: error)
                pages = EntryPages(channel.connection, key: key, first: walked.next, last: last)
                continue
            }
            guard try walk(page, &walked, on: channel.connection, &judge, visit) else {
                // So that the connection can be used again.
                try pages.finish()
                return .enough
            }
            try afterPage(walked.count)
        }
    }

    /// Visits the dead letters of a stream, the newest first, until `visit` says that it has seen enough.
    ///
    /// Returns the server's refusal where it would not let them be read to the end; a key of another type has none.
    package func readBackwards(
        _ stream: Stream,
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge,
        visit: (Visit, inout DeadLetterJudge) throws -> Bool
    ) throws -> Refusal? {
        guard stream.state.info != nil else { return stream.refusal }
        var size = EntryPageSize()
        var walked = Walked(stream: stream, selection.selector)
        var last: EntryID? = stream.last
        while let end = last, stream.first <= end {
            let range = XRevRange(key: stream.target.key, first: stream.first, last: end, count: size.count)
            let page: EntryReader
            switch try channel.run({ connection throws(RedisError) in try connection.ask(range) }) {
            case .success(let entries): page = entries
            case .failure(let refusal): return refusal
            }
            channel.noteProgress()
            guard try walk(page, &walked, on: channel.connection, &judge, visit), page.count == size.count else {
                return nil
            }
            size.learn(entries: page.count, bytes: page.bytes.count)
            last = walked.latest?.previous
        }
        return nil
    }

    /// How far a walk has come.
    private struct Walked {
        let stream: Stream
        /// The entry that was seen last.
        var latest: EntryID?
        /// The first id that was not seen yet, of a walk that goes forwards.
        var next = EntryID.zero
        var count: UInt64 = 0
        var matcher: EntryMatcher

        init(stream: Stream, _ selector: MessageSelector) {
            self.stream = stream
            matcher = EntryMatcher(selector)
        }
    }

    /// Visits the entries of a page; false when that is enough.
    private func walk(
        _ page: EntryReader,
        _ walked: inout Walked,
        on connection: any CommandChannel,
        _ judge: inout DeadLetterJudge,
        _ visit: (Visit, inout DeadLetterJudge) throws -> Bool
    ) throws -> Bool {
        var page = page
        while try page.advance(on: connection) {
            guard let id = page.id else { throw connection.misshapen("XRANGE") }
            walked.latest = id
            walked.next = id.next ?? .maximum
            walked.count += 1
            let head = judge.head(page.fields, in: page.bytes, of: walked.stream.source)
            let source = walked.stream.source
            if selection.takes(head, in: page.bytes), walked.matcher.takes(page.fields, in: page.bytes, of: source) {
                let entry = Visit(
                    stream: walked.stream,
                    id: id,
                    fields: page.fields,
                    bytes: page.bytes,
                    head: head
                )
                guard try visit(entry, &judge) else { return false }
            }
        }
        return true
    }
}

/// Which dead letters an operation is about.
package struct DeadLetterSelection: Sendable, Equatable {
    /// The streams they lie in, each with a source.
    package let targets: [SignatureTarget]
    /// The kind of reason they died of (the text before the first colon); nil for any.
    package let reasonKind: [UInt8]?
    /// The first of them.
    package let since: StreamPosition
    /// The last of them.
    package let until: StreamPosition
    /// These alone, and then all of them whatever their reason; none where they are not named.
    package let ids: [StreamPosition]
    /// What the messages inside have to be.
    package let selector: MessageSelector

    /// Describes a selection.
    package init(
        targets: [SignatureTarget] = SignatureTarget.deadLetters,
        reasonKind: [UInt8]? = nil,
        since: StreamPosition = .start,
        until: StreamPosition = .end,
        ids: [StreamPosition] = [],
        selector: MessageSelector = .all
    ) {
        self.targets = targets
        self.reasonKind = reasonKind
        self.since = since
        self.until = until
        self.ids = ids
        self.selector = selector
    }

    /// Where the dead letters lie that are wanted, in their order.
    func ranges(in stream: DeadLetterWalk.Stream) -> [ClosedRange<EntryID>] {
        guard !ids.isEmpty else { return stream.first <= stream.last ? [stream.first...stream.last] : [] }
        let named = ids.map { ($0.first(now: 0), min($0.last(now: 0), stream.last)) }.filter { $0.0 <= $0.1 }
        var ranges: [ClosedRange<EntryID>] = []
        for (first, last) in named.sorted(by: { $0 < $1 }) {
            // An id may be named twice, or with its millisecond.
            if let before = ranges.last, first <= before.upperBound {
                ranges[ranges.count - 1] = before.lowerBound...max(before.upperBound, last)
            } else {
                ranges.append(first...last)
            }
        }
        return ranges
    }

    /// The named ones that are not among those that were found.
    func absent(among found: [EntryID]) -> [StreamPosition] {
        ids.filter { id in !found.contains(where: id.contains) }
    }

    /// Whether a dead letter of that reason is wanted.
    func takes(_ head: DeadLetterHead, in bytes: [UInt8]) -> Bool {
        guard let reasonKind else { return true }
        return ByteComparison.equal(bytes, head.reasonKind(in: bytes), reasonKind)
    }
}
