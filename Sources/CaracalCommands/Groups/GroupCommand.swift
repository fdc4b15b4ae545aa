import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl group`
struct GroupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "List and manage consumer groups. [reads; create, seek, rm and prune: writes]",
        discussion: """
            Without a subcommand, group lists them. What changes a group shows its plan first; the server compares the \
            group with the plan and changes it in one step (EVAL): what was read or moved in between is left alone.

              caracalctl group
              caracalctl group seek audit.events siem-export --to 2h --dry-run
              caracalctl group prune --dry-run
            """,
        subcommands: [
            GroupLsCommand.self, GroupCreateCommand.self, GroupSeekCommand.self, GroupRmCommand.self,
            GroupPruneCommand.self,
        ],
        defaultSubcommand: GroupLsCommand.self
    )
}

/// `caracalctl group create`
struct GroupCreateCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a consumer group. [writes]",
        discussion: """
            The group is given what lies from --at on. With $ that is what is added from now on: entries before it are \
            never given to the group, and the plan counts them. A stream that does not exist is refused: provision \
            creates the streams of the table with their groups.

              caracalctl group create audit.events my-export --at 0 --dry-run
              caracalctl group create audit.events my-export --at '$' --yes
            """
    )

    @OptionGroup var target: GroupArguments

    @Option(
        help: ArgumentHelp(
            "The first entry it is given: 0 for all there is, $ for what is added, how long ago (2h), a time, or an id.",
            valueName: "place"
        ),
        completion: .list(["0", "$"])
    )
    var at: String

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    var tableColumns: [Column]? { GroupMovePresentation.columns }

    func validate() throws {
        _ = try GroupPlace.read(at, "--at")
        if target.group.isEmpty { throw ValidationError("the group's name is empty") }
    }

    func run(in session: Session) throws -> ExitStatus {
        let move = GroupMove(
            stream: try target.resolve(allowsAny: change.anyStream),
            group: target.groupName,
            place: try GroupPlace.read(at, "--at"),
            creates: true,
            claimIdle: try AuditSettings().claimIdle
        )
        return try PlannedChangeRun(session: session, options: change).run(GroupMoveChange(move: move))
    }
}

/// `caracalctl group seek`
struct GroupSeekCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "seek",
        abstract: "Set where a consumer group reads on. [writes]",
        discussion: """
            --to names the first entry that the group is given: start, end (what is added from now on), how long ago (2h), \
            a time, or an id. XGROUP SETID takes the entry before it. The plan says how many entries are given once more, \
            how many never, what is pending, and who reads now. An id that is not there leads to the next one; one behind \
            the last is refused.

            Pending entries stay pending. If the group reads on before it is moved, nothing is changed: stop its \
            consumers first. The server's count of entries read is set too where it is known, so that lag stays right.

              caracalctl group seek audit.events siem-export --to start --dry-run
              caracalctl group seek policy.invalidate opa-engine --to 2h
              caracalctl group seek audit.events siem-export --to end --yes
            """
    )

    @OptionGroup var target: GroupArguments

    @Option(
        help: ArgumentHelp(
            "The first entry it is given: start, end, how long ago (2h), a time, or an id.",
            valueName: "place"
        ),
        completion: .list(["start", "end"])
    )
    var to: String

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    var tableColumns: [Column]? { GroupMovePresentation.columns }

    func validate() throws {
        _ = try GroupPlace.read(to, "--to")
    }

    func run(in session: Session) throws -> ExitStatus {
        let move = GroupMove(
            stream: try target.resolve(allowsAny: change.anyStream),
            group: target.groupName,
            place: try GroupPlace.read(to, "--to"),
            creates: false,
            claimIdle: try AuditSettings().claimIdle
        )
        return try PlannedChangeRun(session: session, options: change).run(GroupMoveChange(move: move))
    }
}

/// The place where a group reads on, as it is typed.
private enum GroupPlace {
    /// Reads a place: `start`, `end`, `0`, `$`, how long ago, a time, or an id.
    static func read(_ text: String, _ option: String) throws -> StreamPosition {
        switch text {
        case "start", "0", "0-0", "-": return .start
        case "end", "$", "+": return .end
        default: break
        }
        if let fault = TimeText.ambiguity(in: text) { throw ValidationError("\(option) \(fault)") }
        guard let place = StreamPosition(typed: text) else {
            throw ValidationError("\(option) is start, end, \(TimeText.forms), or an id (ms or ms-seq)")
        }
        return place
    }
}
