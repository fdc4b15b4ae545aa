import ArgumentParser
import Caracal
import Glibc
import Redis
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

/// One life of a sandbox: start, provision, run the command or wait, remove.
struct SandboxRun {
    let settings: SandboxSettings
    /// What to run; empty to wait for Ctrl-C.
    let command: [String]

    /// The status to end with.
    func run() throws -> Int32 {
        // Before the server runs, so that no signal can end us between its start and its end.
        Interruption.catchSignals()
        Interruption.catchHangups()
        let server = try SandboxServer.start(settings)
        defer {
            // A terminal that closes says so more than once. What is left to do takes a moment.
            for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { signal(number, SIG_IGN) }
            server.stop()
        }
        let keys = try keyFiles(in: server.folderPath)
        try provision(server)
        return command.isEmpty ? try wait(for: server, keys) : try runCommand(with: server.url, keys)
    }

    private func provision(_ server: SandboxServer) throws {
        let url = try RedisURL(server.url)
        let address: Endpoint.Address =
            switch url.scheme {
            case .unix: .unix(path: url.name ?? "")
            default: .tcp(host: "127.0.0.1", port: server.port ?? 0)
            }
        let connection = try Connection.open(Endpoint(address: address), timeouts: Timeouts())
        _ = try Provision(streams: StreamTable.all, policy: .automatic).run(on: connection)
    }

    // MARK: Keys

    /// A signing key for each scheme, in a file of the server's folder, by the variable that names it. In a folder that was
    /// kept they are the ones of the last time, so that what was signed then is still valid.
    private func keyFiles(in folder: String) throws(Failure) -> [(variable: String, path: String)] {
        var files: [(variable: String, path: String)] = []
        for scheme in SignatureScheme.allCases {
            let path = "\(folder)/\(scheme.keyVariable.lowercased()).hex"
            do {
                if try PrivateFile.read(path, limit: 4096) == nil {
                    try PrivateFile.replace(path, Array("\(try newKey())\n".utf8))
                }
            } catch {
                throw Failure(.configuration, "cannot keep a signing key in \(path): \(error)")
            }
            files.append((scheme.keyVariable + "_FILE", path))
        }
        return files
    }

    /// 32 random bytes in hexadecimal.
    private func newKey() throws(SystemError) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard getentropy(&bytes, bytes.count) == 0 else { throw .last }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // MARK: What happens in it

    private func wait(for server: SandboxServer, _ keys: [(variable: String, path: String)]) throws -> Int32 {
        try Output().write(Array("\(server.url)\n".utf8))
        Output.note("caracalctl: the sandbox runs until Ctrl-C; to use it in another terminal:")
        let settings = [("REDIS_URL", server.url)] + keys
        // What is set here may be set there, and would lead away from the sandbox.
        let inTheWay = (SettingVariables.connection + SettingVariables.keys)
            .filter { name in SettingsSource.process.has(name) && !settings.contains { $0.0 == name } }
        if !inTheWay.isEmpty { Output.note("  unset \(inTheWay.joined(separator: " "))") }
        for (variable, value) in settings {
            Output.note("  export \(variable)=\(ShellWord.quoted(Array(value.utf8)))")
        }
        do {
            try Poll.wait(for: server.endDescriptor, events: Int16(POLLIN), until: .distant)
        } catch {
            guard case .interrupted(let signal) = error else { throw error }
            // Ctrl-C is how one leaves it; every other signal is somebody else's wish.
            return signal == SIGINT ? ExitStatus.success.rawValue : 128 + signal
        }
        throw Failure(.unreachable, "the sandbox's redis-server ended by itself")
    }

    /// The command finds nothing in its environment that leads anywhere but here.
    private func runCommand(with url: String, _ keys: [(variable: String, path: String)]) throws -> Int32 {
        var environment = Environment.current
        environment.removeAll(where: SettingVariables.leadsToDeployment)
        environment["REDIS_URL"] = url
        for (variable, path) in keys { environment[variable] = path }
        do {
            let file = try ExecutableSearch.find(command[0], path: environment["PATH"])
            let child = ChildCommand(file, Array(command.dropFirst()), environment: environment, standing: .foreground)
            return try child.runInForeground().shellStatus
        } catch {
            Output.note("caracalctl: \(keeping: "\(error)")")
            return error.shellStatus
        }
    }
}
