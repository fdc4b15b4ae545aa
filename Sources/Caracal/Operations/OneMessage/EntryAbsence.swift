import Redis
import Text

/// What became of one entry of a stream.
package enum EntryFate: String, Sendable {
    /// It is there.
    case present
    /// XDEL removed it.
    case deleted
    /// The stream begins behind it: it was trimmed.
    case trimmed
    /// No entry of its id, or a later one, was ever added.
    case neverAdded = "never_added"
    /// The server does not tell.
    case unknown
}

/// Why an entry is not in its stream, as far as the server's counters tell.
///
/// An id says nothing about whether an entry of it was ever added: only what lies behind the last id that was generated certainly
/// was not. A stream that came from Redis 6.2 begins with counters as of one from which nothing was ever removed, so counters that
/// speak against a removal prove nothing.
package struct EntryAbsence: Sendable, Equatable {
    /// What became of it.
    package let fate: EntryFate
    /// Why that is known, or why it is not: a clause, lower case.
    package let evidence: TerminalText

    /// Whether that is certain: no id tells whether an entry of it was ever added.
    package let isCertain: Bool

    /// Judges an id that was looked for and not found.
    ///
    /// - Parameter wasDelivered: whether a group has it pending, so that it was there once.
    init(of id: EntryID, in stream: StreamInfo, wasDelivered: Bool) {
        (fate, evidence) = Self.judge(id, stream, wasDelivered)
        isCertain = fate == .neverAdded || id == stream.maxDeletedID || wasDelivered && fate == .deleted
    }

    /// Of an entry that was not found in a stream that was gone when that was looked at again.
    static let ofGoneStream = EntryAbsence(.unknown, "the stream went away while it was looked at")

    private init(_ fate: EntryFate, _ evidence: TerminalText) {
        (self.fate, self.evidence, isCertain) = (fate, evidence, false)
    }

    private static func judge(
        _ id: EntryID,
        _ stream: StreamInfo,
        _ wasDelivered: Bool
    ) -> (EntryFate, TerminalText) {
        if id > stream.lastGeneratedID || id == .zero {
            return (.neverAdded, "the last id of the stream is \(stream.lastGeneratedID)")
        }
        if id == stream.maxDeletedID { return (.deleted, "it is the greatest id that XDEL removed") }
        guard let first = stream.firstID, first <= id else {
            return ahead(of: stream.firstID, id, stream, wasDelivered)
        }
        if wasDelivered { return (.deleted, "a group has it pending, and older entries are there") }
        guard let deleted = stream.maxDeletedID else {
            return (.unknown, "before Redis 7 the server does not tell what was deleted: it was, or was never added")
        }
        return deleted > id
            ? (
                .deleted,
                "if it was ever added: XDEL removed entries up to \(deleted), and trimming begins at the oldest"
            )
            : (.unknown, "it was never added, or was removed in a way that the server does not record")
    }

    /// One that lies before the oldest entry, or in a stream that is empty by now.
    private static func ahead(
        of first: EntryID?,
        _ id: EntryID,
        _ stream: StreamInfo,
        _ wasDelivered: Bool
    ) -> (EntryFate, TerminalText) {
        let start: TerminalText = first.map { "the stream begins at \($0)" } ?? "the stream is empty"
        let mayBeDeleted = (stream.maxDeletedID ?? .zero) > id
        let how: TerminalText = mayBeDeleted ? ", by trimming or XDEL" : ""
        if wasDelivered { return (.trimmed, "\(start), and a group has it pending: it was removed\(how)") }
        guard let added = stream.entriesAdded else {
            return (.unknown, "\(start), and before Redis 7 the server does not tell what was removed")
        }
        // One of the entries that were removed may be the one that XDEL is known to have removed behind it.
        guard added > stream.length.saturatingAdd(mayBeDeleted ? 1 : 0) else {
            return (.unknown, "\(start), and the server has no record of its removal: it may never have been added")
        }
        return (.trimmed, "if it was ever added: \(start), and entries before that were removed\(how)")
    }
}

/// Streams that are looked at again because an entry was not found in them. What was seen before it was asked for tells of a time at
/// which it may have been there: since then it may have been trimmed, or a group may have read and acknowledged it.
struct SecondLook {
    private var states: [[UInt8]: StreamState] = [:]

    /// Looks; with no stream nothing is sent.
    init(at targets: [SignatureTarget], on connection: any CommandChannel) throws(RedisError) {
        let streams = targets.reduce(into: [StreamDefinition]()) { streams, target in
            if !streams.contains(where: { $0.key == target.key }) { streams.append(target.stream) }
        }
        guard !streams.isEmpty else { return }
        let look = StreamLook(streams: streams, includesGroups: true, includesTime: false)
        for observed in try look.run(on: connection).streams { states[observed.definition.key] = observed.state }
    }

    /// Whether an entry that was not found needs one: what lay ahead of all entries before it was asked for was not there, and may be
    /// by now.
    static func isNeeded(for id: EntryID, in stream: StreamInfo) -> Bool { id <= stream.lastGeneratedID }

    /// What was found under a key; nil for one that was not looked at again.
    subscript(_ key: [UInt8]) -> StreamState? { states[key] }
}
