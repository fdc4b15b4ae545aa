import Text

extension HealthCheck {
    /// Differences below this, in milliseconds, are of no matter to anything on the bus.
    private static let tolerated: UInt64 = 2_000
    /// From here on, in milliseconds, ages and expiry times are plainly wrong.
    private static let intolerable: UInt64 = 60_000

    static let clockSkew = HealthCheck(
        "clock-skew",
        subject: "The server's clock (TIME) against this machine's: a warning from 2 seconds, a failure from a minute.",
        reason: """
            Entry ids are made from the server's clock, and services compare them and the times in messages with their \
            own. Which of the two clocks is wrong cannot be told from here.
            """,
        remedy: "Have both machines keep their time: chronyc tracking, or timedatectl timesync-status."
    ) { (server: ServerExamination) in
        Inspection(server.clock, "by how much the clocks differ", "TIME") { clock in
            guard clock.skew >= tolerated else { return [] }
            let outcome = CheckOutcome(
                clock.skew >= intolerable ? .failure : .warning,
                "the server's clock is at least \(time: clock.skew) \(clock.isAhead ? "ahead of" : "behind") ours",
                evidence: "server \(clock.server), here \(clock.before) to \(clock.after) (Unix milliseconds)",
                fix: "chronyc tracking on both machines"
            )
            return [outcome]
        }.or("the clocks differ by less than 2 s")
    }
}
