import ArgumentParser
import CSystem
import Glibc
import Redis

/// The root of the command line.
package struct Caracalctl: ParsableCommand {
    /// What it is called. Each command names it as the one it belongs to: then the parser, given the command alone, does
    /// not look for a request for completion scripts first, which took a third of its time.
    static let name = "caracalctl"

    /// The commands, as help lists them, each under the title of its group; a test fails for one without a group.
    static let groups = [
        CommandGroup(name: "Start here", subcommands: [DoctorCommand.self, WatchCommand.self, TraceCommand.self]),
        CommandGroup(
            name: "Look",
            subcommands: [
                XlenCommand.self, PendingCommand.self, MemoryCommand.self, TailCommand.self, GetCommand.self,
                FindCommand.self, VerifySigCommand.self, CheckCommand.self,
            ]
        ),
        CommandGroup(
            name: "Change",
            subcommands: [
                ProvisionCommand.self, PublishCommand.self, ClaimCommand.self, AckCommand.self, TrimCommand.self,
                GroupCommand.self, ConsumerCommand.self, RawCommand.self,
            ]
        ),
        CommandGroup(name: "Dead letters", subcommands: [DLQCommand.self]),
        CommandGroup(
            name: "Set up",
            subcommands: [
                ContextCommand.self, EnvCommand.self, SandboxCommand.self, ShellCommand.self,
                CompletionCommand.self, VersionCommand.self,
            ]
        ),
    ]

    /// The command of this name. It does not build `configuration`, which takes a twentieth of the start of `xlen`.
    static func command(named name: String) -> (any ParsableCommand.Type)? {
        groups.lazy.flatMap(\.subcommands).first { $0._commandName == name }
    }

    package static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Sets up and watches Caracal's message bus on Redis Streams.",
        discussion: """
            Looking never touches: a command that is marked [reads] changes nothing on the server. One that is marked \
            [writes] shows with --dry-run what it would do.

              caracalctl provision --check
              caracalctl xlen
              caracalctl sandbox --demo -- caracalctl doctor
            """,
        version: Version.text,
        groupedSubcommands: groups,
        helpNames: HelpRequest.names
    )

    /// Nothing given.
    package init() {}
}

/// The way in: runs the command line, and is the only place that ends the process.
package enum Entry {
    /// Runs the tool.
    package static func main() -> Never {
        // OpenSSL, and a pipe whose reader is gone, would otherwise end the process without a word.
        signal(SIGPIPE, SIG_IGN)
        occupyStandardStreams()
        if let request = CompletionRequest(ProcessArguments.words) { request.answer() }
        let invocation = Invocation(arguments: ProcessArguments.words, areRepaired: ProcessArguments.areRepaired)
        exit(invocation.status { try $0.run(with: $1) })
    }

    /// A standard stream that was closed would be the number of the next descriptor: results would go to the server.
    private static func occupyStandardStreams() {
        var descriptor: Int32
        repeat { descriptor = open("/dev/null", O_RDWR) } while (STDIN_FILENO...STDERR_FILENO).contains(descriptor)
        close(descriptor)
    }
}

/// What this process was started with, its own name left out.
enum ProcessArguments {
    /// As text: what is not UTF-8 is repaired.
    static var words: [String] {
        pointers.map { String(cString: $0) }
    }

    /// Whether one of them is not UTF-8: what stands in `words` is then something else.
    static var areRepaired: Bool {
        pointers.contains { String(validatingCString: $0) == nil }
    }

    private static var pointers: some Sequence<UnsafePointer<CChar>> {
        sequence(state: Int32(0)) { index in
            index += 1
            return csystem_argument(index)
        }
    }
}

/// The version of the tool.
package enum Version {
    /// Of the tool itself.
    package static let number = "1.0.0"

    /// As `--version` prints it: with the commit it was built from, where that is known, and the OpenSSL in it.
    package static var text: String {
        let commit = String(cString: csystem_commit())
        let origin = commit.isEmpty ? "" : " (\(commit))"
        return "caracalctl \(number)\(origin)\n\(TLSLibrary.version)"
    }
}
