import Text

extension HealthCheck {
    static let streamBounds = HealthCheck(
        "stream-bounds",
        subject: "Streams that are longer than their bound, by more than the one node that MAXLEN ~ leaves.",
        reason:
            "Publishers trim as they publish: a stream over its bound is published to without MAXLEN, or with a larger one.",
        remedy: """
            See CARACAL_OUTBOX_STREAM_MAXLEN. caracalctl trim removes what every group has acknowledged; dead letters go by \
            caracalctl dlq.
            """,
        urgency: .later
    ) { examination in
        examination.inspectStreams(examination.pending.streams, "the length") { stream in
            // Dead letters are redriven, or exported and purged.
            let isOfDeadLetters = SignatureTarget.isOfDeadLetters(stream.definition.key)
            return examination.drift(.overBound).filter { $0.stream == stream.definition.name }.map {
                let fix: TerminalText = isOfDeadLetters ? "caracalctl dlq" : "caracalctl trim \($0.word) --dry-run"
                return CheckOutcome($0, as: .warning, fix: fix)
            }
        }.or("no stream is over its bound")
    }
}
