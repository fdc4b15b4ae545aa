import Postgres
import Text

extension HealthCheck {
    package static let outboxLost = HealthCheck(
        "outbox-lost",
        subject: """
            Whether the messages that the outboxes published in the last hour are in their streams, and those that were \
            published before the streams were made anew.
            """,
        reason: """
            Nobody publishes a row again that is marked as published. After a crash, a flush or a restore of Redis its entry is \
            gone, and nothing else shows that. Of what may have been trimmed or deleted it is not known. Of each table the newest \
            10,000 rows of the hour are compared, and 200,000 entries are read at most: it says so where there are more. Where the \
            whole bus began within seven days, and rows were published before (a flush, a server that began empty), those are \
            compared as well: the newest 10,000 before it began, and it says so where there are more. Where none of all these is \
            on the server, it may be another one than that of the services.
            """,
        remedy: """
            caracalctl outbox reconcile lists the lost rows; --requeue returns them to waiting, and the services publish them \
            again. Look further back than an hour (--since) when the loss may be older.
            """,
        urgency: .lost
    ) { (sight: OutboxSight<OutboxExamination>) in
        guard case .seen(let outboxes) = sight else { return OutboxInspection.tables(sight) { _, _, _ in [] } }
        guard let losses = outboxes.losses else { return .unseen("the outboxes were not compared with the streams") }
        let all = Losses(losses, outboxes)
        var inspection = OutboxInspection.tables(sight) { table, _, _ in all.outcome(of: table).map { [$0] } ?? [] }
        for gap in gaps(in: losses, outboxes) { inspection.miss(gap) }
        return inspection.or(
            losses.isCutShort
                ? "the newest rows of the last hour are in their streams: \(Words.number(losses.checked)) were compared"
                : "what was published in the last hour is in its streams"
        )
    }

    /// What is lost in both tables: one cause, and one command for all of it.
    private struct Losses {
        /// Of streams that were made anew all that was looked at, of others what was published in the last hour.
        let items: [ReconcileReport.Item]
        /// How many rows the command has to return: of more than are compared as many as may be lost.
        let count: UInt64
        /// Whether there may be more than were compared.
        let isLeast: Bool
        /// Whether some are older than an hour.
        let isOfBefore: Bool
        /// When the first row was made that has to be returned, in Unix milliseconds; nil where that is not known.
        private let since: UInt64?
        /// Whether nothing of what was compared is on the server: it may be another one.
        private let isDoubtful: Bool
        /// Whether nothing can be on the server that is not of these services: it has no stream, or none that ever had an entry. Only
        /// then doctor's line overrides what keeps rows from another one's streams.
        private let isEmpty: Bool
        /// What is to be created first: else services publish again what no group sees.
        private let provisioning: TerminalText?

        init(_ losses: ReconcileReport, _ outboxes: OutboxExamination) {
            let earlier = outboxes.earlier
            let isLost = { (item: ReconcileReport.Item) in item.status == .lost }
            let before = earlier?.report.items.filter(isLost) ?? []
            let ofHour = losses.items.filter(isLost)
            let (ids, hourly) = (Set(before.map(\.id)), Set(ofHour.map(\.id)))
            let items = (before + ofHour.filter { !ids.contains($0.id) }).sorted {
                ($0.createdAt ?? 0) < ($1.createdAt ?? 0)
            }
            self.items = items
            let isCut = outboxes.isEarlierCut && !before.isEmpty
            isOfBefore = isCut || before.contains { !hourly.contains($0.id) }
            // Each report lists no more than it has room for.
            let listed = max(UInt64(items.count), losses.count(.lost), earlier?.report.count(.lost) ?? 0)
            isLeast = isCut || losses.isCutShort
            let room = 2 * UInt64(LostBeginnings.countedRows)
            if isCut {
                let extent = earlier?.extent
                since = extent?.since
                count = extent.flatMap { $0.isWhole ? $0.rows.saturatingAdd(losses.count(.lost)) : nil } ?? room
            } else {
                since = items.compactMap(\.createdAt).min()
                count = losses.isCutShort ? room : listed
            }
            let reports = [losses] + (earlier.map { [$0.report] } ?? [])
            isDoubtful =
                !losses.hasStreams
                || reports.allSatisfy { $0.found == 0 && $0.unsettled == 0 }
                    && reports.reduce(0) { $0.saturatingAdd($1.checked) } >= ReconcileReport.many
            isEmpty = !losses.hasStreams || losses.isUnused
            provisioning = outboxes.lackingBus.flatMap { bus in
                items.contains { bus.streams.contains($0.stream) } ? bus.provisioning : nil
            }
        }

