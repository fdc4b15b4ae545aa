import CSystem
import Caracal
import Glibc
import Redis
import RedisSandbox

/// One life of a sandbox: start, provision, run the command or wait, remove.
struct SandboxRun {
    let settings: SandboxSettings
    /// What to run; empty to wait for Ctrl-C.
    let command: [String]

    /// The status to end with.
    func run() throws -> Int32 {
        // Before the server runs, so that no signal can end us between its start and its end.
        csystem_catch_interrupts()
        let server = try SandboxServer.start(settings)
        defer { server.stop() }
        try provision(server)
        return command.isEmpty ? try wait(for: server) : try runCommand(with: server.url)
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

    private func wait(for server: SandboxServer) throws -> Int32 {
        try Output().write(Array("\(server.url)\n".utf8))
        Output.note("caracalctl: the sandbox runs until Ctrl-C; export REDIS_URL=\(server.url) to use it")
        do {
            try Poll.wait(for: server.endDescriptor, events: Int16(POLLIN), until: .distant)
        } catch .interrupted(let signal) {
            return signal == SIGTERM ? ExitStatus.terminated.rawValue : ExitStatus.success.rawValue
        }
        throw Failure(.unreachable, "the sandbox's redis-server ended by itself")
    }

    private func runCommand(with url: String) throws -> Int32 {
        var environment = Environment.current
        environment["REDIS_URL"] = url
        do {
            let file = try ExecutableSearch.find(command[0], path: environment["PATH"])
            let child = ChildCommand(file, Array(command.dropFirst()), environment: environment, standing: .foreground)
            return try child.runInForeground().shellStatus
        } catch {
            Output.note("caracalctl: \(error)")
            return error.shellStatus
        }
    }
}
