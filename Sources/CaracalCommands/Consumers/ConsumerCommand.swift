import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl consumer`
struct ConsumerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consumer",
        abstract: "List consumers and remove their left-over names. [reads; rm and prune: writes]",
        discussion: """
            Without a subcommand, consumer lists them. A consumer that holds entries is never removed, as they would be \
            lost: claim hands them to another first.

              caracalctl consumer
              caracalctl consumer ls audit.events audit-ingestor
              caracalctl consumer prune --idle 7d --dry-run
            """,
        subcommands: [ConsumerLsCommand.self, ConsumerRmCommand.self, ConsumerPruneCommand.self],
        defaultSubcommand: ConsumerLsCommand.self
    )
}

/// `caracalctl consumer rm`
struct ConsumerRmCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove the names of consumers that hold nothing. [writes]",
        discussion: """
            One that holds entries stays, also if it was given them after the plan was made: the server looks and removes \
            in one step (EVAL). The name of a consumer that still reads comes back with its next read.

              caracalctl consumer rm audit.events audit-ingestor audit-1 --dry-run
              caracalctl consumer rm audit.events audit-ingestor audit-1 audit-2 --yes
            """
    )

    @OptionGroup var target: GroupArguments

    @Argument(help: ArgumentHelp("The consumers.", valueName: "consumer"))
    var consumers: [String]

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    var tableColumns: [Column]? { RemovalPresentation.consumerColumns }

    func run(in session: Session) throws -> ExitStatus {
        var names: [[UInt8]] = []
        for name in consumers.map({ Array($0.utf8) }) where !names.contains(name) { names.append(name) }
        let stream = try target.resolve(allowsAny: change.anyStream)
        let removal = ConsumerRemoval(
            .named(stream, group: target.groupName, consumers: names),
            claimIdle: try AuditSettings().claimIdle
        )
        return try PlannedChangeRun(session: session, options: change).run(RemovalChange(removal, .consumer))
    }
}

/// `caracalctl consumer prune`
struct ConsumerPruneCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove the names of consumers that were silent for long. [writes]",
        discussion: """
            Removes names that hold nothing and of which nothing was heard for --idle. What holds entries stays, also if \
            it was given them after the plan was made: the server looks and removes in one step (EVAL). Names go in \
            batches of 500.

            Before Redis 7.2 a consumer that waits on a quiet stream counts as silent. Its name comes back with its next \
            read; nothing is lost.

              caracalctl consumer prune --idle 7d --dry-run
              caracalctl consumer prune audit.events audit-ingestor --idle 10m --yes
            """
    )

    @Argument(help: .streamOrAll, completion: .streams)
    var stream: String?

    @Argument(help: ArgumentHelp("The group (default: all).", valueName: "group"))
    var group: String?

    @Option(help: ArgumentHelp("For how long nothing was heard of them.", valueName: "duration"))
    var idle: String

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    var tableColumns: [Column]? { RemovalPresentation.consumerColumns }

    func validate() throws {
        _ = try OptionText.duration(idle, "--idle")
    }

    func run(in session: Session) throws -> ExitStatus {
        let streams = try StreamNames.resolve(stream.map { [$0] } ?? [], allowsAny: change.anyStream)
        let removal = ConsumerRemoval(
            .idle(try OptionText.duration(idle, "--idle") ?? .max, streams, group: group.map { Array($0.utf8) }),
            claimIdle: try AuditSettings().claimIdle
        )
        return try PlannedChangeRun(session: session, options: change).run(RemovalChange(removal, .consumers))
    }
}
