import Caracal
import RESP
import Redis

extension Incident {
    /// A server that began empty: some streams are missing, one group began behind what was there, one was never made again.
    ///
    /// - Parameters:
    ///   - skipped: how many entries lie before the group that began at `$`.
    ///   - waiting: how many lie on the stream whose group is missing.
    package static func emptyStart(skipped: Int = 40, waiting: Int = 40) -> Incident {
        Incident(
            "policy-no-effect",
            "Policy changes have no effect, and the Coordinator logs NOGROUP.",
            page: "A MISSING GROUP AFTER A FLUSH",
            check: "skipped-entries"
        ) { bus in
            let (policies, revocations) = (StreamTable["policy.invalidate"], StreamTable["sessions.revoke"])
            try bus.beginEmpty()
            try bus.publish(skipped, to: policies, minutes: 30...90)
            try bus.publish(waiting, to: revocations, minutes: 30...90)
            try bus.publish(20, to: StreamTable["audit.events"], minutes: 30...90)
            try bus.send([
                Command("XGROUP", "CREATE", policies.name, "opa-engine", "$"),
                Command("XGROUP", "CREATE", revocations.name, "sts-revocation", "0"),
                Command("XGROUP", "CREATE", "caracal.audit.events", "audit-ingestor", "0"),
                Command("XGROUP", "CREATE", "caracal.audit.events", "siem-export", "0"),
                Command("XADD", "caracal.providers.ratelimit", "0-1", "init", "1"),
            ])
            for (group, stream) in [
                ("opa-engine", policies), ("sts-revocation", revocations),
                ("audit-ingestor", StreamTable["audit.events"]),
            ] {
                try bus.catchUp(bus.reader(of: group, on: stream))
            }
        }
    }
}