        func outcome(of table: OutboxTable) -> CheckOutcome? {
            let lost = items.filter { $0.outbox == table }
            guard let first = lost.first else { return nil }
            let streams = Dictionary(grouping: lost, by: \.stream).mapValues(\.count).sorted {
                ($1.value, $0.key.readable) < ($0.value, $1.key.readable)
            }
            let names: [TerminalText] = streams.prefix(4).map {
                "\(OutboxInspection.name($0.key)) \(Words.number(UInt64($0.value)))"
            }
            let rest: [TerminalText] = streams.count > 4 ? ["\(streams.count - 4) more"] : []
            // What is said of one row is that of the stream that lost most.
            let example = lost.first { $0.stream == streams.first?.key } ?? first
            let times = lost.compactMap(\.publishedAt)
            let isOne = lost.count == 1
            let doubt: TerminalText =
                isDoubtful
                ? "; none of the rows that were compared is on this server: is it the Redis of these services?" : ""
            return CheckOutcome(
                .failure,
                """
                \(isLeast ? "at least " : "")\(Words.count(UInt64(lost.count), "row", "rows")) of \(table.owner) \
                \(isOne ? "was" : "were") published\(isOfBefore ? "" : " in the last hour") and \(isOne ? "is" : "are") in no \
                stream (\((names + rest).joined(separator: ", "))): lost\(doubt)
                """,
                stream: streams.count == 1 ? first.stream.readable : nil,
                evidence:
                    "published from \(moment: times.min() ?? 0) to \(moment: times.max() ?? 0); \(example.evidence)",
                fix: fix,
                // Where it may be another server, that it lacks the streams comes first.
                urgency: isDoubtful && provisioning != nil ? .now : nil,
                covers: ["outbox-lost"]
            )
        }

        private var fix: TerminalText {
            let streams = Set(items.map(\.stream))
            // Of what was not compared it is not known which streams it is of.
            let choice =
                streams.count == 1 && !isLeast ? streams.first.map { OutboxInspection.choice($0) } ?? "" : ""
            // Nobody types it at once, and by then the hour has gone on. What was lost before is not looked at there.
            let time: TerminalText = isOfBefore ? since.map { " --since \($0)" } ?? "" : " --since 2h"
            let remark: TerminalText =
                isOfBefore
                ? "consumers that had read some get those twice" : "where it began earlier, with an earlier --since"
            let force: TerminalText = isDoubtful && isEmpty ? " --force" : ""
            let command: TerminalText =
                "caracalctl outbox reconcile\(time)\(choice)\(OutboxInspection.limit(count)) --requeue\(force)"
            let condition: TerminalText = isDoubtful ? "if it is their Redis; " : ""
            return "\(provisioning.map { "\($0) && " } ?? "")\(command) # \(condition)\(remark)"
        }
    }

    /// Why it is not known of all rows.
    private static func gaps(in losses: ReconcileReport, _ outboxes: OutboxExamination) -> [TerminalText] {
        var gaps = gaps(in: losses, "of the last hour", since: "1h")
        // Of a table that is not there, or whose rows could not be counted either, others tell.
        gaps += losses.problems.filter { problem in
            problem.reason != .missing && !outboxes.status.problems.contains { $0.outbox == problem.outbox }
        }
        .map { "\($0.outbox.name) cannot be compared with the streams" }
        let before: TerminalText = "of the time before the bus began"
        if let earlier = outboxes.earlier {
            let more = Self.gaps(in: earlier.report, before, since: "\(earlier.since)")
            gaps += more.filter { !gaps.contains($0) }
        }
        if outboxes.isEarlierCut {
            gaps.append("not all rows \(before) were compared: caracalctl outbox reconcile compares all that there are")
        }
        if let failure = outboxes.earlierFailure {
            let reason: TerminalText = failure.refusal.map { ": \($0.shownMessage)" } ?? ""
            gaps.append("the rows \(before) could not be looked at\(reason)")
        }
        return gaps
    }

    /// The same of one comparison.
    ///
    /// - Parameters:
    ///   - time: which rows it is about.
    ///   - since: the value of the option that chooses them.
    private static func gaps(
        in losses: ReconcileReport,
        _ time: TerminalText,
        since: TerminalText
    ) -> [TerminalText] {
        var gaps: [TerminalText] = losses.unread.map { "\($0.stream) could not be read: \($0.refusal.reason)" }
        if losses.count(.unknown) > 0 {
            let rows = Words.count(losses.count(.unknown), "row", "rows")
            gaps.append("whether \(rows) \(time) are lost is not known: what they became may have been removed")
        }
        if losses.unsettled > 0 {
            let rows = Words.count(losses.unsettled, "row", "rows")
            gaps.append(
                "not all entries were read for \(rows) \(time): caracalctl outbox reconcile --since \(since) reads them"
            )
        }
        switch losses.ending {
        case .complete: break
        case .interrupted, .lost, .tooManyStreams, .databaseFailed:
            gaps.append("the comparison of the outboxes with the streams broke off")
        }
        return gaps
    }
}
