import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl group rm`
struct GroupRmCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Destroy a consumer group. [writes]",
        discussion: """
            The group's position, its consumers and its pending entries are forgotten; the stream keeps its entries. A \
            group of the table, and one with pending entries, needs --force. The plan says what nobody is given any more: \
            what is pending, and what waits in no other group.

            A group that is given entries, or is moved, after the plan was made stays.

              caracalctl group rm audit.events my-export --dry-run
              caracalctl group rm audit.events siem-export --force --dry-run
            """
    )

    @OptionGroup var target: GroupArguments

    @Flag(help: "Destroy it even if the table has it, or entries are pending in it.")
    var force = false

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    var tableColumns: [Column]? { RemovalPresentation.groupColumns }

    func run(in session: Session) throws -> ExitStatus {
        let stream = try target.resolve(allowsAny: change.anyStream)
        let removal = GroupRemoval(
            .group(stream, target.groupName, isForced: force),
            claimIdle: try AuditSettings().claimIdle
        )
        return try PlannedChangeRun(session: session, options: change).run(RemovalChange(removal, .group))
    }
}

/// `caracalctl group prune`
struct GroupPruneCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Destroy groups left over from hosts that are gone. [writes]",
        discussion: """
            Left over is a group that a service adds for each of its hosts (gateway-revocation:<host>), in which entries \
            wait or are pending, and of whose consumers nothing was heard for an hour. Such a group keeps trim from \
            removing entries. Groups of the table are never left over.

            A group that is read from, or moved, after the plan was made stays.

              caracalctl group prune --dry-run
              caracalctl group prune sessions.revoke --yes
            """
    )

    @Argument(help: .streamOrAll, completion: .streams)
    var stream: String?

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    var tableColumns: [Column]? { RemovalPresentation.groupColumns }

    func run(in session: Session) throws -> ExitStatus {
        let streams = try StreamNames.resolve(stream.map { [$0] } ?? [], allowsAny: change.anyStream)
        let removal = GroupRemoval(.leftOver(streams), claimIdle: try AuditSettings().claimIdle)
        return try PlannedChangeRun(session: session, options: change).run(RemovalChange(removal, .groups))
    }
}
