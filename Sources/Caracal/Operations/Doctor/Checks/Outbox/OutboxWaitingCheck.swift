import Text

extension HealthCheck {
    static let outboxWaiting = HealthCheck(
        "outbox-waiting",
        subject: "How long the oldest row of each outbox has waited to be published.",
        reason: """
            A dispatcher polls several times a second (API) or once a second (Coordinator): a row that waits for minutes says that \
            its service does not run, or cannot reach Redis. Above 5 minutes is a warning, as in the services' own alerts, above \
            30 minutes a failure.
            """,
        remedy: """
            Start the service, or give it Redis again. When it stays down, caracalctl outbox dispatch --once publishes the rows as \
            it would.
            """
    ) { (sight: OutboxSight<OutboxExamination>) in
        let limits = CheckLimits().outboxOldest
        let old = OutboxInspection.lines(in: sight) { line, status in
            status.oldestAge(line).map { limits.state(of: .exact($0)) != .ok } ?? false
        }
        let areBoth = Set(old.filter { !isRetried($0) }.map(\.outbox)).count > 1
        // A finding that the same command does not solve stands for itself.
        let covered =
            old.contains(where: isRetried)
            ? [] : ["outbox-waiting"] + (old.contains { $0.outbox == .api } ? ["outbox-locks"] : [])
        // Below the first one stand the others.
        let oldest = old.min { ($0.oldestWaiting ?? .max) < ($1.oldestWaiting ?? .max) }?.outbox
        let tables = OutboxTable.allCases.filter { $0 == oldest } + OutboxTable.allCases.filter { $0 != oldest }
        return OutboxInspection.tables(sight, of: tables) { table, lines, outboxes in
            lines.compactMap { line in
                if outboxes.status.isAgeUnknown(line) {
                    let stream = OutboxInspection.name(line.stream)
                    return CheckOutcome(
                        .unknown,
                        "one of the rows that wait in \(table.owner) for \(stream) does not tell when it was made",
                        stream: line.stream.readable
                    )
                }
                guard let age = outboxes.status.oldestAge(line), let since = line.oldestWaiting else { return nil }
                let state = limits.state(of: .exact(age))
                guard state != .ok else { return nil }
                let name = OutboxInspection.name(line.stream)
                let rows = Words.count(line.waiting, "row waits", "rows wait")
                return CheckOutcome(
                    state == .critical ? .failure : .warning,
                    "\(rows) in \(table.owner) for \(name), the oldest for \(time: age)",
                    stream: line.stream.readable,
                    evidence: "made at \(moment: since); \(signs(line, outboxes))",
                    fix: fix(line, areBoth: areBoth),
                    covers: covered
                )
            }
        }.or("no row has waited for long")
    }

    /// What tells whether a dispatcher is at work.
    private static func signs(_ line: OutboxStatus.Line, _ outboxes: OutboxExamination) -> TerminalText {
        let published: TerminalText = "\(published(line)) published within an hour"
        let isLeft = line.outbox.hasLocks && outboxes.staleLocks?.isEmpty == false
        return isLeft ? "\(published); no dispatcher takes over rows whose lock ran out: none runs" : published
    }

    /// Rows that are all to be tried again later are published by nobody sooner.
    private static func isRetried(_ line: OutboxStatus.Line) -> Bool { line.retrying >= line.waiting }

    /// Where rows wait in both tables, one command publishes all of them.
    private static func fix(_ line: OutboxStatus.Line, areBoth: Bool) -> TerminalText {
        if isRetried(line) { return "caracalctl outbox ls --retrying\(OutboxInspection.choice(line.stream))" }
        return areBoth
            ? "caracalctl outbox dispatch # or start the services: either publishes them"
            : "caracalctl outbox dispatch --outbox \(line.outbox.rawValue) # or start its service: either publishes them"
    }

    private static func published(_ line: OutboxStatus.Line) -> TerminalText {
        let number = Words.number(line.publishedLastHour.value ?? 0)
        return line.publishedLastHour.quality == "exact" ? "\(number)" : "at least \(number)"
    }
}
