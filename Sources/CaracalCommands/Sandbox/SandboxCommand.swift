import ArgumentParser
import RedisSandbox
import Rendering
import Text

/// `caracalctl sandbox`
struct SandboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        _superCommandName: Caracalctl.name,
        abstract: "Run a private, provisioned redis-server for trying things. [writes to its own server only]",
        discussion: """
            Starts redis-server with Caracal's settings on a free local port, provisions it, and removes it when this command \
            ends. With a command after --, runs it with REDIS_URL set and ends with its status; without one, prints the \
            URL and runs until Ctrl-C. The sandbox has its own signing keys. --env runs it in the background and prints what \
            leads a shell to it, as ssh-agent does; --stop ends it.

            --demo puts four hours of signed messages on every stream, with their groups and consumers (one stuck, one gone) and \
            dead letters, and keeps publishing 10 messages a second: something to see for every command.

            --postgres adds a private PostgreSQL with both outboxes, and sets DATABASE_URL, and PGPASSFILE with its password. \
            With --demo rows are published from there.

            --incident breaks the bus as it was broken once, says what an operator would be told, and leaves the rest to you: a \
            drill. --list shows them. Given twice, two things are wrong at a time. --solution starts nothing, explains the cause and its fix, and \
            names the page of caracalctl-runbook(7).

            The command reaches only the sandbox: variables that name another server, database or key are removed from its \
            environment, and the default context is ignored.

              caracalctl sandbox
              caracalctl sandbox -- caracalctl xlen
              caracalctl sandbox --demo -- caracalctl doctor
              eval "$(caracalctl sandbox --demo --env)"
              caracalctl dlq
              eval "$(caracalctl sandbox --stop)"
              caracalctl sandbox --postgres --demo -- caracalctl outbox
              caracalctl sandbox --socket -- \\
                  sh -c 'redis-cli -s "${REDIS_URL#unix://}" ping'
              caracalctl sandbox --print-config
              caracalctl sandbox --list
              caracalctl sandbox --incident audit-stopped -- caracalctl doctor
            """
    )

    @Option(help: ArgumentHelp("Listen on this port instead of a free one.", valueName: "number"))
    var port: String?

    @Flag(help: "Listen on a Unix socket instead of a port.")
    var socket = false

    @Option(help: ArgumentHelp("Keep the server's data in this folder.", valueName: "folder"), completion: .directory)
    var keep: String?

    @Flag(help: "Add a private PostgreSQL with both outboxes.")
    var postgres = false

    @Flag(help: "Put messages, consumers and dead letters on the bus, and keep publishing.")
    var demo = false

    @Option(
        help: ArgumentHelp("Stage an incident: something is wrong on the bus.", valueName: "name"),
        completion: .list(Incident.all.map(\.name))
    )
    var incident: [String] = []

    @Flag(help: "List the incidents, and start nothing.")
    var list = false

    @Flag(help: "Explain an incident and its fix, and start nothing.")
    var solution = false

    @Flag(help: "Run in the background, and print the export lines that lead to it, for eval.")
    var env = false

    @Flag(help: "End the one that --env started in this shell, and print the unset lines, for eval.")
    var stop = false

    @Flag(help: .hidden)
    var inBackground = false

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
        if postgres, keep != nil {
            throw ValidationError("--postgres and --keep contradict each other: only the data of Redis can be kept")
        }
        if env, !command.isEmpty {
            throw ValidationError("--env and a command contradict each other: with --env the shell runs the commands")
        }
        for name in incident where Incident.named(name) == nil {
            let nearest = NearestMatch.find(name, in: Incident.all.map(\.name))
            let advice = nearest.map { "did you mean \($0)?" } ?? "caracalctl sandbox --list"
            throw ValidationError("no incident is called \(name) (\(advice))")
        }
        if !incident.isEmpty,
            let other = [("--demo", demo), ("--socket", socket), ("--keep", keep != nil)].first(where: \.1)
        {
            throw ValidationError("--incident and \(other.0) contradict each other: give one")
        }
        if solution, incident.isEmpty { throw ValidationError("--solution needs --incident") }
        let isAlone =
            !(env || demo || socket || postgres || printConfig || list) && incident.isEmpty
            && [port, keep, redisServer].allSatisfy { $0 == nil }
        if stop, !isAlone || !command.isEmpty { throw ValidationError("--stop goes alone") }
    }

    func run() throws {
        if printConfig { return try Output().write(asTheyAre: Array(settings.configuration.utf8)) }
        if list { return try IncidentLines.list() }
        if solution { return try IncidentLines.solve(incidents) }
        if stop { return try SandboxInBackground.stop() }
        if env { return try SandboxInBackground.start(options) }
        let end: SandboxRun.Ending = inBackground ? .signalInBackground : command.isEmpty ? .signal : .command(command)
        let status = try SandboxRun(
            settings: settings,
            postgres: postgres ? PostgresServerSettings(listening: socket ? .socket : .freePort) : nil,
            isDemo: demo,
            incidents: incidents,
            end: end
        ).run()
        if status != 0 { throw ExitCode(status) }
    }

    /// The options as they are typed, for the one that runs in the background.
    private var options: [String] {
        let values = [("--port", port), ("--keep", keep), ("--redis-server", redisServer)]
        let flags = [("--socket", socket), ("--demo", demo), ("--postgres", postgres)]
        return values.flatMap { name, value in value.map { ["\(name)=\($0)"] } ?? [] }
            + incident.map { "--incident=\($0)" } + flags.filter(\.1).map(\.0)
    }

    private var incidents: [Incident] { incident.compactMap(Incident.named) }

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
