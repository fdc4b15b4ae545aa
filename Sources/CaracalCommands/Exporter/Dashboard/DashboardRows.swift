import Caracal

/// What the dashboard shows.
struct DashboardRows {
    /// From where on figures are orange and red.
    let limits: CheckLimits

    var all: [Dashboard.Row] {
        [
            Dashboard.Row(title: "State", width: 3, height: 4, panels: state),
            Dashboard.Row(title: "Streams", width: 12, height: 8, panels: streams),
            Dashboard.Row(title: "Groups", width: 12, height: 8, panels: groups),
            Dashboard.Row(title: "Groups now", width: 24, height: 10, panels: [groupTable]),
            Dashboard.Row(title: "Dead letters", width: 12, height: 8, panels: deadLetters),
            Dashboard.Row(title: "Memory", width: 12, height: 8, panels: memory),
            Dashboard.Row(title: "Outboxes", width: 12, height: 8, panels: outboxes),
            Dashboard.Row(title: "Exporter", width: 12, height: 7, panels: exporter),
        ]
    }

    // MARK: Selections

    /// The series of a metric at the instances that are chosen.
    private func of(_ metric: Metric, _ matcher: String = "") -> String {
        "\(metric){\(Dashboard.ofInstance)\(matcher.isEmpty ? "" : ",\(matcher)")}"
    }

