import Redis
import Text

extension HealthCheck {
    /// So far ahead, in milliseconds, an id may be made by a clock that was set right since.
    private static let leeway: UInt64 = 2_000

    static let futureIDs = HealthCheck(
        "future-ids",
        subject: "Whether a stream's last id lies ahead of the server's clock.",
        reason: """
            Ids only ever grow: until the clock has caught up every entry gets an id of that future time, and ages, \
            and positions given as a time, are wrong. A clock that was set back, or an explicit id, does it. At the \
            greatest id there is, the stream takes no entry any more.
            """,
        remedy:
            "Set the clock right and wait. A stream at its greatest id must be drained, deleted and provisioned again."
    ) { examination in
        guard let now = examination.pending.now else {
            let clock = examination.servers.first?.clock ?? .unknown
            return Inspection(clock, "whether ids lie ahead of the server's clock", "TIME")
        }
        return examination.inspectStreams(examination.streams, "the last id") { stream in
            guard let last = stream.state.info?.lastGeneratedID, last.milliseconds > now.saturatingAdd(leeway) else {
                return []
            }
            let name = stream.definition.name
            let evidence: Evidence = "last id \(last)"
            guard last < .maximum else {
                let finding: Evidence = "\(name) has used up its ids: it takes no entry any more"
                return [CheckOutcome(.failure, finding, stream: name, evidence: evidence, fix: stream.definition.anew)]
            }
            // A clock that was set back shows in a difference to ours; an id that somebody chose does not.
            let isClockRight = examination.servers.allSatisfy { $0.clock.value.map { $0.skew < leeway } ?? false }
            let outcome = CheckOutcome(
                .warning,
                "the last id of \(name) is \(time: last.milliseconds - now) ahead of the server's clock\(isClockRight ? ", which agrees with ours: somebody added an entry with an id of its own" : "")",
                stream: name,
                evidence: evidence,
                fix: isClockRight
                    ? "\(stream.definition.anew), or wait until then" : "timedatectl on the server"
            )
            return [outcome]
        }.or("no stream is ahead of the server's clock")
    }
}
