import Caracal
import Glibc
import RESP
import Redis
import RedisSandbox
import Text

/// One life of a sandbox: start, provision, run the command or wait, remove.
struct SandboxRun {
    /// What ends it.
    enum Ending {
        /// The end of a command, which runs in it.
        case command([String])
        /// Ctrl-C.
        case signal
        /// `sandbox --stop`: once it is ready it says so and lets go of the terminal.
        case signalInBackground
    }

    let settings: SandboxSettings
    /// What its PostgreSQL is to be like; nil for none, unless what is wrong in it needs one.
    let postgres: PostgresServerSettings?
    /// Whether there is traffic in it.
    let isDemo: Bool
    /// What is wrong in it.
    let incidents: [Incident]
    let end: Ending
    /// As it was before libpq's variables were taken out, to connect to no other database.
    private let environment = Environment.current

    init(
        settings: SandboxSettings,
        postgres: PostgresServerSettings?,
        isDemo: Bool,
        incidents: [Incident],
        end: Ending
    ) {
        self.settings = settings
        self.postgres = postgres
        self.isDemo = isDemo
        self.incidents = incidents
        self.end = end
    }

    /// The status to end with.
    func run() throws -> Int32 {
        // Before the server runs, so that no signal can end us between its start and its end.
        Interruption.catchSignals()
        Interruption.catchHangups()
        let server = try SandboxServer.start(settings)
        defer {
            Self.ignoreSignals()
            server.stop()
        }
        let database = try startDatabase()
        defer {
            Self.ignoreSignals()
            database?.server.stop()
        }
        let place = Place(server: server, keys: try keyFiles(in: server.folderPath), database: database)
        let endpoint = Endpoint(
            address: server.port.map { .tcp(host: "127.0.0.1", port: $0) } ?? .unix(path: server.socketPath)
        )
        try provision(endpoint)
        let traffic = isDemo ? try demo(endpoint, place) : nil
        let bus = try incidents.isEmpty ? nil : prepareIncidents(on: place)
        let running = bus.map { bus in
            TrafficThread { [services = bus.services] in
                try IncidentTraffic(services, to: endpoint, keys: place.keyFiles, database: place.database)
            }
        }
        defer {
            // What is written last here runs first.
            Self.ignoreSignals()
            withExtendedLifetime((traffic, bus, running)) {}
        }
        switch end {
        case .command(let command):
            IncidentLines.complain(incidents)
            return try runCommand(command, in: place)
        case .signal:
            try announce(place)
            IncidentLines.complain(incidents)
            return try wait(for: server)
        case .signalInBackground:
            IncidentLines.complain(incidents)
            try SandboxInBackground.announce(place.variables, inTheWay(place))
            return try wait(for: server)
        }
    }

    /// From the first step of its end on. A terminal that closes says so more than once, and a database takes seconds to stop: a
    /// second signal would leave the folder, with the keys in it.
    private static func ignoreSignals() {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { signal(number, SIG_IGN) }
    }

    /// What the sandbox consists of.
    private struct Place {
        let server: SandboxServer
        let keys: [KeyFilePath]
        let database: SandboxDatabase?

        /// The variables that lead to it.
        var variables: [(String, String)] {
            [("REDIS_URL", server.url)] + keys.map { ($0.variable, $0.path) } + (database?.variables ?? [])
        }

        /// The files of the keys.
        var keyFiles: [SignatureScheme: String] {
            Dictionary(uniqueKeysWithValues: keys.map { ($0.scheme, $0.path) })
        }
    }

    private func startDatabase() throws -> SandboxDatabase? {
        let needed = incidents.contains(where: \.needsDatabase) ? PostgresServerSettings() : nil
        return try (postgres ?? needed).map { SandboxDatabase(try PostgresServer.start($0)) }
    }

    private func provision(_ endpoint: Endpoint) throws {
        let connection = try Connection.open(endpoint, timeouts: Timeouts())
        _ = try Provision(streams: StreamTable.all, policy: .automatic).run(on: connection)
    }

    /// Whatever runs in the sandbox finds the first messages there.
    private func demo(_ endpoint: Endpoint, _ place: Place) throws -> TrafficThread<DemoTraffic> {
        var traffic = try DemoTraffic(to: endpoint, keys: place.keyFiles, database: place.database)
        try traffic.begin()
        return TrafficThread { [files = place.keyFiles, database = place.database] in
            try DemoTraffic(to: endpoint, keys: files, database: database)
        }
    }

    /// Breaks what is to be broken.
    private func prepareIncidents(on place: Place) throws -> IncidentSandbox {
        let bus = try IncidentSandbox(
            on: place.server,
            program: settings.program,
            keys: place.keyFiles,
            database: place.database
        )
        for incident in Incident.inOrder(incidents) { try incident.prepare(bus) }
        return bus
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
    private func keyFiles(in folder: String) throws(CommandError) -> [KeyFilePath] {
        var files: [KeyFilePath] = []
        for scheme in SignatureScheme.allCases {
            let path = "\(folder)/\(scheme.keyVariable.lowercased()).hex"
            do {
                if try PrivateFile.read(path, limit: 4096) == nil {
                    try PrivateFile.replace(path, Array("\(try newKey())\n".utf8))
                }
            } catch {
                throw CommandError(.configuration, "cannot keep a signing key in \(path): \(error)")
            }
            files.append(KeyFilePath(scheme: scheme, path: path))
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

    /// The variables that are set here, so may be set in the shell as well, and would lead away from the sandbox: those that a
    /// command in it does not get either.
    private func inTheWay(_ place: Place) -> [String] {
        let own = place.variables.map(\.0)
        return environment.names.filter { name in
            SettingVariables.leadsToDeployment(name) && !own.contains(name) && name != SandboxInBackground.variable
                && Self.canBeUnset(name)
        }
    }

    /// Whether a shell takes it for the name of a variable.
    private static func canBeUnset(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            $0 == UInt8(ascii: "_") || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || ASCII.isDigit($0)
        }
    }

    private func announce(_ place: Place) throws {
        try Output().write(asTheyAre: Array("\(place.server.url)\n".utf8))
        Output.note("caracalctl: the sandbox runs until Ctrl-C; to use it in another terminal:")
        let inTheWay = inTheWay(place)
        if !inTheWay.isEmpty { Output.note("  unset \(inTheWay.joined(separator: " "))") }
        for (variable, value) in place.variables {
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
        throw CommandError(.unreachable, "the sandbox's redis-server ended by itself")
    }

    /// The folder of this program first, unless it is among the folders already: what runs in the sandbox finds caracalctl.
    private static func searchPath(_ path: String?) -> String? {
        guard let program = try? SandboxInBackground.program(), let slash = program.lastIndex(of: "/") else {
            return path
        }
        let (folder, folders) = (program[..<slash], path ?? ExecutableSearch.defaultPath)
        return folders.split(separator: ":").contains(folder) ? path : "\(folder):\(folders)"
    }

    /// The command finds nothing in its environment that leads anywhere but here.
    private func runCommand(_ command: [String], in place: Place) throws -> Int32 {
        var environment = self.environment
        environment.removeAll(where: SettingVariables.leadsToDeployment)
        environment["PATH"] = Self.searchPath(environment["PATH"])
        for (variable, value) in place.variables { environment[variable] = value }
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
