import Caracal
import Postgres
import Redis
import Rendering
import Text

/// How `outbox reconcile` shows what is not as it should be.
struct ReconcilePresentation: Presentable {
    let report: ReconcileReport
    let sides: ComparedSides
    let findings: [Finding]
    /// Whether nothing is said where all is well.
    let isQuiet: Bool
    let at = WallClock.now

    static let columns = [
        Column("OUTBOX", priority: 5), .stream, Column("ID"), Column("STATUS"), Column("AGE", .right, priority: 3),
        Column("PUBLISHED", .right, priority: 4), Column("ENTRIES", priority: 2),
        Column("", name: "EVIDENCE", priority: 1),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        let table = mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
        return isQuiet ? table : "\(sides.outboxes) against Redis \(sides.redis)\n\(table)\(summary)\n"
    }

    var mainTable: TextTable? { report.items.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) } }

    private func row(_ item: ReconcileReport.Item) -> [Cell] {
        let style: Style? =
            switch item.status {
            case .lost, .invalid: .red
            case .duplicate where item.forgedID != nil, .orphan where item.isInvalidOrphan: .red
            case .duplicate, .unknown, .orphan: .yellow
            }
        let entries = item.entryIDs.map(\.description).joined(separator: " ")
        return [
            item.outbox.map { Cell($0.rawValue) } ?? "-", Cell(DeadLetterWords.name(item.stream)), Cell(bytes: item.id),
            Cell(item.status.rawValue, style: style), Cell(age: age(item.createdAt)), Cell(age: age(item.publishedAt)),
            entries.isEmpty ? "-" : Cell(entries), Cell(item.evidence),
        ]
    }

    private func age(_ time: UInt64?) -> Int? { time.map { Int(clamping: report.now) - Int(clamping: $0) } }

    private var summary: String {
        var parts = ["\(Format.grouped(UInt(clamping: report.present))) present"]
        for status in ReconcileStatus.allCases where report.count(status) > 0 {
            parts.append("\(Format.grouped(UInt(clamping: report.count(status)))) \(status.rawValue)")
        }
        return "\(Format.count(report.checked, "row")) compared: \(parts.joined(separator: ", "))"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.outbox-reconcile/1",
            at: at,
            server: sides.database.json,
            items: report.items.map(json),
            summary: [
                "checked": .unsigned(report.checked), "present": .unsigned(report.present),
                "lost": .unsigned(report.count(.lost)),
                "invalid": report.checksSignatures ? .unsigned(report.count(.invalid)) : .null,
                "duplicate": .unsigned(report.count(.duplicate)),
                "duplicate_invalid": report.checksSignatures ? .unsigned(report.forgedDuplicates) : .null,
                "unknown": .unsigned(report.count(.unknown)), "orphan": .unsigned(report.count(.orphan)),
                "orphan_invalid": report.checksSignatures ? .unsigned(report.invalidOrphans) : .null,
                "entries": .unsigned(report.entries), "unsettled": .unsigned(report.unsettled),
                "unchecked": report.checksSignatures ? .unsigned(report.unchecked) : .null,
                "redis": JSONValue(sides.redis),
                "clock_lead_ms": JSONValue(report.clockLead), "complete": .bool(report.ending == .complete),
            ],
            warnings: findings.warnings
        )
    }

    private func ids(_ ids: [EntryID]) -> JSONValue { .array(ids.map { .string($0.description) }) }

    private func json(_ item: ReconcileReport.Item) -> JSONValue {
        let time = { (time: UInt64?) in JSONValue(time.flatMap { Format.timestamp(milliseconds: $0) }) }
        return [
            "outbox": JSONValue(item.outbox?.rawValue), "stream": .bytes(item.stream), "id": .bytes(item.id),
            "status": .string(item.status.rawValue), "created_at": time(item.createdAt),
            "published_at": time(item.publishedAt),
            "entry_ids": ids(item.entryIDs),
            "invalid_entry_ids": ids(item.skippedIDs),
            "evidence": JSONValue(item.evidence),
        ]
    }
}

/// What is compared.
struct ComparedSides {
    let database: DatabasePresentation
    /// The Redis server.
    let redis: TerminalText

    /// The database with its server.
    var outboxes: TerminalText {
        let name: TerminalText = database.identity.map { "/\($0.database)" } ?? ""
        return "\(database.address)\(name)"
    }
}

