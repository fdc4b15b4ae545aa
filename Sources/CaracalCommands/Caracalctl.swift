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
        ListedGroup(
            "Start here",
            [
                ListedCommand("doctor", DoctorCommand.self),
                ListedCommand("watch", WatchCommand.self),
                ListedCommand("trace", TraceCommand.self),
            ]
        ),
        ListedGroup(
            "Look",
            [
                ListedCommand("xlen", XlenCommand.self),
                ListedCommand("pending", PendingCommand.self),
                ListedCommand("memory", MemoryCommand.self),
                ListedCommand("tail", TailCommand.self),
                ListedCommand("get", GetCommand.self),
                ListedCommand("find", FindCommand.self),
                ListedCommand("verify-sig", VerifySigCommand.self),
                ListedCommand("report", ReportCommand.self),
                ListedCommand("check", CheckCommand.self),
                ListedCommand("exporter", ExporterCommand.self),
            ]
        ),
        ListedGroup(
            "Change",
            [
                ListedCommand("provision", ProvisionCommand.self),
                ListedCommand("publish", PublishCommand.self),
                ListedCommand("claim", ClaimCommand.self),
                ListedCommand("ack", AckCommand.self),
                ListedCommand("trim", TrimCommand.self),
                ListedCommand("group", GroupCommand.self),
                ListedCommand("consumer", ConsumerCommand.self),
                ListedCommand("raw", RawCommand.self),
            ]
        ),
        ListedGroup(
            "Dead letters and outboxes",
            [
                ListedCommand("dlq", DLQCommand.self),
                ListedCommand("outbox", OutboxCommand.self),
            ]
        ),
        ListedGroup(
            "Set up",
            [
                ListedCommand("context", ContextCommand.self),
                ListedCommand("env", EnvCommand.self),
                ListedCommand("sandbox", SandboxCommand.self),
                ListedCommand("shell", ShellCommand.self),
                ListedCommand("completion", CompletionCommand.self),
                ListedCommand("version", VersionCommand.self),
            ]
        ),
    ]

    /// The command of this name. It does not build `configuration`, which takes another twentieth.
    static func command(named name: String) -> (any ParsableCommand.Type)? {
        for group in groups {
            for command in group.commands where command.name == name { return command.type() }
        }
        return nil
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
        groupedSubcommands: groups.map { CommandGroup(name: $0.title, subcommands: $0.commands.map { $0.type() }) },
        helpNames: HelpRequest.names
    )

    /// Nothing given.
    package init() {}
}

/// Commands that help lists under a title.
struct ListedGroup: Sendable {
    let title: String
    let commands: [ListedCommand]

    init(_ title: String, _ commands: [ListedCommand]) {
        self.title = title
        self.commands = commands
    }
}

/// A command and its name, which a test compares with the one that it gives itself. Its type is only touched when it is asked
/// for: Swift prepares a type before its first use, which for all commands takes a twentieth of the start of `xlen`.
struct ListedCommand: Sendable {
    let name: String
    let type: @Sendable () -> any ParsableCommand.Type

    init(_ name: String, _ type: @autoclosure @escaping @Sendable () -> any ParsableCommand.Type) {
        self.name = name
        self.type = type
    }
}

/// The way in: runs the command line, and is the only place that ends the process.
package enum Entry {
    /// Runs the tool.
    package static func main() -> Never {
        // OpenSSL, and a pipe whose reader is gone, would otherwise end the process without a word.
        signal(SIGPIPE, SIG_IGN)
        occupyStandardStreams()
        let words = ProcessArguments.words
        if words.first == CompletionRequest.word { CompletionRequest(words)?.answer() }
        let invocation = Invocation(arguments: words, areRepaired: ProcessArguments.areRepaired)
        exit(invocation.status { try $0.run(with: $1) })
    }

    /// A standard stream that was closed would be the number of the next descriptor: results would go to the server. In its place comes
    /// one that cannot be used that way, so that what is read or written there fails as it would without.
    private static func occupyStandardStreams() {
        for (stream, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR)]
        where fcntl(stream, F_GETFD) < 0 {
            // The lowest number that is free, which is this one.
            _ = open("/dev/null", mode)
        }
    }
}

/// What this process was started with, its own name left out.
enum ProcessArguments {
    /// As text: what is not UTF-8 is repaired.
    static var words: [String] {
        var words: [String] = []
        while let word = csystem_argument(Int32(words.count + 1)) { words.append(String(cString: word)) }
        return words
    }

    /// Whether one of them is not UTF-8: what stands in `words` is then something else.
    static var areRepaired: Bool {
        var index: Int32 = 1
        while let word = csystem_argument(index) {
            if String(validatingCString: word) == nil { return true }
            index += 1
        }
        return false
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
