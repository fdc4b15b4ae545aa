import Glibc
import Redis
import RedisSandbox

/// Runs the built `caracalctl`, or another program, with nothing of this process's environment.
package struct CommandRunner: Sendable {
    /// The program's file.
    package var executable: String
    /// Its environment, beside PATH, HOME (an empty folder of the run's own, where it also runs), LANG and time to connect.
    package var environment: [String: String]
    /// How long a run may take before it is killed and the test fails.
    package var timeout: Duration

    /// A runner of `caracalctl`, unless another program is named.
    package init(
        _ executable: String = CommandRunner.caracalctl,
        environment: [String: String] = [:],
        timeout: Duration = .seconds(180)
    ) {
        self.executable = executable
        self.environment = environment
        self.timeout = timeout
    }

    /// A runner of `caracalctl` for a server: its environment has REDIS_URL.
    package init(for server: SandboxServer) {
        self.init(environment: ["REDIS_URL": server.url])
    }

    /// The binary under test: it lies beside the running test bundle.
    package static let caracalctl: String = {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = max(0, readlink("/proc/self/exe", &path, path.count))
        let bundle = String(decoding: path.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let beside = bundle.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/caracalctl"
        return access(beside, X_OK) == 0 ? beside : Repository.root + "/.build/debug/caracalctl"
    }()

    /// Runs it to its end with `input` as its whole standard input.
    package func run(_ arguments: [String], input: [UInt8] = []) throws -> CommandResult {
        let command = try start(arguments)
        command.type(input)
        command.closeInput()
        return try command.finish()
    }

    /// Runs it to its end with a text as its whole standard input.
    package func run(_ arguments: [String], input: String) throws -> CommandResult {
        try run(arguments, input: Array(input.utf8))
    }

    /// Starts it, with its standard input open.
    package func start(_ arguments: [String]) throws -> RunningCommand {
        let input = try Pipe()
        let output = try Pipe()
        let errors = try Pipe()
        let home = try TemporaryFolder()
        let child = try command(arguments, home: home, standing: .detached)
            .start(input: input.output.number, output: output.input.number, errors: errors.input.number)
        return RunningCommand(
            child: child,
            arguments: arguments,
            home: home,
            timeout: timeout,
            input: input.takeInput(),
            output: output.takeOutput(),
            errors: errors.takeOutput()
        )
    }

    /// Starts it under a terminal of this size, which all three of its standard streams are.
    package func startInTerminal(_ arguments: [String], columns: UInt16 = 80, rows: UInt16 = 24) throws
        -> RunningCommand
    {
        var (ours, its): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&ours, &its, nil, nil, &size) == 0 else { throw SystemError.last }
        let terminal = Descriptor(its)
        let screen = Descriptor(ours)
        let keyboard = Descriptor(dup(ours))
        let home = try TemporaryFolder()
        let child = try command(arguments, home: home, standing: .terminal)
            .start(input: terminal.number, output: terminal.number, errors: terminal.number)
        return RunningCommand(
            child: child,
            arguments: arguments,
            home: home,
            timeout: timeout,
            input: keyboard,
            output: screen,
            errors: Descriptor(-1)
        )
    }

    /// The variables that every command is given, where they are set: where coverage is measured, what the program runs
    /// counts as well, and a sanitizer is set up there as it is here.
    package static let instruments = ["LLVM_PROFILE_FILE", "ASAN_OPTIONS", "TSAN_OPTIONS"]

    private func command(
        _ arguments: [String],
        home: TemporaryFolder,
        standing: ChildCommand.Standing
    ) -> ChildCommand {
        var defaults = ["PATH": Environment.current["PATH"] ?? "", "HOME": home.path, "LANG": "C.UTF-8"]
        // On a loaded machine a server may take seconds for its first word.
        defaults["CARACALCTL_CONNECT_TIMEOUT"] = "20s"
        for name in Self.instruments { defaults[name] = Environment.current[name] }
        return ChildCommand(
            executable,
            arguments,
            environment: Environment(defaults.merging(environment) { $1 }),
            folder: home.path,
            standing: standing
        )
    }
}
