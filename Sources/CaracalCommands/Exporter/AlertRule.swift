import Caracal

/// One alert as Prometheus reads it.
struct AlertRule {
    /// Where the runbook says what to do: a section of caracalctl-runbook(7).
    enum Runbook: String {
        case pending = "A GROWING PENDING ENTRIES LIST"
        case deadLetters = "A GROWING DEAD LETTER QUEUE"
        case memory = "MEMORY NEAR FULL"
        case missingGroup = "A MISSING GROUP AFTER A FLUSH"
        case tampering = "SUSPECTED TAMPERING"
        case otherKey = "A PUBLISHER WITH ANOTHER KEY"
        case lost = "ENTRIES LOST BEFORE THEY WERE READ"
        case future = "AN ID FROM THE FUTURE"
        case lastDelivery = "ONE DELIVERY FROM THE DEAD LETTERS"
        case replica = "THE ADDRESS OF A REPLICA"
        case disk = "A FULL DISK"
        case slow = "A SLOW SERVER"
        case failover = "AFTER A FAILOVER"
        case crash = "MESSAGES LOST WHEN REDIS CRASHED"
        case outboxDead = "DEAD ROWS IN AN OUTBOX"
        case worker = "A WORKER GONE WITH ITS LOCKS"
    }

    /// How bad it is; `severity` for Alertmanager.
    enum Severity: String {
        case warning
        case critical
    }

    /// The value as a whole number, for a summary.
    static let count = #"{{ printf "%.0f" $value }}"#

    let name: String
    let severity: Severity
    /// What is true while something is wrong.
    let expression: String
    /// For how long it has to be true, in minutes.
    let minutes: Int
    /// One line for a notification; in it `{{ $labels.stream }}` and the like.
    let summary: String
    /// What it means, and what to type first.
    let description: String
    let runbook: Runbook

    init(
        _ name: String,
        _ severity: Severity,
        for minutes: Int,
        _ expression: String,
        summary: String,
        description: String,
        _ runbook: Runbook
    ) {
        self.name = name
        self.severity = severity
        self.expression = expression
        self.minutes = minutes
        self.summary = summary
        self.description = description
        self.runbook = runbook
    }

    /// A rule for each limit that there is, the warning first. `rule` is given what a limit is in an expression.
    static func each(_ threshold: Threshold, scale: Double = 1, _ rule: (Severity, String) -> AlertRule) -> [AlertRule]
    {
        let limits: [(Severity, UInt64?)] = [(.warning, threshold.warning), (.critical, threshold.critical)]
        return limits.compactMap { severity, limit in limit.map { rule(severity, number($0, scale)) } }
    }

    private static func number(_ limit: UInt64, _ scale: Double) -> String {
        let value = Double(limit) / scale
        return value == value.rounded() && value < 0x1p53 ? String(Int(value)) : value.description
    }

    /// Its lines in a file of rules.
    var yaml: String {
        """
              - alert: \(name)
                expr: \(Self.quoted(expression))
                for: \(minutes)m
                labels:
                  severity: \(severity.rawValue)
                annotations:
                  summary: \(Self.quoted(summary))
                  description: \(Self.quoted(description))
                  runbook: \(Self.quoted("man 7 caracalctl-runbook: \(runbook.rawValue)"))

        """
    }

    /// Text between single quotes, in which YAML knows no escape but the quote itself.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