extension ReconcileReport {
    /// What an operator should know beside the list.
    func findings(_ sides: ComparedSides) -> [Finding] {
        var findings = problems.map(\.finding)
        if isOtherBus {
            let none: TerminalText =
                !hasStreams
                ? ", where no stream of the bus exists" : isUnused ? ", where no stream ever had an entry" : ""
            findings.append(
                Finding(
                    .otherServer,
                    .warning,
                    """
                    none of \(Format.count(checked, "row")) of \(sides.outboxes) has an entry on \(sides.redis)\(none): is this the \
                    Redis of these services?
                    """
                )
            )
        }
        for key in certainOtherKeys {
            findings.append(
                Finding(
                    .invalidSignature,
                    .warning,
                    "\(key.stream): \(key.share): is this the key of these services?"
                )
            )
        }
        if !checksSignatures {
            findings.append(
                Finding(
                    .unchecked,
                    .warning,
                    "signatures were not checked: no key is set (STREAMS_HMAC_KEY, AUDIT_HMAC_KEY)"
                )
            )
        } else if unchecked > 0 {
            let entries = Format.count(unchecked, "entry", "entries")
            findings.append(
                Finding(
                    .unchecked,
                    .warning,
                    "the signatures of \(entries) were not checked: there is no key for their scheme"
                )
            )
        }
        if forgedDuplicates > 0 { findings.append(forgery) }
        if invalidOrphans > 0 { findings.append(forgedOrphans) }
        if let sinceKeyChange {
            findings.append(
                Finding(
                    .invalidSignature,
                    .note,
                    """
                    what is not valid is older than every valid signature: if the key was changed in between, --since \(sinceKeyChange) \
                    leaves these orphans out
                    """
                )
            )
        }
        if lostUnlessAcknowledged > 0 { findings.append(mayBeLost) }
        findings += unread.map {
            Finding(.refused, .failure, stream: $0.stream.readable, "\($0.stream): \($0.refusal.text)")
        }
        findings += otherTypes
        if let clockLead, abs(clockLead) >= Self.noteworthyLead {
            let (fast, slow) = clockLead > 0 ? ("Redis", "the database") : ("the database", "Redis")
            let lead = Format.duration(milliseconds: abs(clockLead))
            findings.append(
                Finding(
                    .clockDiffers,
                    .warning,
                    "the clock of \(fast) is \(lead) ahead of that of \(slow): taken into account"
                )
            )
        }
        let listed = Dictionary(grouping: items, by: \.status).mapValues { UInt64($0.count) }
        let hidden = ReconcileStatus.allCases.filter { count($0) > listed[$0] ?? 0 }
        if !hidden.isEmpty {
            let parts = hidden.map { "\(Format.grouped(UInt(clamping: count($0) - (listed[$0] ?? 0)))) \($0.rawValue)" }
            findings.append(
                Finding(.more, .note, "not listed: \(parts.joined(separator: ", ")) more (--limit lists more)")
            )
        }
        if unsettled > 0 {
            let rows = Format.count(unsettled, "row")
            findings.append(
                Finding(
                    .more,
                    .warning,
                    "no entry of \(rows) was found before it ended: nothing is known of them"
                )
            )
        }
        return findings
    }

    /// Rows that an older server would have shown to be lost.
    private var mayBeLost: Finding {
        let rows = Format.grouped(UInt(clamping: lostUnlessAcknowledged))
        return Finding(
            .mayBeLost,
            .warning,
            """
            \(rows) unknown \(lostUnlessAcknowledged == 1 ? "row is" : "rows are") lost unless somebody trims with ACKED, of \
            which Redis 8.2 and newer do not tell; Caracal does not (--requeue --unknown returns \
            \(lostUnlessAcknowledged == 1 ? "it" : "them"))
            """
        )
    }

    /// Rows of which somebody who has another key, or none, has added an entry.
    private var forgery: Finding {
        let have: TerminalText =
            forgedDuplicates == 1 ? "1 row has" : "\(Format.grouped(UInt(clamping: forgedDuplicates))) rows have"
        let item = items.first { $0.forgedID != nil }
        let look: TerminalText =
            item.flatMap { item in
                item.forgedID.map { " (\(MessageCommands.get("\($0)", in: item.stream)))" }
            } ?? ""
        return Finding(
            .invalidSignature,
            .failure,
            """
            \(have) a valid entry and behind it one that consumers skip, under the same outbox_id: forged, or published again with \
            another key; a consumer that does not check signatures acts on it\(look)
            """
        )
    }

    /// Entries without a row whose signatures are not valid.
    private var forgedOrphans: Finding {
        let have: TerminalText =
            invalidOrphans == 1
            ? "1 orphan has a signature that is"
            : "\(Format.grouped(UInt(clamping: invalidOrphans))) orphans have signatures that are"
        let item = items.first(where: \.isInvalidOrphan)
        let look: TerminalText =
            item.flatMap { item in
                item.entryIDs.first.map { " (\(MessageCommands.get("\($0)", in: item.stream)))" }
            } ?? ""
        return Finding(
            .invalidSignature,
            .failure,
            """
            \(have) not valid: forged, or published with another key; a consumer that does not check signatures acts on \
            \(invalidOrphans == 1 ? "it" : "them")\(look)
            """
        )
    }

    /// From this difference of the clocks on, in milliseconds, it is worth a word.
    private static let noteworthyLead = 5_000
}
