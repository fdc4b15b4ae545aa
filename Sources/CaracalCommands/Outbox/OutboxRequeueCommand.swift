import ArgumentParser
import Caracal
import Postgres
import Rendering
import Text

/// `caracalctl outbox requeue`
struct OutboxRequeueCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Return rows to waiting, to be published by their service. [writes]",
        discussion: """
            Plans with exact ids, asks, and sets exactly those rows back: waiting, available now, no attempts counted, no last \
            error (it is shown once more). The service's dispatcher, or caracalctl outbox dispatch, publishes them under their \
            own ids. Fix first what kept it from publishing: --reason chooses by the error, which only the API keeps. A row that \
            was published is published again; consumers tolerate that.

            Rows are compared with the plan and changed in one statement: one that a dispatcher took in between, or that was \
            deleted, is left alone and listed, and the status is 1.

              caracalctl outbox requeue --dead --dry-run
              caracalctl outbox requeue --dead --outbox coordinator
              caracalctl outbox requeue --dead --stream sessions.revoke
              caracalctl outbox requeue 019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1 --yes
            """
    )

    @Argument(help: ArgumentHelp("The rows' ids.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Instead of ids: all rows that were given up.")
    var dead = false

    @OptionGroup var choice: OutboxChoice

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("With --dead: only rows for this stream; repeatable.", valueName: "stream"),
        completion: .streams
    )
    var stream: [String] = []

    @Option(
        help: ArgumentHelp("With --dead: only rows whose last error begins with this text.", valueName: "text")
    )
    var reason: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("With --dead: requeue at most this many (default: 1000).", valueName: "count")
    )
    var limit: String?

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    func validate() throws {
        if ids.isEmpty != dead { throw ValidationError("name the rows, or give --dead: one of the two") }
        let others = [
            ("--outbox", choice.outbox != nil), ("--stream", !stream.isEmpty), ("--reason", reason != nil),
            ("--limit", limit != nil),
        ]
        if !dead, let option = others.first(where: \.1)?.0 { throw ValidationError("\(option) goes with --dead") }
        if reason != nil, choice.tables == [.coordinator] {
            throw ValidationError("--reason chooses rows of the API: the Coordinator keeps no errors")
        }
        if reason?.isEmpty == true { throw ValidationError("--reason is empty: leave it out for any") }
        _ = try OutboxIDs.resolve(ids)
        _ = try OptionText.count(limit, "--limit")
    }

    var tableColumns: [Column]? { OutboxChangeWords.requeue(areNamed: !dead).columns }

    func run(in session: Session) throws -> ExitStatus {
        let requeue = OutboxRequeue(try selection())
        let words = OutboxChangeWords.requeue(areNamed: !dead)
        let run = OutboxChangeRun(
            session: session,
            options: change,
            change: OutboxRequeue.change,
            words: words,
            tables: tables
        )
        return try run.run { database throws(PostgresError) in try requeue.plan(on: database) }
    }

    private func selection() throws -> OutboxRequeue.Selection {
        guard dead else { return .ids(try OutboxIDs.resolve(ids)) }
        return .matching(
            filter(try OutboxStreams.resolve(stream, allowsAny: change.anyStream)),
            limit: try OptionText.count(limit, "--limit").map { Int(clamping: $0) } ?? OutboxPlan.usualLimit
        )
    }

    private func filter(_ streams: [[UInt8]]) -> OutboxFilter {
        OutboxFilter(.state(.dead), tables: choice.tables, streams: streams, reason: reason.map { Array($0.utf8) })
    }

    private var tables: [OutboxTable] {
        OutboxTable.allCases.filter { ids.isEmpty ? filter([]).applies(to: $0) : true }
    }
}
