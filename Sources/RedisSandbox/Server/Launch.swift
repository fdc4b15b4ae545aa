import Glibc
import Redis

/// Brings a redis-server from its settings to the point where it answers.
struct Launch {
    /// A server that answers.
    struct Result {
        let process: ChildProcess
        let port: UInt16?
    }

    private static let portAttempts = 5
    private let settings: SandboxSettings
    private let deadline: Deadline
    private let program: String

    /// Finds the program.
    init(settings: SandboxSettings, deadline: Deadline) throws(SandboxError) {
        self.settings = settings
        self.deadline = deadline
        program = try ServerProgram.find(settings.program)
    }

    /// Starts the server in its folder, on another port as long as the one chosen turns out to be taken.
    func run(in folder: borrowing SandboxFolder, choosingPort choose: () -> UInt16) throws(SandboxError) -> Result {
        for _ in 1..<Self.portAttempts where settings.listening.isFree {
            do {
                return try attempt(in: folder, port: choose())
            } catch .portInUse {
                continue
            }
        }
        return try attempt(in: folder, port: choose())
    }

    private func attempt(in folder: borrowing SandboxFolder, port: UInt16) throws(SandboxError) -> Result {
        try run(in: folder, on: settings.listening.port(free: port))
    }

    /// Starts the server in its folder, on this port and no other; nil for none.
    func run(in folder: borrowing SandboxFolder, on port: UInt16?) throws(SandboxError) -> Result {
        try folder.write("redis.conf", settings.configuration(port: port ?? 0))
        let process = try start(in: folder)
        let probe = ReadinessProbe(socketPath: folder.shortSocketPath)
        while !probe.isReady(until: deadline) {
            if process.wait(until: .after(.milliseconds(1)).orEarlier(deadline)) != nil {
                throw failure(ServerLog(file: folder.file("redis.log")), port: port)
            }
            if deadline.hasPassed {
                let log = ServerLog(file: folder.file("redis.log"))
                throw .notReady(after: deadline.allowance, reason: log.lastMessage)
            }
        }
        return Result(process: process, port: port)
    }

    private func start(in folder: borrowing SandboxFolder) throws(SandboxError) -> ChildProcess {
        let log = try folder.create("redis.log")
        let nothing = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC))
        do {
            return try ChildCommand(program, ["redis.conf"], folder: folder.path)
                .start(input: nothing.number, output: log.number, errors: log.number)
        } catch {
            throw .notExecutable(reason: error.description)
        }
    }

    private func failure(_ log: ServerLog, port: UInt16?) -> SandboxError {
        if let port, log.saysAddressInUse { return .portInUse(port) }
        return .failedToStart(reason: log.lastMessage)
    }
}

extension SandboxSettings.Listening {
    /// Whether the port is ours to choose.
    fileprivate var isFree: Bool {
        self == .freePort || self == .freeTLSPort
    }

    /// The port to listen on, given one that is free; nil for none.
    fileprivate func port(free: UInt16) -> UInt16? {
        switch self {
        case .freePort, .freeTLSPort: free
        case .port(let fixed): fixed
        case .socket: nil
        }
    }
}

/// A redis-server program on this machine.
private enum ServerProgram {
    /// The file of a program, looked up in PATH unless its name has a slash.
    static func find(_ name: String) throws(SandboxError) -> String {
        let file: String
        do {
            file = try ExecutableSearch.find(name, path: Environment.current["PATH"])
        } catch {
            throw error.reason.code == ENOENT ? .notFound(program: name) : .notExecutable(reason: error.description)
        }
        guard access(file, F_OK) == 0 else { throw .notFound(program: name) }
        return absolute(file)
    }

    /// The server runs in its own folder, where a relative name would mean something else. Links stay: Debian's
    /// redis-server is one, and the program acts on the name it is called by.
    private static func absolute(_ file: String) -> String {
        guard !file.hasPrefix("/"), let folder = getcwd(nil, 0) else { return file }
        defer { free(folder) }
        return String(cString: folder) + "/" + file
    }
}

/// Finds a TCP port of loopback that nobody listens on.
package enum FreePort {
    /// The highest port a server may have: its cluster bus, where it has one, listens 10,000 higher.
    private static let highest: UInt16 = 55_535

    /// A port that was free a moment ago; the kernel chose it, and does not give it out again at once.
    package static func choose() -> UInt16 {
        let listener = Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener.number, $0, length)
                _ = getsockname(listener.number, $0, &length)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        return port <= highest ? port : choose()
    }
}

/// Asks a server that is starting whether it answers already.
private struct ReadinessProbe {
    /// The server's Unix socket. It lies in a folder of ours, so the server that answers there is ours and no other.
    let socketPath: String

    /// Whether it answers PING within the deadline: with anything but LOADING, since a refusal (NOAUTH) is an answer too.
    func isReady(until deadline: Deadline) -> Bool {
        guard let address = SocketAddress(unixPath: socketPath) else { return false }
        let connection = Descriptor(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        guard address.withSockAddr({ connect(connection.number, $0, $1) }) == 0 else { return false }
        let ping = Array("PING\r\n".utf8)
        guard send(connection.number, ping, ping.count, Int32(MSG_NOSIGNAL)) == ping.count else { return false }
        return firstLine(from: connection.number, until: deadline).map { !$0.starts(with: "-LOADING".utf8) } ?? false
    }

    /// The bytes up to the first LF; nil when they do not come.
    private func firstLine(from connection: Int32, until deadline: Deadline) -> [UInt8]? {
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256)
        var watched = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        while !line.contains(UInt8(ascii: "\n")) {
            guard poll(&watched, 1, deadline.pollMilliseconds) == 1 else { return nil }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            line += chunk.prefix(count)
        }
        return line
    }
}

/// What a server that is starting has written so far.
private struct ServerLog {
    private let lines: [Substring]

    /// Reads the end of a log file; a file that cannot be read is an empty log.
    init(file: String) {
        let descriptor = Descriptor(open(file, O_RDONLY | O_CLOEXEC))
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let size = lseek(descriptor.number, 0, SEEK_END)
        let count = pread(descriptor.number, &bytes, bytes.count, max(0, size - bytes.count))
        lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
    }

    /// Whether the server found its port taken.
    var saysAddressInUse: Bool {
        lines.contains { $0.contains("Address already in use") }
    }

    /// The last line without process id, role and time (`1234:M 22 Nov 2026 10:11:12.131 # `), safe for a terminal.
    var lastMessage: String {
        guard let line = lines.last else { return "it wrote no log" }
        // Process id and role, day, month, year, time, and a mark for the level.
        let words = line.split(separator: " ", maxSplits: 6)
        let message = words.count == 7 && words[0].contains(":") ? words[6] : line
        return String(message.unicodeScalars.map { (" "..."~").contains($0) ? Character($0) : "?" })
    }
}
