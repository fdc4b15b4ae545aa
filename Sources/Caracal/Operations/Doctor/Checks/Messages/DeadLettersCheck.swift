import Redis
import Text

extension HealthCheck {
    static let deadLetters = HealthCheck(
        "dead-letters",
        subject: "Messages that services gave up on: in the audit DLQ, and in the .dead streams.",
        reason: """
            A deep audit DLQ means that the Audit service cannot write to its database. Nothing reads dead letters \
            again by itself, and nothing in the public services watches them.
            """,
        remedy: "caracalctl dlq says the reasons and which are worth a replay; fix the cause first, then dlq redrive."
    ) { examination in
        examination.inspectStreams(examination.deadLetters, "the dead letters") { stream in
            let (name, state) = (stream.definition.name, stream.state)
            if case .otherType = state, !StreamTable.all.contains(stream.definition) {
                return stream.finding().map { [CheckOutcome($0)] } ?? []
            }
            guard let info = state.info, info.length > 0 else { return [] }
            let age = info.firstID?.age(at: examination.pending.now)
            let outcome = CheckOutcome(
                .warning,
                "\(name) holds \(info.length == 1 ? "1 dead letter" : "\(info.length) dead letters")",
                stream: name,
                evidence: age.map { "the oldest is \(time: $0) old" } ?? "the oldest has no known age",
                fix: "caracalctl dlq --stream \(stream.definition.word)"
            )
            return [outcome]
        }.or("there are no dead letters")
    }
}
