import Caracal
import Glibc
import Redis
import RedisSandbox
import Text

/// One life of a sandbox: start, provision, run the command or wait, remove.
struct SandboxRun {
    /// What ends it.
    enum End {
        /// The end of a command, which runs in it.
        case command([String])
        /// Ctrl-C.
        case signal
        /// `sandbox --stop`: once it is ready it says so and lets go of the terminal.
        case signalInBackground
    }

    let settings: SandboxSettings
    /// Whether there is traffic in it.
    let isDemo: Bool
    /// What is wrong in it.
    let incidents: [Incident]
    let end: End

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
        let endpoint = Endpoint(
            address: server.port.map { .tcp(host: "127.0.0.1", port: $0) } ?? .unix(path: server.socketPath)
        )
        try provision(endpoint)
        let traffic = isDemo ? try demo(endpoint, keys) : nil
        let stage = try incidents.isEmpty ? nil : self.stage(on: server, keys)
        let life = stage.map { stage in TrafficThread { [cast = stage.cast] in try IncidentTraffic(cast, to: endpoint) }
        }
        defer { withExtendedLifetime((traffic, stage, life)) {} }
        switch end {
        case .command(let command):
            IncidentLines.complain(incidents)
            return try runCommand(command, with: server.url, keys)
        case .signal:
            try announce(server, keys)
            IncidentLines.complain(incidents)
            return try wait(for: server)
        case .signalInBackground:
            IncidentLines.complain(incidents)
            try SandboxInBackground.announce(variables(server, keys), inTheWay(keys))
            return try wait(for: server)
        }
    }

    private func provision(_ endpoint: Endpoint) throws {
        let connection = try Connection.open(endpoint, timeouts: Timeouts())
        _ = try Provision(streams: StreamTable.all, policy: .automatic).run(on: connection)
    }

    /// Whatever runs in the sandbox finds the first messages there.
    private func demo(_ endpoint: Endpoint, _ keys: [KeyFilePath]) throws -> TrafficThread<DemoTraffic> {
        let files = files(keys)
        var traffic = try DemoTraffic(to: endpoint, keys: files)
        try traffic.begin()
        return TrafficThread { try DemoTraffic(to: endpoint, keys: files) }
    }

    /// Breaks what is to be broken.
    private func stage(on server: SandboxServer, _ keys: [KeyFilePath]) throws -> IncidentStage {
        let stage = try IncidentStage(on: server, program: settings.program, keys: files(keys))
        for incident in Incident.inOrder(incidents) { try incident.stage(stage) }
        return stage
    }

    // MARK: Keys

    /// A file of the server's folder that holds the key of a scheme.
    private struct KeyFilePath {
        let scheme: SignatureScheme
        let path: String

        /// The variable that names it.
        var variable: String { scheme.keyVariable + "_FILE" }
    }

    /// A signing key for each scheme, in a file of the server's folder, by the variable that names it. In a folder that was
    /// kept they are the ones of the last time, so that what was signed then is still valid.
    private func keyFiles(in folder: String) throws(Failure) -> [KeyFilePath] {
        var files: [KeyFilePath] = []
        for scheme in SignatureScheme.allCases {
            let path = "\(folder)/\(scheme.keyVariable.lowercased()).hex"
            do {
                if try PrivateFile.read(path, limit: 4096) == nil {
                    try PrivateFile.replace(path, Array("\(try newKey())\n".utf8))
                }
            } catch {
                throw Failure(.configuration, "cannot keep a signing key in \(path): \(error)")
            }
            files.append(KeyFilePath(scheme: scheme, path: path))
        }
        return files
    }

    private func files(_ keys: [KeyFilePath]) -> [SignatureScheme: String] {
        Dictionary(uniqueKeysWithValues: keys.map { ($0.scheme, $0.path) })
    }

    /// 32 random bytes in hexadecimal.
    private func newKey() throws(SystemError) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard getentropy(&bytes, bytes.count) == 0 else { throw .last }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // MARK: What happens in it

    /// The variables that lead to it.
    private func variables(_ server: SandboxServer, _ keys: [KeyFilePath]) -> [(String, String)] {
        [("REDIS_URL", server.url)] + keys.map { ($0.variable, $0.path) }
    }

    /// The variables that are set here, so may be set in the shell as well, and would lead away from the sandbox: those that a
    /// command in it does not get either.
    private func inTheWay(_ keys: [KeyFilePath]) -> [String] {
        Environment.current.names.filter { name in
            SettingVariables.leadsToDeployment(name) && name != "REDIS_URL" && !keys.contains { $0.variable == name }
                && name != SandboxInBackground.variable && Self.canBeUnset(name)
        }
    }

    /// Whether a shell takes it for the name of a variable.
    private static func canBeUnset(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            $0 == UInt8(ascii: "_") || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
        }
    }

    private func announce(_ server: SandboxServer, _ keys: [KeyFilePath]) throws {
        try Output().write(Array("\(server.url)\n".utf8))
        Output.note("caracalctl: the sandbox runs until Ctrl-C; to use it in another terminal:")
        let inTheWay = inTheWay(keys)
        if !inTheWay.isEmpty { Output.note("  unset \(inTheWay.joined(separator: " "))") }
        for (variable, value) in variables(server, keys) {
            Output.note("  export \(variable)=\(ShellWord.quoted(Array(value.utf8)))")
        }
    }

    private func wait(for server: SandboxServer) throws -> Int32 {
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
    private func runCommand(_ command: [String], with url: String, _ keys: [KeyFilePath]) throws -> Int32 {
        var environment = Environment.current
        environment.removeAll(where: SettingVariables.leadsToDeployment)
        environment["REDIS_URL"] = url
        for key in keys { environment[key.variable] = key.path }
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
