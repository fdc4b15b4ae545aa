import Redis
import Text

extension HealthCheck {
    static let loss = HealthCheck(
        "loss",
        subject: "Entries that were removed before a group had been given them.",
        reason: """
            MAXLEN ~ trims whatever a slow group has not read, and XTRIM or XDEL by hand does the same. It shows only until \
            the group reads on; afterwards the server keeps no trace of it: note the range of ids. Where entries were \
            deleted one by one, or before Redis 7, it is not known.
            """,
        remedy: """
            What is lost can only be published again by its source: the outbox tables keep their rows for a while. \
            Where a bound trims, raise it, or speed the group up; else find out who calls XTRIM or XDEL.
            """,
        urgency: .lost,
        needsOutboxes: true
    ) { examination in
        examination.inspectGroups("what was trimmed before delivery") { group in
            guard let loss = group.loss, !group.isLeftOver else { return [] }
            let text: Evidence = "\(group.title) \(loss.text { Words.number($0) })"
            guard group.canLose else { return [removed(group, text)] }
            guard !loss.isOpen else {
                return [CheckOutcome(.unknown, text, stream: group.stream.name, group: group.name)]
            }
            return [outcome(group, text, examination)]
        }.or("no group has been overtaken by trimming")
    }

    /// Dead letters go back to their streams, or to a file: to publish them again would double them.
    private static func removed(_ group: GroupStanding, _ text: Evidence) -> CheckOutcome {
        CheckOutcome(
            .note,
            "\(words: text): dlq redrive and dlq purge remove dead letters, whether or not a group was given them",
            stream: group.stream.name,
            group: group.name
        )
    }

    private static func outcome(_ group: GroupStanding, _ text: Evidence, _ examination: Examination) -> CheckOutcome {
        // A stream that is far from its bound was not trimmed to it.
        let length = examination.info(of: group)?.length ?? 0
        let isTrimmed = group.stream.bound.map { length.saturatingAdd(StreamTable.nodeEntries) >= $0 } ?? false
        return CheckOutcome(
            .failure,
            "\(words: text)\(words: range(group, examination)). Note this: it cannot be seen any more once the group reads on",
            stream: group.stream.name,
            group: group.name,
            evidence: removals(examination),
            fix: again(group, examination)
                + (isTrimmed ? "raise the bound or add consumers" : culprit(examination)),
            explains: [HealthCheck.silentReaders.id, HealthCheck.lag.id]
        )
    }

    /// Rows are made this long before their entries at most, as a rule: in milliseconds.
    private static let delay: UInt64 = 600_000

    /// How to publish them again: by a command where the stream is one of the outboxes'.
    private static func again(_ group: GroupStanding, _ examination: Examination) -> TerminalText {
        guard let info = group.info, let stream = examination.info(of: group),
            OutboxInspection.isFed(group.stream.key)
        else { return "publish again from its source what was added in that time; " }
        let isKnown = if case .seen? = examination.outboxes { true } else { false }
        let last = info.lastDeliveredID.milliseconds
        let since: TerminalText = last > 0 ? " --since \(last - min(last, delay))" : ""
        let deleted = stream.maxDeletedID ?? stream.lastGeneratedID
        let end = max(stream.firstID ?? stream.lastGeneratedID, deleted).milliseconds
        let limit = OutboxInspection.limit(stream.entriesAdded ?? stream.length)
        return """
            caracalctl outbox reconcile\(since) --until \(end)\(OutboxInspection.choice(group.stream.key))\(limit) --requeue \
            --unknown # \(isKnown ? "" : "with DATABASE_URL set to the services' database; ")who has read them gets them twice; where \
            fewer are planned than were lost, with an earlier --since; \

            """
    }

    /// Between which entries they lay.
    private static func range(_ group: GroupStanding, _ examination: Examination) -> Evidence {
        guard let info = group.info, let stream = examination.info(of: group) else { return "" }
        let deleted = stream.maxDeletedID.flatMap { $0 > info.lastDeliveredID ? $0 : nil }
        let isAhead = stream.firstID.map { info.lastDeliveredID < $0 && info.lastDeliveredID.next != $0 } ?? true
        // Those ahead of the first entry lie in one range; those deleted one by one anywhere behind the group.
        guard isAhead else {
            return deleted.map { ", the last of them \(entry: $0), the group stands at \(entry: info.lastDeliveredID)" }
                ?? ""
        }
        let begin: Evidence = info.lastDeliveredID == .zero ? "" : "behind \(entry: info.lastDeliveredID) and "
        guard let first = stream.firstID else {
            return ", ids \(words: begin)up to \(entry: stream.lastGeneratedID): the stream is empty"
        }
        // What was deleted behind the first entry may be all that is missing, or a part.
        if let deleted, deleted > first { return ", ids \(words: begin)up to \(entry: deleted)" }
        return ", ids \(words: begin)before \(entry: first)"
    }

    /// Who to look for where the stream is far from its bound: with neither XTRIM nor XDEL a publisher has a MAXLEN below it.
    private static func culprit(_ examination: Examination) -> TerminalText {
        guard let (trims, deletions) = calls(examination), trims == 0, deletions == 0 else {
            return "no bound removed it: find out who did"
        }
        return "a publisher trims below the bound: see CARACAL_OUTBOX_STREAM_MAXLEN (API), STREAMS_MAXLEN (Coordinator)"
    }

    /// How often XTRIM and XDEL were called, on all servers; nil where one does not tell.
    private static func calls(_ examination: Examination) -> (trims: UInt64, deletions: UInt64)? {
        let counts = examination.servers.map(\.removals.value)
        guard !counts.isEmpty, !counts.contains(nil) else { return nil }
        return (
            counts.reduce(UInt64(0)) { $0.saturatingAdd($1?.trims ?? 0) },
            counts.reduce(UInt64(0)) { $0.saturatingAdd($1?.deletions ?? 0) }
        )
    }

    /// Who may have removed them, by the commands that were called.
    private static func removals(_ examination: Examination) -> Evidence {
        guard let (trims, deletions) = calls(examination) else {
            return "whether somebody called XTRIM or XDEL is not known: this user may not INFO commandstats"
        }
        if trims == 0, deletions == 0 {
            return
                "nobody called XTRIM or XDEL since the server started or its statistics were reset: a publisher trims (XADD MAXLEN)"
        }
        let words = [(trims, "XTRIM"), (deletions, "XDEL")].filter { $0.0 > 0 }
            .map { "\($0.1) was called \(Words.count($0.0, "time", "times"))" }.joined(separator: ", ")
        return "\(words) since the server started or its statistics were reset"
    }
}
