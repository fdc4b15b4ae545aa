import RESP
import Redis

/// Follows one message through its streams, groups and dead letters: `trace`. Only reads.
///
/// A stream is not searched as a whole: an entry's id is asked for, and of an id that names its millisecond a window of ids is
/// read, of all streams in the same round trips. Where nothing names a time, the range is given.
package struct MessageTrace: Sendable {
    /// What is known of the message.
    package let name: MessageName
    /// The streams in which it may be.
    package let targets: [SignatureTarget]
    /// How far from the millisecond of the message is searched, in milliseconds.
    package let window: UInt64
    /// Where the search begins and ends, in place of the window; nil for the window.
    package let range: (since: StreamPosition, until: StreamPosition)?
    /// From this idle time on somebody else should take a pending entry over, in milliseconds.
    package let claimIdle: UInt64

    package init(
        _ name: MessageName,
        targets: [SignatureTarget],
        window: UInt64,
        range: (since: StreamPosition, until: StreamPosition)?,
        claimIdle: UInt64
    ) {
        self.name = name
        self.targets = targets
        self.window = window
        self.range = range
        self.claimIdle = claimIdle
    }

    /// Looks; two to four round trips where no window has more than some thousand entries.
    package func run(
        on connection: any CommandChannel,
        keys: SignatureKeys,
        rules: SignatureRules,
        clock: UInt64
    ) throws -> TraceReport {
        var walk = TraceWalk(
            judge: try EntryJudge(keys: keys, rules: rules),
            letters: try DeadLetterJudge(keys: keys),
            matcher: matcher
        )
        let look = StreamLook(streams: targets.map(\.stream), includesGroups: true, believesEmptyReplica: false)
        var ranges = EntryRanges(parts(clock))
        let replies = try connection.look(look.commands + ranges.commands)
        let border = look.commands.count
        let seen = try look.read(replies[..<border], of: connection)
        walk.note(seen, targets)
        try ranges.read(replies[border...], on: connection) { try walk.add($0, $1, $2, isNamed: isNamed($0, $1)) }
        while ranges.hasMore {
            let replies = try connection.look(ranges.commands)
            try ranges.read(replies[...], on: connection) { try walk.add($0, $1, $2, isNamed: isNamed($0, $1)) }
        }
        walk.note(ranges)
        if case .entry = name { try findCopies(&walk, on: connection) }
        walk.addAbsent(id: entryID)
        try walk.relate(on: connection)
        try walk.findSuccessors(claimIdle: claimIdle, on: connection)
        return walk.finish()
    }

    private var matcher: MessageMatcher {
        switch name {
        case .entry(let place):
            var matcher = MessageMatcher(nil)
            if case .id(let id) = place {
                for target in targets { matcher.add(source: id, in: target.key) }
            }
            return matcher
        case .produced(let id, _): return MessageMatcher(producedAs: id)
        case .content(let selector): return MessageMatcher(selector)
        }
    }

    private var entryID: EntryID? {
        if case .entry(.id(let id)) = name { id } else { nil }
    }

    private func isNamed(_ target: SignatureTarget, _ id: EntryID) -> Bool {
        if case .entry(let place) = name { place.contains(id) } else { false }
    }

    /// What is read: of streams the entry itself or the window, of dead letters what was added since.
    private func parts(_ clock: UInt64) -> [EntryRanges.Part] {
        // A message comes to its stream before it dies.
        let ordered = targets.filter { $0.source == nil } + targets.filter { $0.source != nil }
        return ordered.map { target in
            let range: ClosedRange<EntryID>
            switch name {
            case .entry(let place):
                let (first, last) = (place.first(now: clock), place.last(now: clock))
                range = target.source == nil ? first...last : first...EntryID.maximum
            case .produced(_, let time):
                range = self.range.map { given($0, clock) } ?? around(time ?? clock, isOpen: target.source != nil)
            case .content: range = self.range.map { given($0, clock) } ?? around(clock)
            }
            return EntryRanges.Part(target, range)
        }
    }

    private func given(_ range: (since: StreamPosition, until: StreamPosition), _ clock: UInt64) -> ClosedRange<EntryID>
    {
        let (first, last) = (range.since.first(now: clock), range.until.last(now: clock))
        return first...max(first, last)
    }

    private func around(_ time: UInt64, isOpen: Bool = false) -> ClosedRange<EntryID> {
        let first = EntryID(milliseconds: time - min(time, window), sequence: 0)
        return first...(isOpen ? .maximum : EntryID(milliseconds: time.saturatingAdd(window), sequence: .max))
    }

    /// Looks around an entry for others of its message: it was published twice, or put back after it had died.
    private func findCopies(_ walk: inout TraceWalk, on connection: any CommandChannel) throws {
        guard let (matcher, places) = walk.copies else { return }
        walk.use(matcher)
        let parts = places.map { place in
            EntryRanges.Part(
                place.target,
                range.map { given($0, place.id.milliseconds) } ?? around(place.id.milliseconds)
            )
        }
        var ranges = EntryRanges(parts)
        while ranges.hasMore {
            let replies = try connection.look(ranges.commands)
            try ranges.read(replies[...], on: connection) { try walk.add($0, $1, $2, isNamed: false) }
        }
        walk.note(ranges)
    }
}
