import Redis
import Text

/// Counts the dead letters by stream and reason, with their signatures checked: `dlq`. Only reads.
package struct DeadLetterSummary: Sendable {
    /// Which dead letters.
    package let selection: DeadLetterSelection
    /// When crossed there is a failure among the findings.
    package let thresholds: DeadLetterThresholds

    /// Describes a run.
    package init(selection: DeadLetterSelection, thresholds: DeadLetterThresholds = DeadLetterThresholds()) {
        self.selection = selection
        self.thresholds = thresholds
    }

    /// Reads every dead letter of the selection once.
    ///
    /// - Parameter clock: our own time in Unix milliseconds, used when the server does not tell its own.
    package func run(
        on connection: any CommandChannel,
        _ judge: inout DeadLetterJudge,
        clock: UInt64,
        afterPage: (DeadLetterWalk.Stream, UInt64) throws -> Void = { _, _ in }
    ) throws -> DeadLetterReport {
        let walk = DeadLetterWalk(selection)
        let look = try walk.look(on: connection, clock: clock)
        var streams: [DeadLetterReport.Stream] = []
        for stream in look.streams {
            var groups = DeadLetterGroups(stream: stream.target.key)
            var keyRecord = DeadLetterKeyRecord()
            let refusal = try walk.read(stream, on: ReconnectingChannel(connection), &judge) {
                try afterPage(stream, $0)
            } visit: { visit, judge in
                let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: stream.source)
                groups.count(visit.id, letter, in: visit.bytes)
                let reason = visit.bytes[letter.head.reasonKind(in: visit.bytes)]
                keyRecord.note(visit.id, letter, reason: reason)
                return true
            }
            streams.append(
                DeadLetterReport.Stream(look: stream, groups: groups.sorted, refusal: refusal, keyRecord: keyRecord)
            )
        }
        let isEmpty = streams.allSatisfy { $0.groups.isEmpty && $0.refusal == nil && $0.look.wrongType == nil }
        return DeadLetterReport(
            streams: streams,
            now: look.now,
            timeRefusal: look.timeRefusal,
            thresholds: thresholds,
            unmatched: isEmpty ? try walk.unmatched(in: look.streams, on: ReconnectingChannel(connection), &judge) : nil
        )
    }
}

/// The dead letters of a selection, counted.
package struct DeadLetterReport: Sendable, Equatable {
    /// A stream of dead letters, and what is in it.
    package struct Stream: Sendable, Equatable {
        /// The stream as it was found.
        package let look: DeadLetterWalk.Stream
        /// Its dead letters by reason, the smallest group first.
        package let groups: [DeadLetterGroup]
        /// Why the server would not let it be read, or not to the end.
        package let refusal: Refusal?
        /// What their signatures say of the key that is known here.
        var keyRecord = DeadLetterKeyRecord()

        /// How many of the selection there are; nil when it could not be read.
        package var count: UInt64? {
            look.state.info == nil || refusal != nil ? nil : groups.reduce(0) { $0 + $1.count }
        }

        /// The oldest of them.
        package var oldest: EntryID? { groups.map(\.oldest).min() }

        /// The newest of them.
        package var newest: EntryID? { groups.map(\.newest).max() }
    }

    /// The streams that exist or should.
    package let streams: [Stream]
    /// The server's time in Unix milliseconds; our own when it would not tell.
    package let now: UInt64
    /// Why it would not tell; nil when it did.
    package let timeRefusal: Refusal?
    /// From where on there is a failure.
    package let thresholds: DeadLetterThresholds
    /// What there is where nothing was chosen though something is there; nil else.
    package internal(set) var unmatched: UnmatchedSelection?

    /// How many there are in all; nil as soon as one stream could not be read.
    package var count: UInt64? {
        let counts = streams.filter { $0.look.state != .missing }.map(\.count)
        return counts.contains(nil) ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// What an operator should know.
    package var findings: [Finding] {
        streams.flatMap(findings) + depthFindings + ageFindings + (unmatched.map { [$0.finding] } ?? [])
            + Finding.unknownTime(timeRefusal, "ages are by the clock of this machine")
    }

    /// Milliseconds since an entry came to be, by the server's clock.
    package func age(of id: EntryID) -> Int {
        Int(clamping: now) - Int(clamping: id.milliseconds)
    }

    private func findings(_ stream: Stream) -> [Finding] {
        let observed = ObservedStream(definition: stream.look.target.stream, state: stream.look.state)
        if let finding = observed.finding(missing: .warning) { return [finding] }
        let name = stream.look.target.key.readable
        guard let refusal = stream.refusal else { return evidence(in: stream, name) }
        return [Finding(.refused, .failure, stream: name, "\(stream.look.target.key): \(refusal.text)")]
    }

    private func evidence(in stream: Stream, _ name: String) -> [Finding] {
        let doubt = stream.keyRecord.finding(in: stream.look.target.key).map { [$0] } ?? []
        let unchecked = stream.groups.reduce(0) { $0 + $1.unchecked }
        guard unchecked > 0 else { return doubt }
        let signatures = unchecked == 1 ? "1 signature is" : "\(unchecked) signatures are"
        let text: TerminalText = "\(stream.look.target.key): \(signatures) unchecked, since there is no key"
        return doubt + [Finding(.unchecked, .warning, stream: name, text)]
    }

    private var depthFindings: [Finding] {
        guard let limit = thresholds.depth else { return [] }
        let known = streams.reduce(0) { $0 + $1.groups.reduce(0) { $0 + $1.count } }
        guard known > limit else { return [] }
        let letters = known == 1 ? "is 1 dead letter" : "are \(known) dead letters"
        return [Finding(.tooMany, .failure, "there \(letters), more than \(limit)")]
    }

    private var ageFindings: [Finding] {
        guard let limit = thresholds.age else { return [] }
        return streams.compactMap { stream in
            guard let oldest = stream.oldest, age(of: oldest) > Int(clamping: limit) else { return nil }
            let name = stream.look.target.key.readable
            let text: TerminalText =
                "the oldest dead letter of \(stream.look.target.key), \(oldest), is older than allowed"
            return Finding(.tooOld, .failure, stream: name, text)
        }
    }
}
