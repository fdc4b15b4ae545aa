import ArgumentParser
import Caracal
import Rendering

/// `caracalctl dlq export`
struct DLQExportCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write dead letters unchanged as NDJSON. [reads]",
        discussion: """
            The file is complete or does not exist: it is written under a temporary name, synced, and renamed. Each line has \
            a digest and names its deployment, so that dlq purge can tell that nothing was changed. verify-sig \
            --offline reads the lines too. If a server of a cluster cannot be reached, the rest is exported, and its \
            streams are named (status 75).

              caracalctl dlq export --to dead.ndjson
              caracalctl dlq export --reason hmac_verify_failed --to evidence.ndjson
              caracalctl dlq export --stream audit.events | jq .reason
            """
    )

    @OptionGroup var choice: DeadLetterOptions

    @Option(
        help: ArgumentHelp("Write to this file, which must not exist (default: standard output).", valueName: "file"),
        completion: .file()
    )
    var to: String?

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func objection(to format: Setting<OutputFormat>) -> String? {
        to == nil && format.origin != .standard && format.value != .ndjson
            ? "an export is NDJSON: leave --output out, or give a file with --to" : nil
    }

    func run(in session: Session) throws -> ExitStatus {
        let export = DeadLetterExport(try choice.selection())
        guard let to else { return try DLQExportRun(session).write(export) }
        return try DLQExportRun(session).write(export, to: to)
    }
}
