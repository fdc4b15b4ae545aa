import Redis

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
            return [.untold(clock, "whether ids lie ahead of the server's clock", "TIME")]
        }
        let outcomes: [CheckOutcome] = examination.streams.compactMap { stream in
            guard let last = stream.state.info?.lastGeneratedID, last.milliseconds > now.saturatingAdd(leeway) else {
                return nil
            }
            let name = stream.definition.name
            let evidence: Evidence = "last id \(last), server's clock \(now)"
            guard last < .maximum else {
                let finding = "\(name) has used up its ids: it takes no entry any more"
                let fix = "drain it, delete it, then caracalctl provision \(stream.definition.word)"
                return CheckOutcome(.failure, finding, stream: name, evidence: evidence, fix: fix)
            }
            let finding = "the last id of \(name) is \(last.milliseconds - now) ms ahead of the server's clock"
            return CheckOutcome(.warning, finding, stream: name, evidence: evidence, fix: "timedatectl on the server")
        }
        return outcomes.or("no stream is ahead of the server's clock")
    }
}
