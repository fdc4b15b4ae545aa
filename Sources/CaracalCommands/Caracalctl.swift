import ArgumentParser

/// The root of the command line.
package struct Caracalctl: ParsableCommand {
    /// What it is called. Each command names it as the one it belongs to: then the parser, given the command alone, does
    /// not look for a request for completion scripts first, which took a third of its time.
    static let name = "caracalctl"

    package static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Sets up and watches Caracal's message bus on Redis Streams.",
        discussion: """
            Looking never touches: a command that is marked [reads] changes nothing on the server. One that is marked \
            [writes] shows with --dry-run what it would do.

              caracalctl provision --check
              caracalctl xlen
              caracalctl sandbox -- caracalctl xlen
            """,
        version: Version.text,
        subcommands: [
            ProvisionCommand.self, XlenCommand.self, PendingCommand.self, ClaimCommand.self, AckCommand.self,
            TrimCommand.self, MemoryCommand.self, DoctorCommand.self, CheckCommand.self, WatchCommand.self,
            TailCommand.self, PublishCommand.self, VerifySigCommand.self, DLQCommand.self, SandboxCommand.self,
            EnvCommand.self, ContextCommand.self, ShellCommand.self, RawCommand.self,
        ],
        helpNames: HelpRequest.names
    )

    /// Nothing given.
    package init() {}
}
