import ArgumentParser
import Caracal

/// `caracalctl dlq redrive`
struct DLQRedriveCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Return dead letters to their original streams. [writes]",
        discussion: """
            Each message is added to its stream, unchanged, and removed from the dead letters in one step on the server. \
            After a crash, a lost reply or a full server it is in one of the two, never in both, and the same command \
            continues. Messages that become dead letters again during the run are left alone.

            Only messages whose reason may have passed, and whose signature is valid, are returned. --force also returns other \
            reasons and unsigned messages, but never a malformed message or an invalid signature. Do not run the Audit \
            service's own replay (POST /api/audit/dlq/replay) at the same time: it can publish a message twice.

              caracalctl dlq redrive --dry-run
              caracalctl dlq redrive --reason pg_permanent_error
              caracalctl dlq redrive --stream audit.events --limit 100 --rate 50 --yes
            """
    )

    @OptionGroup var choice: DeadLetterOptions

    @Option(help: ArgumentHelp("Return at most this many messages.", valueName: "count"))
    var limit: String?

    @Option(help: ArgumentHelp("Return at most this many messages a second.", valueName: "count"))
    var rate: String?

    @Flag(help: "Also return messages that are not worth a replay, unsigned, or not checkable.")
    var force = false

    @Flag(help: "Return nothing; show what would be done.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask for confirmation.")
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
