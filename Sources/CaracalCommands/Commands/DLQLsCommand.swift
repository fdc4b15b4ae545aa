import ArgumentParser
import Caracal
import Redis
import Text

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

    @Option(name: [.short, .long], help: ArgumentHelp("List at most this many (default: 20).", valueName: "count"))
    var count: String?

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try OptionText.count(count, "--count")
    }

    func run(in session: Session) throws -> ExitStatus {
        let limit = Int(clamping: try OptionText.count(count, "--count") ?? 20)
        let list = DeadLetterList(selection: try choice.selection(), limit: limit)
        var judge = try DeadLetterJudge(keys: try DeadLetterKeys.load(session))
        let connection = try session.connect()
        let report = try list.run(on: connection, &judge, clock: WallClock.unsigned)
        try session.present(DLQListPresentation(report: report, server: ServerPresentation(connection)))
        if report.hasMore {
            session.say([Finding(.more, .note, "there are more (--count \(limit * 10), or caracalctl dlq export)")])
        }
        session.say(report.findings)
        return ExitStatus(report.findings, refusals: report.refusals.map(\.refusal))
    }
}
