import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl xlen`
struct XlenCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "xlen",
        _superCommandName: Caracalctl.name,
        abstract: "Show each stream's length and its bound. [reads]",
        discussion: """
            Needs one round trip for all streams. A missing stream, a key of another type, and a crossed --max-fill end with \
            status 1. Up to one node (100 entries) over the bound is normal: MAXLEN ~ trims whole nodes. --max-fill does \
            not judge streams with a smaller bound.

              caracalctl xlen
              caracalctl xlen audit.events --max-fill 90%
              caracalctl xlen sessions.revoke --raw
              caracalctl xlen --dead -o json
            """
    )

    @Argument(help: .streams, completion: .streams)
    var streams: [String] = []

    @Flag(help: "Also show the .dead streams that exist.")
    var dead = false

    @Option(help: ArgumentHelp("End with status 1 if a stream is at least this full.", valueName: "percent"))
    var maxFill: String?

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    @Flag(help: "Print only the number, of one stream.")
    var raw = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try OptionText.percentage(maxFill, "--max-fill")
        if raw, streams.count != 1 { throw ValidationError("--raw prints one number: name one stream") }
        if raw, dead { throw ValidationError("--raw prints one number: leave --dead out") }
    }

    func run(in session: Session) throws -> ExitStatus {
        let lengths = Lengths(
            streams: try StreamNames.resolve(streams, allowsAny: anyStream),
            includesDeadLetters: dead,
            maxFill: try OptionText.percentage(maxFill, "--max-fill").map { $0 / 100 }
        )
        let connection = try session.connect()
        let report = try lengths.run(on: connection)
        if raw {
            if let length = report.streams[0].state.info?.length { try session.stream.write(Array("\(length)\n".utf8)) }
        } else {
            let presentation = LengthsPresentation(
                report: report,
                server: ServerPresentation(connection),
                problemsOnly: session.output.isQuiet.value
            )
            try session.present(presentation)
        }
        session.say(report.findings)
        return ExitStatus(report.findings, refusals: report.streams.compactMap(\.state.refusal))
    }
}
