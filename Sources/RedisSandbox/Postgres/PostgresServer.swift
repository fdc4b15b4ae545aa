import Glibc
import Redis
import Synchronization

/// A private PostgreSQL server with both outboxes of Caracal, gone with this process at the latest.
///
/// The kernel asks the server to end when this process dies, however it dies; only a temporary folder stays behind then.
package final class PostgresServer: Sendable {
    /// The port it listens on; nil when it has a socket alone.
    package let port: UInt16?
    /// The folder that holds its socket; nil when it has none.
    package let socketFolder: String?
    /// The password of every role.
    package let password: String
    /// A file with the password, as libpq reads it (PGPASSFILE).
    package let passwordFile: String
    private let process: ChildProcess
    private let folder: Mutex<PostgresFolder?>

    private init(
        port: UInt16,
        _ settings: PostgresServerSettings,
        _ launch: consuming PostgresLaunch,
        _ process: ChildProcess
    ) {
        let hasPort = settings.listening == .freePort
        self.port = hasPort ? port : nil
        self.process = process
        password = launch.password
        socketFolder = hasPort ? nil : launch.folder.running
        passwordFile = launch.folder.passwordFile
        folder = Mutex(launch.takeFolder())
    }

    deinit {
        stop()
    }

    /// The URL a client is given: `postgres://caracal@127.0.0.1:PORT/caracal`. The password is in ``passwordFile``.
    package var url: String { url(role: PostgresSchema.database, password: nil) }

    /// A URL for a role, such as `caracalapi`: the owner of both tables is `caracal`.
    package func url(role: String, password: String? = nil) -> String {
        let secret = password.map { ":" + $0 } ?? ""
        guard let port else {
            return "postgres://\(role)\(secret)@/\(PostgresSchema.database)?host=\(socketFolder ?? "")"
        }
        return "postgres://\(role)\(secret)@127.0.0.1:\(port)/\(PostgresSchema.database)"
    }

    /// The id of its process.
    package var processIdentifier: pid_t { process.identifier }

    /// Becomes readable, for poll(2), when the server has ended.
    package var endDescriptor: Int32 { process.endDescriptor }

    /// Makes a server and waits until it lets clients in: about two seconds; from a template a quarter of one.
    ///
    /// Between finding a free port and listening on it somebody else may take it: then another one is tried.
    package static func start(
        _ settings: PostgresServerSettings = PostgresServerSettings(),
        from template: PostgresTemplate? = nil,
        within time: Duration = .seconds(60),
        choosingPort choose: () -> UInt16 = FreePort.choose
    ) throws(PostgresServerError) -> PostgresServer {
        let deadline = Deadline.after(time)
        let launch = try PostgresLaunch.new(from: template, until: deadline)
        for _ in 1..<5 {
            let port = choose()
            if let process = try launch.run(settings, port: port) {
                return PostgresServer(port: port, settings, launch, process)
            }
        }
        throw .failed(program: "postgres", reason: "no port is free")
    }

    /// Ends the server at once, cutting its connections, and removes its folder. A second call does nothing.
    package func stop() {
        folder.withLock { folder in
            guard folder != nil else { return }
            process.kill(SIGQUIT)
            if process.wait(until: .after(.seconds(10))) == nil { process.stop(grace: .zero) }
            folder = nil
        }
    }
}

/// The files of a server with both outboxes, from which others are made faster than anew. It never runs itself.
package final class PostgresTemplate: Sendable {
    let data: String
    let password: String
    private let folder: Mutex<PostgresFolder?>

    /// Makes it: about a second and a half.
    package init(within time: Duration = .seconds(60)) throws(PostgresServerError) {
        let launch = try PostgresLaunch.fromNothing(until: .after(time))
        data = launch.folder.data
        password = launch.password
        folder = Mutex(launch.takeFolder())
    }

    /// Removes it, for one that is static and so is never let go of.
    package func remove() {
        folder.withLock { $0 = nil }
    }
}
