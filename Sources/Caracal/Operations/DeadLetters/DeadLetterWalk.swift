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

        /// Why no dead letter can be read from it; nil where some can, or none is there.
        var refusal: Refusal? {
            switch state {
            case .stream, .missing: nil
            case .refused(let refusal): refusal
            case .otherType: .wrongType(target.key)
            }
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
    /// Returns the server's refusal where it would not let them be read to the end, or has a key of another type there.
    /// After a lost connection it goes on with another one, where there is a way to one.
    package func read(
        _ stream: Stream,
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge,
        afterPage: (UInt64) throws -> Void = { _ in },
        visit: (Visit, inout DeadLetterJudge) throws -> Bool
    ) throws -> Refusal? {
        guard stream.state.info != nil else { return stream.refusal }
        var pages = EntryPages(channel.connection, key: stream.target.key, first: stream.first, last: stream.last)
        var walked = Walked(stream: stream)
        while true {
            let page: EntryReader
            do throws(RedisError) {
                switch try pages.next() {
                case .success(nil): return nil
                case .success(let entries?): page = entries
                case .failure(let refusal): return refusal
                }
                channel.noteProgress()
            } catch {
                try channel.replace(after: error)
                pages = EntryPages(channel.connection, key: stream.target.key, first: walked.next, last: stream.last)
                continue
            }
            guard try walk(page, &walked, on: channel.connection, &judge, visit) else {
                // So that the connection can be used again.
                try pages.finish()
                return nil
            }
            try afterPage(walked.count)
        }
    }

    /// How far a walk has come.
    private struct Walked {
        let stream: Stream
        /// The first id that was not seen yet.
        var next: EntryID
        var count: UInt64 = 0

        init(stream: Stream) {
            self.stream = stream
            next = stream.first
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
            walked.next = id.next ?? .maximum
            walked.count += 1
            let head = judge.head(page.fields, in: page.bytes, of: walked.stream.source)
            if selection.takes(head, in: page.bytes) {
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

extension Refusal {
    /// What the server says of a key that is no stream.
    fileprivate static func wrongType(_ key: [UInt8]) -> Refusal {
        Refusal(code: "WRONGTYPE", message: Array("WRONGTYPE ".utf8) + key + Array(" is not a stream".utf8))
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

    /// Describes a selection.
    package init(
        targets: [SignatureTarget] = SignatureTarget.deadLetters,
        reasonKind: [UInt8]? = nil,
        since: StreamPosition = .start,
        until: StreamPosition = .end
    ) {
        self.targets = targets
        self.reasonKind = reasonKind
        self.since = since
        self.until = until
    }

    /// Whether a dead letter of that reason is wanted.
    func takes(_ head: DeadLetterHead, in bytes: [UInt8]) -> Bool {
        guard let reasonKind else { return true }
        return ByteComparison.equal(bytes, head.reasonKind(in: bytes), reasonKind)
    }
}
