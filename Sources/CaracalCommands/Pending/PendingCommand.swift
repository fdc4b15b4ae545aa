import ArgumentParser
import Caracal
import Redis
import Rendering

/// `caracalctl pending`
struct PendingCommand: BusCommand {
    static let effect = Effect.reads
    static let hasMetrics = true
    static let configuration = CommandConfiguration(
        commandName: "pending",
        _superCommandName: Caracalctl.name,
        abstract: "Show pending entries and lag of consumer groups. [reads]",
        discussion: """
            Without a group: one line per group with pending entries, lag, age of the oldest entry that waits (BEHIND), idle \
            time of the oldest pending entry, deliveries, and consumers. With a group: its consumers, then its entries. Nothing \
            is claimed, acknowledged or created. With --rate: entries in and out per second, and when the lag will be gone.

            What the server cannot tell is unknown, never 0. Of a group with 1,000 pending entries or more, the summary \
            looks at the oldest 100 and at the first of each consumer: its figures are then "at least" (≥). A lag of 100 or \
            more is the server's own figure (~) where it has one, and counted elsewhere. A group that no public service \
            reads raises no alarm before it has a consumer.

            A consumer is stuck when it holds an entry for longer than AUDIT_CLAIM_IDLE_SECS, and gone when it was not seen \
            for ten times that. Before Redis 7.2 only successful reads are recorded: a consumer that holds nothing and \
            waits on a quiet stream is unknown there.

              caracalctl pending
              caracalctl pending --lost --max-pending 1000 --max-idle 5m
              caracalctl pending audit.events --rate 2s
              caracalctl pending audit.events audit-ingestor --min-deliveries 5
              caracalctl pending audit.events audit-ingestor --lost --all -o ndjson
            """
    )

    @Argument(help: .streamOrAll, completion: .streams)
    var stream: String?

    @Argument(help: ArgumentHelp("The group whose entries to show.", valueName: "group"))
    var group: String?

    @Option(
        help: ArgumentHelp(
            "Only the entries of this consumer; status 1 if there is no such consumer.",
            valueName: "name"
        )
    )
    var consumer: String?

    @Option(help: ArgumentHelp("Only entries idle for at least this long.", valueName: "duration"))
    var minIdle: String?

    @Option(help: ArgumentHelp("Only entries delivered at least this many times.", valueName: "count"))
    var minDeliveries: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Show at most this many entries (default: 20).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "Show all entries.")
    var all = false

    @Flag(
        help: """
            Without a group: show entries trimmed before they were delivered, and end with status 1 if there are any. With \
            a group: only entries that are no longer in the stream.
            """
    )
    var lost = false

    @Option(
        help: ArgumentHelp(
            "Look twice, this far apart, 1s to 1h: show rates and when nothing will wait any more.",
            valueName: "duration"
        )
    )
    var rate: String?

    @Option(help: ArgumentHelp("End with status 1 if a group has more pending entries than this.", valueName: "count"))
    var maxPending: String?

    @Option(
        help: ArgumentHelp("End with status 1 if an entry has been idle for at least this long.", valueName: "duration")
    )
    var maxIdle: String?

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    func validate() throws {
        if all, limit != nil { throw ValidationError("--all and --limit exclude each other: give one") }
        let options = try PendingOptionValues(self)
        if group == nil, let option = entryOption { throw ValidationError("\(option) is about entries: name a group") }
        if let minIdle = options.minIdle, let maxIdle = options.maxIdle, minIdle > maxIdle {
            throw ValidationError("--min-idle lies above --max-idle: what crosses the limit would not be shown")
        }
        if group != nil, rate != nil { throw ValidationError("--rate is about groups: leave the group out") }
    }

    func objection(to format: Setting<OutputFormat>) -> String? {
        group != nil && format.value == .prometheus
            ? "entries have no metrics: leave the group out, or say table, json or ndjson" : nil
    }

    var tableColumns: [Column]? {
        group == nil
            ? PendingPresentation.columns(showsLoss: lost, showsFlow: rate != nil) : PendingEntryWriter.columns()
    }

    var sortObjection: String? {
        group != nil && all ? "with --all entries are written page by page (--limit 1000 sorts that many)" : nil
    }

    /// An option that only makes sense with a group.
    private var entryOption: String? {
        if consumer != nil { return "--consumer" }
        if minIdle != nil { return "--min-idle" }
        if minDeliveries != nil { return "--min-deliveries" }
        if limit != nil { return "--limit" }
        return all ? "--all" : nil
    }

    func run(in session: Session) throws -> ExitStatus {
        let streams = try StreamNames.resolve(stream.map { [$0] } ?? [], allowsAny: anyStream)
        let audit = try AuditSettings()
        let options = try PendingOptionValues(self)
        let limits = PendingLimits(
            maxPending: options.maxPending,
            maxIdle: options.maxIdle,
            judgesLoss: lost && group == nil,
            claimIdle: audit.claimIdle
        )
        let run = PendingRun(session: session, limits: limits, maxDeliveries: audit.maxDeliveries)
        guard let group else { return try run.summary(streams, showsLoss: lost, rate: options.rate) }
        let filter = PendingFilter(
            consumer: consumer.map { Array($0.utf8) },
            minIdle: options.minIdle ?? 0,
            minDeliveries: options.minDeliveries ?? 0,
            isLostOnly: lost
        )
        return try run.entries(
            PendingList(
                stream: streams[0],
                group: Array(group.utf8),
                filter: filter,
                limit: all ? nil : options.limit ?? 20
            )
        )
    }
}

/// The values of the options of `pending`. They are text to the parser: every type of option costs it time at each start.
private struct PendingOptionValues {
    let minIdle: UInt64?
    let maxIdle: UInt64?
    let minDeliveries: UInt64?
    let maxPending: UInt64?
    let limit: UInt64?
    /// How far apart two looks are; nil for one look.
    let rate: Duration?

    init(_ command: PendingCommand) throws {
        minIdle = try OptionText.duration(command.minIdle, "--min-idle")
        maxIdle = try OptionText.duration(command.maxIdle, "--max-idle")
        minDeliveries = try OptionText.number(command.minDeliveries, "--min-deliveries")
        maxPending = try OptionText.number(command.maxPending, "--max-pending")
        limit = try OptionText.count(command.limit, "--limit")
        rate = try OptionText.duration(command.rate, "--rate", from: "1s", to: "1h").map { .milliseconds($0) }
    }
}
