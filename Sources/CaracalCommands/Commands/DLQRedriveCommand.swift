import ArgumentParser
import Caracal

/// `caracalctl dlq redrive`
struct DLQRedriveCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Put messages back to the streams they died in. [writes]",
        discussion: """
            Each message is added to its stream, unchanged, and removed from the dead letters in one step on the server: \
            after a crash, a lost reply or a full server it is in one of the two, never in both, and the same command goes \
            on where it ended. What dies again meanwhile is left alone.

            Only messages that died of something that may be over go back, and only with a valid signature. --force takes \
            other reasons and unsigned messages too; never what is malformed or has a wrong signature. The Audit service's \
            own replay (POST /api/audit/dlq/replay) should not run at the same time: it can publish a message twice.

              caracalctl dlq redrive --dry-run
              caracalctl dlq redrive --reason pg_permanent_error
              caracalctl dlq redrive --stream audit.events --limit 100 --rate 50 --yes
            """
    )

    @OptionGroup var choice: DeadLetterOptions

    @Option(help: ArgumentHelp("Put back at most so many messages.", valueName: "count"))
    var limit: String?

    @Option(help: ArgumentHelp("Put back at most so many a second.", valueName: "count"))
    var rate: String?

    @Flag(help: "Put back also what is not worth a replay, and what is unsigned or cannot be checked.")
    var force = false

    @Flag(help: "Put nothing back; show what would be done.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var isPreview: Bool { dryRun }

    func validate() throws {
        _ = try rules()
    }

    func run(in session: Session) throws -> ExitStatus {
        let run = DLQRedriveRun(
            session,
            selection: try choice.selection(),
            rules: try rules()
        )
        return dryRun ? try run.preview() : try run.run(Confirmation(isGiven: yes))
    }

    private func rules() throws -> RedriveRules {
        RedriveRules(
            isForced: force,
            limit: try OptionText.count(limit, "--limit"),
            rate: try OptionText.count(rate, "--rate").map { Int(clamping: $0) }
        )
    }
}
