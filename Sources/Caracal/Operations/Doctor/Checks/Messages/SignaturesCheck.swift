import Text

extension HealthCheck {
    static let signatures = HealthCheck(
        "signatures",
        subject: "The signatures of the newest 20 entries of each stream.",
        reason: """
            Consumers skip and acknowledge what is not signed, or signed wrongly: it is lost without a word. If all are \
            wrong, publisher and this tool have different keys. Only a sample is looked at, and nothing without the key.
            """,
        remedy: "caracalctl verify-sig checks whole streams and explains each failure."
    ) { examination in
        let source = { (stream: ObservedStream) in SignatureTarget(key: stream.definition.key).source != nil }
        var inspection = examination.inspectSignatures(of: examination.streams.filter { !source($0) }) {
            "caracalctl verify-sig \($0.word)"
        }
        for reason in examination.missingKeys { inspection.miss(reason) }
        return inspection.or("the newest entries have nothing wrong with their signatures")
    }
}
