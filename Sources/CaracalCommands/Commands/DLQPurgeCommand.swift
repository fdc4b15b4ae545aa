import ArgumentParser

/// `caracalctl dlq purge`
struct DLQPurgeCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Remove the dead letters that an export file holds. [writes]",
        discussion: """
            Every line of the file is compared with the server, byte for byte, before anything is removed. A truncated or \
            altered file, or one from another deployment, removes nothing. Dead letters newer than the export stay.

              caracalctl dlq export --to dead.ndjson
              caracalctl dlq purge --exported dead.ndjson --dry-run
              caracalctl dlq purge --exported dead.ndjson
            """
    )

    @Option(help: ArgumentHelp("A file that dlq export wrote.", valueName: "file"), completion: .file())
    var exported: String

    @Flag(help: "Remove nothing; show what would be removed.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask for confirmation.")
    var yes = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var isPreview: Bool { dryRun }

    func run(in session: Session) throws -> ExitStatus {
        try DLQPurgeRun(session, Confirmation(isGiven: yes)).run(exported, isPreview: dryRun)
    }
}
