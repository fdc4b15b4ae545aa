import Text

extension HealthCheck {
    static let deadLetterSignatures = HealthCheck(
        "dead-letter-signatures",
        subject: "The signatures of the messages inside the newest 20 dead letters of each stream.",
        reason:
            "One that does not hold was forged, altered or signed with another key: a security incident until explained.",
        remedy: "caracalctl dlq ls shows them, dlq export keeps the evidence. Never redrive them."
    ) { examination in
        let source = { (stream: ObservedStream) in SignatureTarget(key: stream.definition.key).source != nil }
        // Connectors sign nothing of their own: what counts is the message inside.
        return examination.inspectSignatures(of: examination.streams.filter(source), leavingOut: [.unsigned]) {
            "caracalctl dlq export --stream \($0.word) --to \($0.word).ndjson # keeps the evidence; then find out who wrote them"
        }.or("the newest dead letters have nothing wrong with their signatures")
    }
}
