import Redis

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
            let refusal = try walk.read(stream, on: ReconnectingChannel(connection), &judge) {
                try afterPage(stream, $0)
            } visit: { visit, judge in
                let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: stream.source)
                groups.count(visit.id, letter, in: visit.bytes)
                return true
            }
            streams.append(DeadLetterReport.Stream(look: stream, groups: groups.sorted, refusal: refusal))
        }
        let isEmpty = streams.allSatisfy { $0.groups.isEmpty }
        return DeadLetterReport(
            streams: streams,
            now: look.now,
            timeRefusal: look.timeRefusal,
            thresholds: thresholds,
            unmatched: isEmpty ? try walk.unmatched(in: look.streams, on: ReconnectingChannel(connection), &judge) : nil
        )
    }
}
