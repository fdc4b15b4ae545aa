import Caracal

extension Incident {
    /// Dead letters of an outage of the database: most can go back, one is evidence, and some revocations never had an effect.
    ///
    /// - Parameters:
    ///   - replayable: how many audit events can go back.
    ///   - altered: how many were changed after they had been signed.
    ///   - withoutAnchor: how many revocations name nothing that could be revoked.
    package static func databaseOutage(replayable: Int = 60, altered: Int = 1, withoutAnchor: Int = 4) -> Incident {
        Incident(
            "dead-letters-grow",
            "The dead letter queue has grown since the database outage.",
            page: "A GROWING DEAD LETTER QUEUE",
            check: "dead-letters"
        ) { bus in
            let reasons = [
                "transient_exceeded_max_deliveries: connection refused",
                "pg_permanent_error: the database system is shutting down",
            ]
            let died = (0..<replayable).map { reasons[$0 % 2] } + Array(repeating: "hmac_verify_failed", count: altered)
            let start = bus.now - 110 * 60_000
            let step = 50 * 60_000 / UInt64(max(1, died.count))
            try bus.send(
                died.enumerated().map { number, reason in
                    let time = start + step * UInt64(number)
                    return try DemoDeadLetters.audit(number, reason, &bus.messages, at: time, id: "\(time)-0")
                }
            )
            try bus.send(
                (0..<withoutAnchor).map { number in
                    let time = start + 600_000 * UInt64(number)
                    return try DemoDeadLetters.connector("missing_revocation_anchor", number, &bus.messages, at: time)
                }
            )
        }
    }
}
