import ArgumentParser
import Caracal
import Redis

/// `caracalctl dlq ls`
struct DLQLsCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List dead letters, oldest first. [reads]",
        discussion: """
              caracalctl dlq ls --stream audit.events --count 100
              caracalctl dlq ls --reason hmac_verify_failed --since -24h
            """
    )

    @OptionGroup var choice: DeadLetterOptions

    @Option(name: [.short, .long], help: ArgumentHelp("List at most so many.", valueName: "count"))
    var count = 20

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if count < 1 { throw ValidationError("--count is a number from 1") }
    }

    func run(in session: Session) throws -> ExitStatus {
        let list = DeadLetterList(selection: try choice.selection(), limit: count)
        var judge = try DeadLetterJudge(keys: try DeadLetterKeys.load(session))
        let connection = try session.connect()
        let report = try list.run(on: connection, &judge, clock: WallClock.unsigned)
        try session.present(DLQListPresentation(report: report, server: ServerPresentation(connection)))
        if report.hasMore {
            session.say([Finding("more", .note, "there are more (--count \(count * 10), or caracalctl dlq export)")])
        }
        session.say(report.findings)
        return ExitStatus(report.findings, refusals: report.refusals.map(\.refusal))
    }
}
