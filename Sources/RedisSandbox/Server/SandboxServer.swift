import Glibc
import Redis
import Synchronization

/// A private redis-server with Caracal's settings, gone with this process at the latest.
///
/// The kernel kills the server when this process dies, however it dies; only a temporary folder stays behind then.
package final class SandboxServer: Sendable {
    /// The port it listens on; nil when it has none.
    package let port: UInt16?
    /// The folder it runs in, with its data, its configuration and `redis.log`.
    package let folderPath: String
    private let settings: SandboxSettings
    private let running: Mutex<ChildProcess>
    private let folder: Mutex<SandboxFolder?>

    private init(settings: SandboxSettings, launched: Launch.Result, folder: consuming SandboxFolder) {
        self.settings = settings
        port = launched.port
        running = Mutex(launched.process)
        folderPath = folder.path
        self.folder = Mutex(folder)
    }

    deinit {
        stop()
    }

    /// The URL a client is given: `redis://127.0.0.1:PORT/0`, `rediss://…`, or `unix:///…/redis.sock`.
    package var url: String {
        switch (settings.listening, port) {
        case (.freeTLSPort, let port?): "rediss://127.0.0.1:\(port)/0"
        case (_, let port?): "redis://127.0.0.1:\(port)/0"
        case (_, nil): "unix://" + Self.percentEncoded(path: socketPath)
        }
    }

    /// Its Unix socket, which it has beside any port.
    package var socketPath: String {
        folderPath + "/" + SandboxSettings.socketName
    }

    private var process: ChildProcess { running.withLock { $0 } }

    /// The id of its process.
    package var processIdentifier: pid_t {
        process.identifier
    }

    /// Becomes readable, for poll(2), when the server has ended.
    package var endDescriptor: Int32 {
        process.endDescriptor
    }

    /// Starts a server and waits until it answers.
    ///
    /// Between finding a free port and listening on it somebody else may take it: then another one is tried.
    package static func start(
        _ settings: SandboxSettings = SandboxSettings(),
        within time: Duration = .seconds(10),
        choosingPort choose: () -> UInt16 = FreePort.choose
    ) throws(SandboxError) -> SandboxServer {
        let launch = try Launch(settings: settings, deadline: .after(time))
        let folder = try SandboxFolder(keeping: settings.keptFolder)
        let launched = try launch.run(in: folder, choosingPort: choose)
        return SandboxServer(settings: settings, launched: launched, folder: folder)
    }

    /// Ends the server and removes its folder, unless that is to be kept. A second call does nothing.
    ///
    /// A server whose data is kept has ten seconds to save it; it does not go by itself when that fails.
    package func stop() {
        folder.withLock { folder in
            guard let isKept = folder?.isKept else { return }
            process.stop(grace: isKept ? .seconds(10) : .zero)
            folder = nil
        }
    }

    /// Kills the server, and starts it again in its folder, where it listened, from what it has kept on its disk.
    ///
    /// - Parameter between: what happens before it is started again, such as the loss of what a machine had not written yet.
    package func crash(
        within time: Duration = .seconds(10),
        _ between: () -> Void = {}
    ) throws(SandboxError) {
        let launch = try Launch(settings: settings, deadline: .after(time))
        try folder.withLock { folder throws(SandboxError) in
            switch folder {
            case .none: return
            case .some(let folder):
                process.kill(SIGKILL)
                _ = process.wait()
                between()
                let launched = try launch.run(in: folder, on: port)
                running.withLock { $0 = launched.process }
            }
        }
    }

    /// A path as it stands in a URL.
    private static func percentEncoded(path: String) -> String {
        path.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "-._~/".contains(character))
            return isPlain ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}

/// Why there is no private server.
package enum SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No such program.
    case notFound(program: String)
    /// The program cannot be run.
    case notExecutable(reason: String)
    /// The folder cannot be made or used.
    case unusableFolder(path: String, reason: String)
    /// Somebody listens on the port already.
    case portInUse(UInt16)
    /// The server ended at once; the reason is the last line of its log.
    case failedToStart(reason: String)
    /// The server runs, but answers nothing yet.
    case notReady(after: Duration, reason: String)

    /// One line with the next step.
    package var description: String {
        switch self {
        case .notFound(let program):
            "\(program) is not installed (on Debian and Ubuntu: apt-get install redis-server)"
        case .notExecutable(let reason):
            reason
        case .unusableFolder(let path, let reason):
            "cannot use the folder \(path): \(reason)"
        case .portInUse(let port):
            "port \(port) is in use (choose another, or none for a free one)"
        case .failedToStart(let reason):
            "redis-server did not start: \(reason)"
        case .notReady(let time, let reason):
            "redis-server was not ready after \(time.formatted): \(reason)"
        }
    }
}

extension Duration {
    /// Seconds with at most one decimal, such as `10 s` or `0.5 s`.
    fileprivate var formatted: String {
        let tenths = (self / .milliseconds(100)).rounded()
        let whole = tenths.truncatingRemainder(dividingBy: 10) == 0
        return whole ? "\(Int(tenths / 10)) s" : "\(tenths / 10) s"
    }
}
