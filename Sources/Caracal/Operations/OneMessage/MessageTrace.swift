import RESP
import Redis

/// Follows one message through its streams, groups and dead letters: `trace`. Only reads.
///
/// A stream is not searched as a whole: an entry's id is asked for, and of an id that names its millisecond a window of ids is
/// read, of all streams in the same round trips. Where nothing names a time, the range is given.
///
/// The window is read as a whole, also when an entry is found at once: a copy that was published again, or put back, may be anywhere
/// in it. A script that searches it holds the server up ten times as long as sending the entries does.
package struct MessageTrace: Sendable {
    /// What is known of the message.
    package let name: MessageName
    /// The streams that are looked at.
    package let targets: [SignatureTarget]
    /// Those of them in which an entry that is named by its id may be. The others belong to them: dead letters, or the stream that
    /// dead letters come from.
    package let places: [SignatureTarget]
    /// How far from the millisecond that the message's own id names is searched, in milliseconds; around its entries as far as behind
    /// it.
    package let window: (before: UInt64, after: UInt64)
    /// Where the search begins and ends, in place of the window; nil for the window.
    package let range: (since: StreamPosition, until: StreamPosition)?
    /// Whether dead letters are searched to their end, whatever the range: a message may die long after it came.
    package var reachesAllLetters = false
    /// When rows of it were published outside of the window, and for which streams, in Unix milliseconds: it is searched there as well.
    private var published: [(stream: [UInt8], milliseconds: UInt64)] = []
    /// From this idle time on somebody else should take a pending entry over, in milliseconds.
    package let claimIdle: UInt64

    package init(
        _ name: MessageName,
        targets: [SignatureTarget],
        places: [SignatureTarget],
        window: (before: UInt64, after: UInt64),
        range: (since: StreamPosition, until: StreamPosition)?,
        claimIdle: UInt64
    ) {
        self.name = name
        self.targets = targets
        self.places = places
        self.window = window
        self.range = range
        self.claimIdle = claimIdle
    }

    /// The same, but one that also searches around the times at which these rows were published: a row may wait for long, or be
    /// published again. Nil where those lie within the window, and where a range is given.
    package func reaching(_ rows: [OutboxRow]) -> MessageTrace? {
        guard case .produced(_, let time?) = name, range == nil else { return nil }
        let searched = from(time, isOpen: false)
        var wider = self
        for row in rows where targets.contains(where: { $0.key == row.stream }) {
            guard let time = row.publishedAt, !searched.contains(EntryID(milliseconds: time, sequence: 0)) else {
                continue
            }
            wider.published.append((row.stream, time))
        }
        return wider.published.isEmpty ? nil : wider
    }

    /// Looks; two to eight round trips where no window has more than a thousand entries.
    package func run(
        on connection: any CommandChannel,
        keys: SignatureKeys,
        rules: SignatureRules,
        clock: UInt64
    ) throws -> TraceReport {
        var walk = TraceWalk(
            judge: try EntryJudge(keys: keys, rules: rules),
            letters: try DeadLetterJudge(keys: keys),
            matcher: MessageMatcher(name)
        )
        let look = StreamLook(streams: targets.map(\.stream), includesGroups: true, believesEmptyReplica: false)
        var ranges = EntryRanges(parts(clock))
        let replies = try connection.look(look.commands + ranges.commands)
        let border = look.commands.count
        let seen = try look.read(replies[..<border], of: connection)
        walk.note(seen, targets)
        let endBytes = walk.endBytes
        try ranges.read(replies[border...], on: connection, endBytes: { endBytes[$0.key] }) {
            try walk.add($0, $1, $2, isNamed: isNamed($0, $1))
        }
        while ranges.hasMore {
            let replies = try connection.look(ranges.commands)
            try ranges.read(replies[...], on: connection) { try walk.add($0, $1, $2, isNamed: isNamed($0, $1)) }
        }
        walk.note(ranges)
        if case .entry = name {
            try findUndatedLetters(&walk, clock, on: connection)
            try findCopies(&walk, on: connection)
        }
        try findSources(&walk, on: connection)
        walk.addAbsent(id: entryID, in: places)
        try walk.relate(on: connection)
        try walk.findSuccessors(claimIdle: claimIdle, on: connection)
        var report = walk.finish()
        report.tellCopies(of: name, in: places)
        return report
    }

    private var entryID: EntryID? {
        if case .entry(let place) = name { place.first(now: 0) } else { nil }
    }

    private func isNamed(_ target: SignatureTarget, _ id: EntryID) -> Bool {
        name.isID(of: id) && places.contains(target)
    }

    /// What is read: of streams the entry itself or the window, of dead letters what was added since.
    private func parts(_ clock: UInt64) -> [EntryRanges.Part] {
        // A message comes to its stream before it dies.
        let ordered = targets.filter { $0.source == nil } + targets.filter { $0.source != nil }
        return ordered.flatMap { (target) -> [EntryRanges.Part] in
            let range: ClosedRange<EntryID>
            switch name {
            case .entry(let place):
                guard target.source != nil || places.contains(target) else { return [] }
                let (first, last) = (place.first(now: clock), place.last(now: clock))
                range = target.source == nil ? first...last : letters(of: first)
            case .produced(_, let time):
                let whole = self.range.map { given($0, clock) } ?? from(time ?? clock, isOpen: target.source != nil)
                range = target.source != nil && reachesAllLetters ? whole.lowerBound...EntryID.maximum : whole
            case .content: range = self.range.map { given($0, clock) } ?? around(clock)
            }
            let moments = published.filter { $0.stream == target.key }.map { around($0.milliseconds) }
            return Self.joined([range] + moments).map { EntryRanges.Part(target, $0) }
        }
    }

    /// The same ranges in order, those that overlap as one: no entry is read twice.
    private static func joined(_ ranges: [ClosedRange<EntryID>]) -> [ClosedRange<EntryID>] {
        ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { joined, next in
            guard let last = joined.last, last.overlaps(next) else { return joined.append(next) }
            joined[joined.count - 1] = last.lowerBound...max(last.upperBound, next.upperBound)
        }
    }

    private func given(_ range: (since: StreamPosition, until: StreamPosition), _ clock: UInt64) -> ClosedRange<EntryID>
    {
        let (first, last) = (range.since.first(now: clock), range.until.last(now: clock))
        return first...max(first, last)
    }

    /// Around the time that the message's own id names; of dead letters all that came since.
    private func from(_ time: UInt64, isOpen: Bool) -> ClosedRange<EntryID> {
        let range = around(time)
        return EntryID(
            milliseconds: time - min(time, window.before),
            sequence: 0
        )...(isOpen ? .maximum : range.upperBound)
    }

    /// Where the dead letters of an entry are. They have ids of another stream, of which no more than the millisecond tells, and that by
    /// the clock of another server after a failover.
    private func letters(of id: EntryID) -> ClosedRange<EntryID> { from(id.milliseconds, isOpen: true) }

    private func around(_ time: UInt64) -> ClosedRange<EntryID> {
        let first = EntryID(milliseconds: time - min(time, window.after), sequence: 0)
        return first...EntryID(milliseconds: time.saturatingAdd(window.after), sequence: .max)
    }

    /// Looks for the dead letters of an entry whose id lies ahead of the server's clock: it was given by another clock, and how far back
    /// that was nobody knows. Of a stream that never came to such an id there are none.
    private func findUndatedLetters(
        _ walk: inout TraceWalk,
        _ clock: UInt64,
        on connection: any CommandChannel
    ) throws {
        guard let id = entryID, id.milliseconds > walk.now ?? clock else { return }
        let start = letters(of: id).lowerBound
        guard start > .zero else { return }
        let streams = targets.filter { target in
            target.source.map { walk.mayHaveHad(id, in: $0.key) } ?? false
        }
        try search(streams.map { EntryRanges.Part($0, .zero...start.previous) }, &walk, on: connection)
    }

    /// Looks around an entry for others of its message: it was published twice, or put back after it had died. Dead letters of others
    /// may be older than the entry: they are searched from the time on that the message's own id names.
    private func findCopies(_ walk: inout TraceWalk, on connection: any CommandChannel) throws {
        guard let (matcher, places) = walk.copies else { return }
        let origins = walk.origins
        walk.use(matcher)
        try search(places.map { part(around: $0) } + earlierLetters(madeAt: walk.madeAt), &walk, on: connection)
        // The entries of the dead letters that were found only now may lie elsewhere.
        let more = walk.origins.filter { place in !origins.contains { $0 == place } }
        if !more.isEmpty { try search(more.map { part(around: $0) }, &walk, on: connection) }
    }

    private func part(around place: (target: SignatureTarget, id: EntryID)) -> EntryRanges.Part {
        EntryRanges.Part(
            place.target,
            range.map { given($0, place.id.milliseconds) } ?? around(place.id.milliseconds)
        )
    }

    /// The dead letters that are older than the entry that was named: those that are not were read with it.
    private func earlierLetters(madeAt time: UInt64?) -> [EntryRanges.Part] {
        guard range == nil, let time, let id = entryID else { return [] }
        let (first, read) = (from(time, isOpen: true).lowerBound, letters(of: id).lowerBound)
        guard first < read else { return [] }
        return targets.filter { $0.source != nil }.map { EntryRanges.Part($0, first...read.previous) }
    }

    /// Asks for the entries that dead letters name as their sources and that lie outside of what was searched. One of which nobody has
    /// asked is not called gone.
    private func findSources(_ walk: inout TraceWalk, on connection: any CommandChannel) throws {
        let sources = walk.unseenSources.map { EntryRanges.Part($0.target, $0.id...$0.id) }
        if !sources.isEmpty {
            try search(sources, &walk, on: connection) { try $0.add(source: $1, $2, $3) }
        }
    }

    private func search(
        _ parts: [EntryRanges.Part],
        _ walk: inout TraceWalk,
        on connection: any CommandChannel,
        take: (inout TraceWalk, SignatureTarget, EntryID, EntryReader) throws -> Void = {
            try $0.add($1, $2, $3, isNamed: false)
        }
    ) throws {
        var ranges = EntryRanges(parts) { walk.endBytes[$0.key] }
        while ranges.hasMore {
            let replies = try connection.look(ranges.commands)
            try ranges.read(replies[...], on: connection) { try take(&walk, $0, $1, $2) }
        }
        walk.note(ranges)
    }
}

/// What an operator knows of a message that is to be followed.
package enum MessageName: Sendable, Equatable {
    /// The id of one of its entries.
    case entry(StreamPosition)
    /// The id that its producer gave it: `outbox_id`, or the `id` of an audit event. A UUIDv7 names the millisecond it was made in.
    case produced([UInt8], milliseconds: UInt64?)
    /// What is in it.
    case content(MessageSelector)

    /// Whether it is the id of an entry, and of this one.
    func isID(of id: EntryID) -> Bool {
        if case .entry(let place) = self { place.contains(id) } else { false }
    }

    /// The millisecond that a UUIDv7 names; nil for any other text.
    package static func milliseconds(ofUUID text: some Collection<UInt8>) -> UInt64? {
        let text = Array(text)
        guard text.count == 36 else { return nil }
        var time: UInt64 = 0
        for (place, byte) in text.enumerated() {
            if [8, 13, 18, 23].contains(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = HexText.digit(byte) else { return nil }
            if place < 13 { time = time << 4 | UInt64(digit) }
        }
        return text[14] == UInt8(ascii: "7") ? time : nil
    }
}
