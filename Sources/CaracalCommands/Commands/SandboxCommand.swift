import ArgumentParser
import Caracal
import Glibc
import Redis
import RedisSandbox
import Rendering

/// `caracalctl sandbox`
struct SandboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        _superCommandName: Caracalctl.name,
        abstract: "Run a private, provisioned redis-server for trying things. [writes to its own server only]",
        discussion: """
            Starts redis-server with Caracal's settings on a free local port, provisions it, and removes it when this command \
            ends. With a command after --, runs it with REDIS_URL set and ends with its status; without one, prints the \
            URL and runs until Ctrl-C. The sandbox has its own signing keys.

            The command reaches only the sandbox: variables that name another server, database or key are removed from its \
            environment, and the default context is ignored.

              caracalctl sandbox
              caracalctl sandbox -- caracalctl xlen
              caracalctl sandbox --socket -- sh -c 'redis-cli -u "$REDIS_URL" ping'
              caracalctl sandbox --print-config
            """
    )

    @Option(help: ArgumentHelp("Listen on this port instead of a free one.", valueName: "number"))
    var port: String?

    @Flag(help: "Listen on a Unix socket instead of a port.")
    var socket = false

    @Option(help: ArgumentHelp("Keep the server's data in this folder.", valueName: "folder"), completion: .directory)
    var keep: String?

    @Flag(help: "Print the redis.conf it runs with, and start nothing.")
    var printConfig = false

    @Option(
        help: ArgumentHelp("The redis-server to run (default: the one in PATH).", valueName: "path"),
        completion: .file()
    )
    var redisServer: String?

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command to run, after --.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        if port != nil, socket { throw ValidationError("--port and --socket contradict each other: give one") }
        if port != nil, portNumber == nil { throw ValidationError("--port is a number from 1 to 65535") }
    }

    func run() throws {
        if printConfig { return try Output().write(Array(settings.configuration.utf8)) }
        let status = try SandboxRun(settings: settings, command: command).run()
        if status != 0 { throw ExitCode(status) }
    }

    private var portNumber: UInt16? {
        port.flatMap(Parse.number).flatMap { UInt16(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    private var settings: SandboxSettings {
        SandboxSettings(
            program: redisServer ?? "redis-server",
            listening: socket ? .socket : portNumber.map { .port($0) } ?? .freePort,
            keptFolder: keep
        )
    }
}
