import Glibc
import Redis

/// Brings a PostgreSQL server from nothing to the point where it lets clients in.
struct PostgresLaunch: ~Copyable {
    let folder: PostgresFolder
    /// The password of every role.
    let password: String
    private let programs: PostgresPrograms
    private let deadline: Deadline
    private let log: Descriptor

    /// Takes a copy of the files of a template, or makes new ones.
    static func new(
        from template: PostgresTemplate?,
        until deadline: Deadline
    ) throws(PostgresServerError) -> PostgresLaunch {
        if let template { return try copying(template, until: deadline) }
        return try fromNothing(until: deadline)
    }

    /// Makes the files of a server with both outboxes.
    static func fromNothing(until deadline: Deadline) throws(PostgresServerError) -> PostgresLaunch {
        let password = newPassword()
        let launch = try empty(password: password, until: deadline)
        try launch.folder.writeForServer("password", Array(password.utf8))
        let source = "--pwfile=\(launch.folder.running)/password"
        try launch.run(launch.programs.initdb, ["-D", launch.folder.data, source] + initialisation)
        // PostgreSQL without its network: one connection, through its standard streams. Nobody else can be there yet.
        try launch.execute(PostgresSchema.preparation(password: password), in: "template1")
        try launch.execute(PostgresSchema.tables, in: PostgresSchema.database)
        return launch
    }

    private static func copying(_ template: PostgresTemplate, until deadline: Deadline) throws(PostgresServerError)
        -> PostgresLaunch
    {
        let launch = try empty(password: template.password, until: deadline)
        try launch.run("/bin/cp", ["-a", template.data + "/.", launch.folder.data], asServer: false)
        return launch
    }

    private static func empty(password: String, until deadline: Deadline) throws(PostgresServerError) -> PostgresLaunch
    {
        let programs = try PostgresPrograms.find()
        let folder = try PostgresFolder.make()
        let log = try folder.create("postgres.log")
        // Any host, port, database and role.
        try folder.create("pgpass", Array("*:*:*:*:\(password)\n".utf8))
        return PostgresLaunch(folder: folder, password: password, programs: programs, deadline: deadline, log: log)
    }

    /// The folder, which goes on without this value.
    consuming func takeFolder() -> PostgresFolder { folder }

    /// Starts the server, and waits until it lets clients in; nil when its port is taken.
    func run(_ settings: PostgresServerSettings, port: UInt16) throws(PostgresServerError) -> ChildProcess? {
        if access(folder.running + "/" + PostgresServerSettings.accessFile, F_OK) != 0 {
            try writeFiles(settings)
        }
        let arguments = ["-D", folder.data] + settings.arguments(port: port, in: folder.running)
        _ = ftruncate(log.number, 0)
        // It ends its children and removes what it has in shared memory, when this process ends.
        let process = try start(programs.postgres, arguments, deathSignal: SIGQUIT)
        while !isReady(process.identifier) {
            if process.wait(until: .after(.milliseconds(2)).orEarlier(deadline)) != nil {
                let lines = logLines
                if lines.contains(where: { $0.contains("Address already in use") }) { return nil }
                throw failure("postgres", lines)
            }
            if deadline.hasPassed { throw .notReady(after: deadline.allowance) }
        }
        return process
    }

    private func writeFiles(_ settings: PostgresServerSettings) throws(PostgresServerError) {
        if let certificate = settings.certificate {
            try folder.writeForServer(PostgresServerSettings.certificateFile, certificate.certificate)
            try folder.writeForServer(PostgresServerSettings.keyFile, certificate.key)
        }
        try folder.writeForServer(PostgresServerSettings.accessFile, Array(settings.access.utf8))
    }

    /// Whether the server says so in its `postmaster.pid`: the first line is its process, the eighth its state, as pg_ctl reads them.
    private func isReady(_ process: pid_t) -> Bool {
        let file = Descriptor(open(folder.data + "/postmaster.pid", O_RDONLY | O_CLOEXEC))
        let lines = Self.read(file.number, 1024).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count > 7 && lines[0] == "\(process)" && lines[7].hasPrefix("ready")
    }

    // MARK: Programs

    private static let initialisation = [
        "--username=\(PostgresSchema.database)", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync",
        "--no-instructions", "--wal-segsize=1",
    ]

    /// Statements, each committed.
    private func execute(_ statements: [String], in database: String) throws(PostgresServerError) {
        let text = statements.map { $0 + ";\n\n" }.joined()
        let input = try folder.create("\(database).sql", Array(text.utf8))
        lseek(input.number, 0, SEEK_SET)
        // -j: a statement ends with an empty line.
        let arguments = ["--single", "-D", folder.data, "-j", "-c", "fsync=off", "-c", "exit_on_error=on", database]
        try run(programs.postgres, arguments, input: input.number)
    }

    /// Runs a program to its end.
    private func run(
        _ program: String,
        _ arguments: [String],
        input: Int32? = nil,
        asServer: Bool = true
    ) throws(PostgresServerError) {
        let process = try start(program, arguments, input: input, asServer: asServer)
        guard let end = process.wait(until: deadline) else { throw .notReady(after: deadline.allowance) }
        guard end == .exited(0) else {
            throw failure(program.split(separator: "/").last.map(String.init) ?? program, logLines)
        }
    }

    private func start(
        _ program: String,
        _ arguments: [String],
        input: Int32? = nil,
        asServer: Bool = true,
        deathSignal: Int32 = SIGKILL
    ) throws(PostgresServerError) -> ChildProcess {
        let nothing = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC))
        let command = ChildCommand(
            program,
            arguments,
            // Nothing of ours, and its messages in English.
            environment: Environment(["PATH": "/usr/bin:/bin", "LC_ALL": "C"]),
            folder: folder.path,
            deathSignal: deathSignal,
            user: asServer ? folder.user : nil
        )
        do {
            return try command.start(input: input ?? nothing.number, output: log.number, errors: log.number)
        } catch {
            throw .notExecutable(reason: error.description)
        }
    }

    // MARK: The log

    private var logLines: [Substring] {
        let size = lseek(log.number, 0, SEEK_END)
        let file = Descriptor(open(folder.log, O_RDONLY | O_CLOEXEC))
        lseek(file.number, max(0, size - 16_384), SEEK_SET)
        return Self.read(file.number, 16_384).split(separator: "\n")
    }

    /// The last line that names an error, without time and process, safe for a terminal.
    private func failure(_ program: String, _ lines: [Substring]) -> PostgresServerError {
        let line =
            lines.last { line in ["FATAL: ", "ERROR: ", "error: "].contains(where: line.contains) } ?? lines.last
        let text = line?.split(separator: ":  ", maxSplits: 1).last ?? "it wrote no log"
        return .failed(
            program: program,
            reason: String(text.unicodeScalars.map { (" "..."~").contains($0) ? Character($0) : "?" })
        )
    }

    private static func read(_ descriptor: Int32, _ limit: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// 32 hexadecimal digits by the kernel's random numbers.
    private static func newPassword() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }
}
