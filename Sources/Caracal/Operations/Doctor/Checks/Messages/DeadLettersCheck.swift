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
            dlq purge --exported removes what the file has. Purge nothing while most signatures do not hold: then it may be \
            the key here that is another one. In a cluster export, publish and purge take the place of redrive.
            """
    ) { examination in
        var inspection = examination.inspectStreams(examination.deadLetters, "the dead letters") { stream in
            guard case .otherType = stream.state, !StreamTable.all.contains(stream.definition) else { return [] }
            return stream.finding().map { [CheckOutcome($0)] } ?? []
        }
        let there = examination.deadLetters.filter { ($0.state.info?.length ?? 0) > 0 }
        if !there.isEmpty {
            let isCluster = examination.servers.contains { $0.server.mode == .cluster }
            inspection.saw([outcome(there, examination.fates, examination.pending.now, isCluster: isCluster)])
        }
        return inspection.or("there are no dead letters")
    }

    /// One finding for all of them, with what is to be done about each part.
    private static func outcome(
        _ streams: [ObservedStream],
        _ fates: [DeadLetterFate],
        _ now: UInt64?,
        isCluster: Bool
    ) -> CheckOutcome {
        let count = streams.reduce(UInt64(0)) { $0.saturatingAdd($1.state.info?.length ?? 0) }
        let parts = [
            part(fates, \.replayable) { "\(Words.number($0)) can go back" },
            part(fates, \.evidence) { "\(Words.number($0)) \($0 == 1 ? "is" : "are") evidence, altered or forged" },
            part(fates, \.withoutEffect) { "\(Words.count($0, "revocation", "revocations")) never had an effect" },
            part(fates, \.kept) { "\(Words.number($0)) would fail again, or nobody knows" },
            part(streams, fates),
        ].compactMap(\.self)
        let names = streams.map(\.definition.name).joined(separator: ", ")
        let since = fates.compactMap(\.since).min()
        let title: TerminalText = streams.count == 1 ? "\(names) holds" : "\(streams.count) streams hold"
        let what: TerminalText = "\(title) \(Words.count(count, "dead letter", "dead letters"))"
        let age: Evidence? = since.map { since in
            guard let now, now >= since else { return "the oldest has no known age" }
            return "the oldest is \(time: now - since) old (\(moment: since))"
        }
        return CheckOutcome(
            .warning,
            parts.isEmpty ? Evidence(what) : "\(what): \(parts.joined(separator: "; "))",
            stream: streams.count == 1 ? streams.first?.definition.name : nil,
            evidence: age ?? "they could not be read",
            fix: isCluster ? clusterFix(streams, fates) : fix(streams, fates),
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

    /// One line that puts back what can go back, and keeps the others in a file where nothing may become of them.
    private static func fix(_ streams: [ObservedStream], _ fates: [DeadLetterFate]) -> TerminalText {
        let replayable = fates.filter { $0.replayable > 0 }
        let count = replayable.reduce(UInt64(0)) { $0.saturatingAdd($1.replayable) }
        let others = fates.reduce(UInt64(0)) { $0.saturatingAdd($1.count - min($1.count, $1.replayable)) }
        let choice: TerminalText = replayable.count == 1 ? " --stream \(replayable[0].stream.word)" : ""
        let redrive: TerminalText = "caracalctl dlq redrive\(choice)"
        let puts: TerminalText = "once their cause is gone: puts back \(Words.number(count))"
        guard let keep = keep(streams, fates) else {
            return count == 0 ? reasons(streams) : "\(redrive) # \(puts), the others stay"
        }
        let file: TerminalText = streams.count == 1 ? "the file keeps" : "the files keep"
        // A redrive with a key that may be the wrong one ends with 1, and nothing behind it would be carried out.
        guard count > 0, !fates.contains(where: \.isKeyInDoubt) else {
            return "\(keep.line) # \(file) them\(keep.remark)"
        }
        guard others > 0 else { return "\(redrive) # \(puts)" }
        return "\(redrive) && \(keep.line) # \(puts); \(file) the other \(Words.number(others))\(keep.remark)"
    }

    /// The same in a cluster, which moves nothing between two streams: messages are published again from a file. That takes whatever
    /// is in the file, so where some may not go back somebody has to choose.
    private static func clusterFix(_ streams: [ObservedStream], _ fates: [DeadLetterFate]) -> TerminalText {
        guard fates.contains(where: { $0.replayable > 0 }) else { return fix(streams, fates) }
        if streams.count == 1, let fate = fates.first, fate.replayable == fate.count, part(streams, fates) == nil,
            let source = SignatureTarget(key: fate.stream.key).source
        {
            let publish: TerminalText =
                "caracalctl publish \(SignatureTarget(key: source.key).stream.word) --ndjson dead.ndjson"
            return """
                \(export(fate, to: "dead.ndjson")) && \(publish) && caracalctl dlq purge --exported dead.ndjson # once their cause is \
                gone: publishes \(Words.number(fate.count)) again, since a cluster moves none
                """
        }
        let those: TerminalText = streams.count == 1 ? "" : " of one stream"
        return """
            \(reasons(streams))\(streams.count == 1 ? " #" : ";") those\(those) whose cause is gone go back with caracalctl dlq export \
            --reason, caracalctl publish and caracalctl dlq purge
            """
    }

    /// What shows why they died.
    private static func reasons(_ streams: [ObservedStream]) -> TerminalText {
        streams.count == 1
            ? "caracalctl dlq --stream \(streams[0].definition.word)" : "caracalctl dlq # why each of them died"
    }

    /// Writes those of a stream that were looked at to a file. What dies later lies behind the newest of them, and stays.
    private static func export(_ fate: DeadLetterFate, to file: TerminalText) -> TerminalText {
        "caracalctl dlq export --stream \(fate.stream.word) --until \(fate.newest) --to \(file)"
    }

    /// How to keep what stays in a file and remove it from its stream, and what else to do about it; nil where some would fail
    /// again, which may change, or is not known.
    ///
    /// Each stream has a file of its own: the newest that was looked at of one is no bound for another, where some may have died
    /// since. Nothing is removed while the key here may be the wrong one: with the right one it could go back. A redrive with
    /// another key than this one's ends with 1, so that what it leaves is not removed either.
    private static func keep(
        _ streams: [ObservedStream],
        _ fates: [DeadLetterFate]
    ) -> (line: TerminalText, remark: TerminalText)? {
        guard !fates.isEmpty, fates.allSatisfy({ $0.kept == 0 }), part(streams, fates) == nil else { return nil }
        let again: TerminalText =
            fates.contains { $0.withoutEffect > 0 } ? "; revoke again what never had an effect" : ""
        let evidence: TerminalText = fates.contains { $0.evidence > 0 } ? "; find out who wrote what is evidence" : ""
        let files = fates.map { fate in
            (fate, name: streams.count == 1 ? "dead.ndjson" : "\(fate.stream.word).ndjson" as TerminalText)
        }
        let exports = files.map { export($0, to: $1) }
        let doubtful = fates.filter(\.isKeyInDoubt)
        guard doubtful.isEmpty else {
            let names = doubtful.map(\.stream.shortName).joined(separator: ", ")
            return (
                exports.joined(separator: " && "),
                "\(again); most signatures in \(names) do not hold: is this the right key?"
            )
        }
        let purges = files.map { "caracalctl dlq purge --exported \($0.name)" as TerminalText }
        return ((exports + purges).joined(separator: " && "), evidence + again)
    }
}
