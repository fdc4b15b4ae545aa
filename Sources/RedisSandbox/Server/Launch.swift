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
        let port = settings.listening.port(free: port)
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
