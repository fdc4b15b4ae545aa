import ArgumentParser
import Caracal
import Redis
import Rendering

/// `caracalctl ack`
struct AckCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "ack",
        _superCommandName: Caracalctl.name,
        abstract: "Acknowledge pending entries on behalf of a group. [writes]",
        discussion: """
            Plans with exact ids, shows what acknowledging them means, asks, and acknowledges exactly those. An entry that was \
            delivered to another consumer since the plan is left alone: the server compares and acknowledges in one step \
            (EVAL). No consumer of the group processes an acknowledged entry afterwards. With --trimmed it acknowledges \
            all pending entries that are no longer in the stream and can be delivered to nobody.

              caracalctl ack audit.events audit-ingestor 1767444425939-0
              caracalctl ack audit.events audit-ingestor --trimmed --dry-run
            """
    )

    @OptionGroup var target: GroupArguments

    @Argument(help: ArgumentHelp("The entries.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Instead of ids: all pending entries that are no longer in the stream.")
    var trimmed = false

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    func validate() throws {
        if ids.isEmpty != trimmed { throw ValidationError("name the entries, or give --trimmed: one of the two") }
        _ = try ExactIDs.resolve(ids)
    }

    var tableColumns: [Column]? { GroupChangePresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let acknowledge = Acknowledge(
            stream: try target.resolve(allowsAny: change.anyStream),
            group: target.groupName,
            selection: trimmed ? .lost : .ids(try ExactIDs.resolve(ids))
        )
        let run = GroupChangeRun(
            session: session,
            options: change,
            words: .acknowledge,
            namesEntries: !trimmed
        )
        return try run.run { connection throws(RedisError) in
            try acknowledge.plan(on: connection)
        } command: {
            acknowledge.request(for: $0).command
        } apply: { plan, server, afterBatch in
            acknowledge.apply(plan, on: server, afterBatch: afterBatch)
        }
    }
}
