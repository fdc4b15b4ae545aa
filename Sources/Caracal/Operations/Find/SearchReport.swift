import Redis
import Text

/// What a search came to, beside what was found.
package struct SearchReport: Sendable, Equatable {
    /// How a search ended.
    package enum Ending: Sendable, Equatable {
        /// All of it was done.
        case complete
        /// A request to stop came.
        case interrupted(signal: Int32)
        /// The server was lost.
        case lost(RedisError)
    }

    /// The streams that were begun.
    package internal(set) var streams: [SearchedStream] = []
    /// How many entries were shown.
    package internal(set) var shown: UInt64 = 0
    /// Whether as many were shown as were asked for, so that there may be more.
    package internal(set) var isLimited = false
    /// Entries with JSON that a path leads into and that cannot be read.
    package internal(set) var unreadable: UInt64 = 0
    /// How it ended.
    package internal(set) var ending = Ending.complete
    /// Why places before now are by our own clock; nil when the server told its own, or none was meant.
    package internal(set) var timeRefusal: Refusal?

    /// How many entries were searched.
    package var searched: UInt64 { streams.reduce(0) { $0 + $1.searched } }
    /// How many of them are what was looked for.
    package var matched: UInt64 { streams.reduce(0) { $0 + $1.matched } }
    /// What the server would not let be read.
    package var refusals: [Refusal] { streams.compactMap { $0.refusal ?? $0.state.refusal } }
    /// Whether everything was searched that is there.
    package var isComplete: Bool { ending == .complete && refusals.isEmpty && !isLimited }
}

/// A stream that was searched.
package struct SearchedStream: Sendable, Equatable {
    /// The stream.
    package let target: SignatureTarget
    /// What was found under its key.
    package let state: StreamState
    /// Entries that were searched.
    package internal(set) var searched: UInt64 = 0
    /// Those of them that are what was looked for.
    package internal(set) var matched: UInt64 = 0
    /// Entries that were there at the start and were gone before they could be read, where the whole stream was searched.
    package internal(set) var missed: UInt64 = 0
    /// The first entry that was searched and has JSON that cannot be read; nil for none.
    package internal(set) var firstUnreadable: EntryID?
    /// Why the server would not let it be read to its end; nil when it did.
    package internal(set) var refusal: Refusal?

    init(target: SignatureTarget, state: StreamState) {
        self.target = target
        self.state = state
    }
}

extension SearchReport {
    /// What an operator should know.
    ///
    /// - Parameter absence: how much it matters that a stream does not exist.
    package func findings(absence: (SignatureTarget) -> Finding.Severity) -> [Finding] {
        streams.flatMap { $0.findings(absence($0.target)) } + unread
            + Finding.unknownTime(timeRefusal, "times are by the clock of this machine")
    }

    private var unread: [Finding] {
        guard unreadable > 0 else { return [] }
        let entries = unreadable == 1 ? "1 entry has" : "\(unreadable) entries have"
        let first = streams.lazy.compactMap { stream in stream.firstUnreadable.map { (stream.target.key, $0) } }.first
        let place: TerminalText =
            first.map { key, id in "\(unreadable == 1 ? "" : "the first is ")\(id) of \(key)" }
            ?? "its place is not known"
        return [
            Finding(
                .unreadableJSON,
                .warning,
                "\(entries) JSON that cannot be read (\(place)): no condition on a value in it holds"
            )
        ]
    }
}

extension SearchedStream {
    fileprivate func findings(_ absence: Finding.Severity) -> [Finding] {
        let name = target.key.readable
        if let refusal { return [Finding(.refused, .failure, stream: name, "\(target.key): \(refusal.text)")] }
        let state = ObservedStream(definition: target.stream, state: state).finding(missing: absence)
        guard missed > 0 else { return [state].compactMap(\.self) }
        let entries = missed == 1 ? "1 entry was" : "\(missed) entries were"
        return [
            Finding(
                .missed,
                .warning,
                stream: name,
                "\(entries) deleted or trimmed from \(target.key) before the search came to \(missed == 1 ? "it" : "them")"
            )
        ]
    }
}
