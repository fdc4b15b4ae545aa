import ArgumentParser
import Caracal
import Postgres
import Rendering
import Text

/// `caracalctl outbox unlock`
struct OutboxUnlockCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Take locks off rows whose dispatcher is gone. [writes]",
        discussion: """
            A dispatcher of the API locks the rows that it publishes (locked_by, locked_until). Without --worker, locks that \
            have run out are taken off. With --worker, all locks of that worker: if it still runs, it publishes the row too, \
            and the entry is in the stream twice. The Coordinator holds row locks instead, which end with its connection.

            Rows are compared with the plan and changed in one statement: one that was published, or locked again, in between \
            is left alone and listed, and the status is 1. A row keeps its attempts and its last error. The services' \
            dispatchers, or caracalctl outbox dispatch, publish the rows from then on.

              caracalctl outbox ls --locked
              caracalctl outbox unlock --dry-run
              caracalctl outbox unlock --worker api-7d9f --yes
            """
    )

    @Option(help: ArgumentHelp("All locks of this worker, those in force too.", valueName: "worker"))
    var worker: String?

    @OptionGroup var streams: OutboxStreamOption

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Unlock at most this many (default: 1000).", valueName: "count")
    )
    var limit: String?

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    func validate() throws {
        if worker?.isEmpty == true { throw ValidationError("--worker is empty: outbox ls --locked shows the workers") }
        _ = try OptionText.count(limit, "--limit")
    }

    var tableColumns: [Column]? { OutboxChangeWords.unlock.columns }

    func run(in session: Session) throws -> ExitStatus {
        let unlock = OutboxUnlock(
            worker: worker.map { Array($0.utf8) },
            streams: try streams.resolve(allowsAny: change.anyStream),
            limit: try OptionText.count(limit, "--limit").map { Int(clamping: $0) } ?? OutboxPlan.usualLimit
        )
        let run = OutboxChangeRun(
            session: session,
            options: change,
            change: OutboxUnlock.change,
            words: .unlock,
            tables: [.api]
        )
        return try run.run(
            plan: { database throws(PostgresError) in try unlock.plan(on: database) },
            nothing: { database throws(PostgresError) in
                let place: TerminalText =
                    unlock.streams.isEmpty
                    ? "" : " for \(unlock.streams.map { DeadLetterWords.name($0) }.joined(separator: ", "))"
                guard let worker else { return "no row\(place) has a lock that ran out" }
                let others = try unlock.others(on: database)
                let (streams, workers) = (
                    others.streams.map { DeadLetterWords.name($0) }, others.workers.map { TerminalText($0) }
                )
                let advice: TerminalText =
                    !streams.isEmpty
                    ? "it has locked rows for \(streams.joined(separator: ", "))"
                    : workers.isEmpty ? "no row is locked" : "locked by \(workers.joined(separator: ", "))"
                return "no row\(place) is locked by \(worker) (\(advice))"
            }
        )
    }
}
