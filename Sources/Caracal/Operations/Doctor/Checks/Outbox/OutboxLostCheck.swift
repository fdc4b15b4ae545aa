import Text

extension HealthCheck {
    package static let outboxLost = HealthCheck(
        "outbox-lost",
        subject: "Whether the messages that the outboxes published in the last hour are in their streams.",
        reason: """
            Nobody publishes a row again that is marked as published. After a crash, a flush or a restore of Redis its entry is \
            gone, and nothing else shows that. Of what may have been trimmed or deleted it is not known. Of each table the newest \
            10,000 rows of the hour are compared, and 200,000 entries are read at most: it says so where there are more.
            """,
        remedy: """
            caracalctl outbox reconcile lists the lost rows; --requeue returns them to waiting, and the services publish them \
            again. Look further back than an hour (--since) when the loss may be older.
            """,
        urgency: .lost
    ) { (sight: OutboxSight<OutboxExamination>) in
        var inspection = OutboxInspection.tables(sight) { table, _, outboxes in
            outboxes.losses.map { lost(of: table, $0) } ?? []
        }
        guard case .seen(let outboxes) = sight, let losses = outboxes.losses else { return Inspection() }
        for gap in gaps(in: losses, besides: outboxes.status.lacks) { inspection.miss(gap) }
        return inspection.or(
            losses.isCutShort
                ? "the newest rows of the last hour are in their streams: \(Words.number(losses.checked)) were compared"
                : "what was published in the last hour is in its streams"
        )
    }

    private static func lost(of table: OutboxTable, _ losses: ReconcileReport) -> [CheckOutcome] {
        let lost = losses.items.filter { $0.status == .lost && $0.outbox == table }
        guard !lost.isEmpty else { return [] }
        let streams = Dictionary(grouping: lost, by: \.stream).mapValues(\.count).sorted {
            ($1.value, $0.key.readable) < ($0.value, $1.key.readable)
        }
        let names: [TerminalText] = streams.prefix(4).map {
            "\(OutboxInspection.name($0.key)) \(Words.number(UInt64($0.value)))"
        }
        let rest: [TerminalText] = streams.count > 4 ? ["\(streams.count - 4) more"] : []
        let times = lost.compactMap(\.publishedAt)
        let only = streams.count == 1 ? streams[0].key : nil
        // Without a stream the rows of the other table are meant too.
        let meant = only == nil ? losses.count(.lost) : UInt64(lost.count)
        return [
            CheckOutcome(
                .failure,
                """
                \(Words.count(UInt64(lost.count), "row", "rows")) of \(table.owner) \(lost.count == 1 ? "was" : "were") published in \
                the last hour and \(lost.count == 1 ? "is" : "are") in no stream (\((names + rest).joined(separator: ", "))): lost
                """,
                stream: only?.readable,
                evidence:
                    "published from \(moment: times.min() ?? 0) to \(moment: times.max() ?? 0); \(lost[0].evidence)",
                // Nobody types it at once, and by then the hour has gone on. What was lost before is not looked at here.
                fix: """
                    caracalctl outbox reconcile --since 2h\(only.map { OutboxInspection.choice($0) } ?? "")\
                    \(OutboxInspection.limit(meant)) --requeue # where it began earlier, with an earlier --since
                    """
            )
        ]
    }

    /// Why it is not known of all rows.
    private static func gaps(in losses: ReconcileReport, besides counted: [OutboxLack]) -> [TerminalText] {
        var gaps: [TerminalText] = losses.unread.map { "\($0.stream) could not be read: \($0.refusal.reason)" }
        // Of a table that is not there, or whose rows could not be counted either, others tell.
        gaps += losses.lacks.filter { lack in lack.reason != .missing && !counted.contains { $0.outbox == lack.outbox }
        }
        .map { "\($0.outbox.name) cannot be compared with the streams" }
        if losses.count(.unknown) > 0 {
            let rows = Words.count(losses.count(.unknown), "row", "rows")
            gaps.append(
                "whether \(rows) of the last hour are lost is not known: what they became may have been removed"
            )
        }
        if losses.unsettled > 0 {
            let rows = Words.count(losses.unsettled, "row", "rows")
            gaps.append(
                "not all entries were read for \(rows) of the last hour: caracalctl outbox reconcile --since 1h reads them"
            )
        }
        switch losses.ending {
        case .complete: break
        case .interrupted, .lost, .databaseFailed:
            gaps.append("the comparison of the outboxes with the streams broke off")
        }
        return gaps
    }
}