    /// The same of the streams that are chosen.
    private func ofStreams(_ metric: Metric, _ matcher: String = "") -> String {
        of(metric, #"stream=~"$stream""# + (matcher.isEmpty ? "" : ",\(matcher)"))
    }

    /// A group's figure, whatever its quality.
    private func figure(_ metric: Metric) -> String { "max without (quality) (\(ofStreams(metric)))" }

    private func steps(_ threshold: Threshold, scale: Double = 1) -> (warning: Double?, critical: Double?) {
        (threshold.warning.map { Double($0) / scale }, threshold.critical.map { Double($0) / scale })
    }

    private static let group = "{{stream}} {{group}}"

    // MARK: Rows

    private var state: [DashboardPanel] {
        let none: (warning: Double?, critical: Double?) = (nil, 1)
        return [
            DashboardPanel(
                .number,
                "Server",
                "Whether every chosen instance could ask its server.",
                [DashboardPanel.Query("min(\(of(.up)))")]
            ).called([(0, "cannot be asked", "red"), (1, "up", "green")]),
            DashboardPanel(
                .number,
                "Writes",
                "Whether every server takes writes.",
                [DashboardPanel.Query("min(\(of(.redisTakesWrites)))")]
            ).called([(0, "refused", "red"), (1, "taken", "green")]),
            DashboardPanel(
                .number,
                "Missing",
                steps: none,
                "Streams of the table that do not exist, and groups through which a public service reads.",
                [
                    DashboardPanel.Query(
                        "count(\(of(.streamExists)) == 0 or (\(of(.groupExists)) == 0 and \(of(.groupRequired)) == 1)) or 0 * max(\(of(.up)) == 1)"
                    )
                ]
            ),
            DashboardPanel(
                .number,
                "Groups with losses",
                steps: none,
                "Groups of which entries were removed before they were delivered.",
                [
                    DashboardPanel.Query(
                        "count(max without (quality) (\(of(.groupLost, #"quality!="at_most""#))) > 0 or \(of(.groupLostReported)) > 0) or 0 * max(\(of(.up)) == 1)"
                    )
                ]
            ),
            DashboardPanel(
                .number,
                "Dead letters",
                steps: steps(limits.deadLetters),
                "In all streams of dead letters. Orange and red as check judges one stream.",
                [DashboardPanel.Query("sum(\(of(.deadLetters)))")]
            ),
            DashboardPanel(
                .number,
                "Invalid signatures",
                steps: none,
                "Among the newest entries of each stream. Empty where there is no key.",
                [DashboardPanel.Query("sum(\(of(.signatures, #"verdict="invalid""#)))")]
            ),
            DashboardPanel(
                .number,
                "Memory",
                in: .share,
                steps: steps(limits.memory, scale: 1_000_000),
                "Share of maxmemory in use, of the fullest server. Empty without maxmemory.",
                [DashboardPanel.Query("max(\(of(.memoryUsed)) / (\(of(.memoryLimit)) > 0))")]
            ),
            DashboardPanel(
                .number,
                "Dead rows",
                steps: none,
                "Rows of the outboxes that were given up. Empty where no database is set.",
                [DashboardPanel.Query("sum(\(of(.outboxRows, #"state="dead""#)))")]
            ),
        ]
    }

    private var streams: [DashboardPanel] {
        [
            DashboardPanel(
                .lines,
                "Entries",
                "Entries in each stream.",
                [DashboardPanel.Query(ofStreams(.streamLength), "{{stream}}")]
            ),
            DashboardPanel(
                .lines,
                "Added",
                in: .rate,
                "Entries added a second. Redis 6.2 does not count them.",
                [DashboardPanel.Query("rate(\(ofStreams(.streamAdded))[$__rate_interval])", "{{stream}}")]
            ),
            DashboardPanel(
                .lines,
                "Fill",
                in: .share,
                "Share of the bound that is taken, of streams with a bound of more than one entry.",
                [
                    DashboardPanel.Query(
                        "\(ofStreams(.streamLength)) / (\(ofStreams(.streamBound)) > 1)",
                        "{{stream}}"
                    )
                ]
            ),
            DashboardPanel(
                .lines,
                "Newest entry",
                in: .seconds,
                "Time since the newest entry was added.",
                [DashboardPanel.Query("time() - \(ofStreams(.streamLastEntry))", "{{stream}}")]
            ),
        ]
    }

    private var groups: [DashboardPanel] {
        [
            DashboardPanel(
                .lines,
                "Lag",
                steps: steps(limits.lag),
                "Entries still to be delivered. A group that no public service reads is not counted by alerts.",
                [DashboardPanel.Query(figure(.groupLag), Self.group)]
            ),
            DashboardPanel(
                .lines,
                "Lag in time",
                in: .seconds,
                "Age of the oldest entry still to be delivered.",
                [DashboardPanel.Query(ofStreams(.groupBehind), Self.group)]
            ),
            DashboardPanel(
                .lines,
                "Pending",
                steps: steps(limits.pending),
                "Entries delivered and not acknowledged.",
                [DashboardPanel.Query(figure(.groupPending), Self.group)]
            ),
            DashboardPanel(
                .lines,
                "Oldest pending",
                in: .seconds,
                steps: steps(limits.oldest, scale: 1000),
                "Time since the oldest delivery that is pending.",
                [DashboardPanel.Query(figure(.groupOldestIdle), Self.group)]
            ),
            DashboardPanel(
                .lines,
                "Read",
                in: .rate,
                "Entries read a second, by the server's counter. Redis 6.2 does not count them.",
                [DashboardPanel.Query("rate(\(ofStreams(.groupRead))[$__rate_interval])", Self.group)]
            ),
            DashboardPanel(
                .lines,
                "Consumers",
                "Consumers of all groups by what can be said of them: stuck ones hold entries and acknowledge none.",
                [DashboardPanel.Query("sum by (state) (\(ofStreams(.groupConsumers)))", "{{state}}")]
            ).stacked,
        ]
    }

    private var groupTable: DashboardPanel {
        DashboardPanel(
            .table,
            "Groups",
            "Lag, pending entries, deliveries of the entry delivered most often, entries that can be added before one is lost.",
            [
                DashboardPanel.Query(figure(.groupLag), "lag"), DashboardPanel.Query(figure(.groupPending), "pending"),
                DashboardPanel.Query(figure(.groupMostDeliveries), "deliveries"),
                DashboardPanel.Query(figure(.groupTrimHorizon), "until loss"),
            ]
        )
    }

    private var deadLetters: [DashboardPanel] {
        [
            DashboardPanel(
                .lines,
                "Dead letters",
                steps: steps(limits.deadLetters),
                "In each stream of dead letters.",
                [DashboardPanel.Query(of(.deadLetters), "{{stream}}")]
            ),
            DashboardPanel(
                .lines,
                "By reason",
                "The text before the first colon of the reason.",
                [DashboardPanel.Query("sum by (reason) (\(of(.deadLettersByReason)))", "{{reason}}")]
            ).stacked,
            DashboardPanel(
                .lines,
                "By signature",
                "What became of checking the signature of the message inside.",
                [DashboardPanel.Query("sum by (signature) (\(of(.deadLettersBySignature)))", "{{signature}}")]
            ).stacked,
            DashboardPanel(
                .lines,
                "Oldest and newest",
                in: .seconds,
                "Age of the oldest and of the newest dead letter of each stream.",
                [
                    DashboardPanel.Query(of(.deadLettersOldest), "{{stream}} oldest"),
                    DashboardPanel.Query(of(.deadLettersNewest), "{{stream}} newest"),
                ]
            ),
        ]
    }

    private var memory: [DashboardPanel] {
        [
            DashboardPanel(
                .lines,
                "Memory of the server",
                in: .bytes,
                "In use, maxmemory, and what is needed once every stream is filled to its bound, with headroom (estimate).",
                [
                    DashboardPanel.Query(of(.memoryUsed), "used {{server}}"),
                    DashboardPanel.Query("\(of(.memoryLimit)) > 0", "maxmemory {{server}}"),
                    DashboardPanel.Query(of(.memoryNeeded), "needed at all bounds {{server}}"),
                ]
            ),
            DashboardPanel(
                .lines,
                "Memory of streams",
                in: .bytes,
                "Estimate from a sample of the entries, pending entries included.",
                [DashboardPanel.Query(of(.streamMemory), "{{stream}}")]
            ).stacked,
            DashboardPanel(
                .lines,
                "At the bound",
                in: .bytes,
                "What each stream takes once it is filled to its bound (estimate).",
                [DashboardPanel.Query(ofStreams(.streamMemoryAtBound), "{{stream}}")]
            ).stacked,
            DashboardPanel(
                .lines,
                "Fragmentation",
                "Resident memory against allocated memory: 1 is none.",
                [DashboardPanel.Query(of(.memoryFragmentation), "{{instance}} {{server}}")]
            ),
        ]
    }

    private var outboxes: [DashboardPanel] {
        [
            DashboardPanel(
                .lines,
                "Rows",
                "Rows that are not published. Waiting ones include those that are retried and those in hand.",
                [DashboardPanel.Query("sum by (outbox, state) (\(of(.outboxRows)))", "{{outbox}} {{state}}")]
            ),
            DashboardPanel(
                .lines,
                "Oldest row that waits",
                in: .seconds,
                steps: steps(limits.outboxOldest, scale: 1000),
                "0 when none waits.",
                [DashboardPanel.Query(of(.outboxOldest), "{{outbox}} {{stream}}")]
            ),
            DashboardPanel(
                .lines,
                "Published",
                "Rows published within an hour.",
                [DashboardPanel.Query(of(.outboxPublished), "{{outbox}} {{stream}}")]
            ),
            DashboardPanel(
                .lines,
                "Locks that ran out",
                "Rows whose worker is gone, and that no dispatcher took over.",
                [DashboardPanel.Query(of(.outboxLocksRunOut), "{{outbox}} {{stream}}")]
            ),
        ]
    }

    private var exporter: [DashboardPanel] {
        [
            DashboardPanel(
                .lines,
                "Time of a look",
                in: .seconds,
                "How long each part of a scrape took.",
                [DashboardPanel.Query(of(.lookSeconds), "{{instance}} {{question}}")]
            ).stacked,
            DashboardPanel(
                .lines,
                "Not answered",
                "Questions that were asked and not answered: no alert about them can fire.",
                [DashboardPanel.Query("\(of(.lookComplete)) == 0", "{{instance}} {{question}}")]
            ),
        ]
    }
}
