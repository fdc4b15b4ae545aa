import Redis
import Text

extension HealthCheck {
    static let deadLetters = HealthCheck(
        "dead-letters",
        subject: """
            Messages that services gave up on, in the audit DLQ and in the .dead streams: which of them can go back, which are \
            evidence, which never had an effect, and since when. The oldest 10,000 of each stream are looked at.
            """,
        reason: """
            A deep audit DLQ means that the Audit service cannot write to its database. A revocation without anything to \
            revoke (missing_revocation_anchor) had no effect. One whose signature does not hold was altered or forged. \
            Nothing reads dead letters again by itself, and nothing in the public services watches them.
            """,
        remedy: """
            Fix the cause first; then caracalctl dlq redrive puts back what can go back, and leaves the rest. caracalctl dlq \
            shows the reasons. What never had an effect has to be revoked again; evidence is exported and kept: dlq export, then \
            dlq purge --exported removes what the file has. Redrive nothing from a stream, and purge nothing, while most \
            signatures in it do not hold or cannot be checked: then it may be the key here that is another one. In a cluster \
            export, publish and purge take the place of redrive.
            """
    ) { examination in
        var inspection = examination.inspectStreams(examination.deadLetters, "the dead letters") { stream in
            guard case .otherType = stream.state, !StreamTable.all.contains(stream.definition) else { return [] }
            return stream.finding().map { [CheckOutcome($0)] } ?? []
        }
        let there = examination.deadLetters.filter { ($0.state.info?.length ?? 0) > 0 }
        if !there.isEmpty {
            let isCluster = examination.servers.contains { $0.server.mode == .cluster }
            inspection.saw([outcome(there, examination, isCluster: isCluster)])
        }
        return inspection.or("there are no dead letters")
    }

    /// One finding for all of them, with what is to be done about each part.
    private static func outcome(
        _ streams: [ObservedStream],
        _ examination: Examination,
        isCluster: Bool
    ) -> CheckOutcome {
        let (fates, now) = (examination.fates, examination.pending.now)
        let count = streams.reduce(UInt64(0)) { $0.saturatingAdd($1.state.info?.length ?? 0) }
        let parts = [
            part(fates, \.replayable) { "at most \(Words.number($0)) can go back" },
            part(fates, \.evidence) { "\(Words.number($0)) \($0 == 1 ? "is" : "are") evidence, altered or forged" },
            part(fates, \.withoutEffect) { "\(Words.count($0, "revocation", "revocations")) never had an effect" },
            part(fates, \.kept) { "\(Words.number($0)) would fail again, or nobody knows" },
            part(streams, fates),
        ].compactMap(\.self)
        let names = streams.map(\.definition.name).joined(separator: ", ")
        let since = fates.compactMap(\.since).min()
        let title: TerminalText = streams.count == 1 ? "\(names) holds" : "\(streams.count) streams hold"
        let what: TerminalText = "\(title) \(Words.count(count, "dead letter", "dead letters"))"
        let remedy = DeadLetterRemedy(
            streams,
            fates,
            unseen: part(streams, fates) != nil,
            keys: examination.setup.keys
        )
        let age: Evidence? = since.map { since in
            guard let now, now >= since else { return "the oldest has no known age" }
            return "the oldest is \(time: now - since) old (\(moment: since))"
        }
        return CheckOutcome(
            .warning,
            parts.isEmpty ? Evidence(what) : "\(what): \(parts.joined(separator: "; "))",
            stream: streams.count == 1 ? streams.first?.definition.name : nil,
            evidence: age ?? "they could not be read",
            fix: isCluster ? remedy.inCluster : remedy.line,
            explains: [HealthCheck.deadLetterSignatures.id]
        )
    }

    /// How many have a fate, and where they lie; nil where none has.
    private static func part(
        _ fates: [DeadLetterFate],
        _ fate: (DeadLetterFate) -> UInt64,
        _ words: (UInt64) -> TerminalText
    ) -> TerminalText? {
        let those = fates.filter { fate($0) > 0 }
        guard !those.isEmpty else { return nil }
        let count = words(those.reduce(UInt64(0)) { $0.saturatingAdd(fate($1)) })
        guard fates.count > 1 else { return count }
        return "\(count) (\(those.map(\.stream.shortName).joined(separator: ", ")))"
    }

    /// How many were not looked at; nil where all were.
    private static func part(_ streams: [ObservedStream], _ fates: [DeadLetterFate]) -> TerminalText? {
        let count = streams.reduce(UInt64(0)) { $0.saturatingAdd($1.state.info?.length ?? 0) }
        let seen = fates.reduce(UInt64(0)) { $0.saturatingAdd($1.count) }
        return seen < count ? "\(Words.number(count - seen)) were not looked at" : nil
    }
}
