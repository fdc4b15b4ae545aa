import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl claim`
struct ClaimCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "claim",
        _superCommandName: Caracalctl.name,
        abstract: "Hand pending entries over to another consumer. [writes]",
        discussion: """
            Plans with exact ids, asks, and claims exactly those. An entry that was delivered to another consumer since the \
            plan is left alone: the server compares and claims in one step (EVAL). The delivery count does not change. \
            Entries that are no longer in the stream are reported and left alone (ack --trimmed acknowledges them).

            The consumer must exist, unless --create-consumer is given, and must read its own pending entries \
            (XREADGROUP with an id instead of >) to get them. Without --to the consumers that were heard of last are named.

              caracalctl claim audit.events audit-ingestor --to audit-1 1767444425939-0
              caracalctl claim audit.events audit-ingestor --to audit-1 \\
                  --min-idle 10m --limit 100 --dry-run
            """
    )

    @OptionGroup var target: GroupArguments

    @Argument(help: ArgumentHelp("The entries.", valueName: "id"))
    var ids: [String] = []

    @Option(help: ArgumentHelp("The consumer that takes them over.", valueName: "consumer"))
    var to: String?

    @Option(help: ArgumentHelp("Instead of ids: entries idle for at least this long.", valueName: "duration"))
    var minIdle: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("With --min-idle: claim at most this many (default: 1000).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "Create the consumer if the group does not have it.")
    var createConsumer = false

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    func validate() throws {
        if ids.isEmpty == (minIdle == nil) {
            throw ValidationError("name the entries, or give --min-idle: one of the two")
        }
        if limit != nil, minIdle == nil { throw ValidationError("--limit goes with --min-idle") }
        _ = try OptionText.duration(minIdle, "--min-idle")
        _ = try OptionText.count(limit, "--limit")
        if to?.isEmpty == true { throw ValidationError("--to is empty: a consumer has a name") }
        _ = try ExactIDs.resolve(ids)
    }

    var tableColumns: [Column]? { GroupChangePresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let selection: Claim.Selection =
            try OptionText.duration(minIdle, "--min-idle").map {
                .idle($0, limit: Int(clamping: try OptionText.count(limit, "--limit") ?? 1_000))
            } ?? .ids(ExactIDs.resolve(ids))
        let audit = try AuditSettings()
        let stream = try target.resolve(allowsAny: change.anyStream)
        guard let to else { throw try nobodyNamed(stream, audit, session) }
        let claim = Claim(
            stream: stream,
            group: target.groupName,
            consumer: Array(to.utf8),
            selection: selection,
            createsConsumer: createConsumer,
            claimIdle: audit.claimIdle,
            maxDeliveries: audit.maxDeliveries
        )
        let run = GroupChangeRun(
            session: session,
            options: change,
            words: .claim(to),
            namesEntries: minIdle == nil
        )
        return try run.run { connection throws(RedisError) in
            try claim.plan(on: connection)
        } command: {
            claim.request(for: $0).command
        } apply: { plan, server, afterBatch in
            claim.apply(plan, on: server, afterBatch: afterBatch)
        }
    }

    /// That --to is missing, with the consumers that could be given.
    private func nobodyNamed(
        _ stream: StreamDefinition,
        _ audit: AuditSettings,
        _ session: Session
    ) throws -> CommandError {
        guard let connection = try? session.connect() else {
            // The line is wrong wherever the server is.
            return CommandError(
                .usage,
                "--to is missing: it names the consumer that takes the entries over (caracalctl claim --help)"
            )
        }
        let problem = try Claim.nobodyNamed(stream, group: target.groupName, claimIdle: audit.claimIdle, on: connection)
        return CommandError(problem, by: connection.endpoint.description)
    }
}
