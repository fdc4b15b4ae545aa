import ArgumentParser
import Caracal
import Glibc
import Redis
import RedisSandbox
import Rendering
import Text

/// A sandbox that outlives the command which started it, for `eval "$(caracalctl sandbox --env)"`: as ssh-agent does.
enum SandboxInBackground {
    /// By this variable `--stop` finds it.
    static let variable = "CARACALCTL_SANDBOX_PID"

    /// Starts it, and once it is ready prints what it says of itself.
    ///
    /// - Parameter options: those of the sandbox, as they are typed.
    static func start(_ options: [String]) throws {
        let pipe = try Pipe()
        let nothing = Descriptor(open("/dev/null", O_RDWR | O_CLOEXEC))
        let child = try ChildCommand(try program(), ["sandbox", "--in-background"] + options, deathSignal: 0)
            .start(input: nothing.number, output: pipe.input.number)
        let output = pipe.takeOutput()
        let lines = read(output.number)
        guard !lines.isEmpty else { throw ExitCode(child.wait().shellStatus) }
        do { try Output().write(asTheyAre: lines) } catch {
            // Nobody would know of it.
            child.stop(grace: .seconds(15))
            throw error
        }
        child.release()
        Output.note(
            "caracalctl: the sandbox runs in the background (process \(child.identifier)); "
                + "eval \"$(caracalctl sandbox --stop)\" ends it"
        )
    }

    /// In the background: prints what leads to it, and lets go of the terminal.
    static func announce(_ settings: [(String, String)], _ inTheWay: [String]) throws {
        let unset = inTheWay.isEmpty ? "" : "unset \(inTheWay.joined(separator: " "));\n"
        let all = settings + [(variable, "\(getpid())")]
        let lines = all.map { "export \($0.0)=\(ShellWord.quoted(Array($0.1.utf8)).text);\n" }.joined()
        try Output().write(asTheyAre: Array((unset + lines).utf8))
        let nothing = Descriptor(open("/dev/null", O_RDWR | O_CLOEXEC))
        for stream in [STDOUT_FILENO, STDERR_FILENO] { dup2(nothing.number, stream) }
    }

    /// Ends the one that the environment names, and prints what makes a shell forget it.
    static func stop() throws {
        guard let text = SettingsSource.process.environment(variable), let number = pid_t(text), number > 1 else {
            throw CommandError(
                .finding,
                "no sandbox was started from here: \(variable) is not set (caracalctl sandbox --env)"
            )
        }
        if isSandbox(number) {
            kill(number, SIGTERM)
            let deadline = Deadline.after(.seconds(15))
            var backoff = Backoff.ofProcess
            while isThere(number), !deadline.hasPassed { try backoff.rest(until: deadline) }
            guard !isThere(number) else { throw CommandError(.internalError, "process \(number) does not end") }
        } else {
            Output.note("caracalctl: note: process \(number) is no sandbox any more")
        }
        let keys = SignatureScheme.allCases.map { $0.keyVariable + "_FILE" }
        let names = ["REDIS_URL"] + keys + SandboxDatabase.variables + [variable]
        try Output().write("unset \(names.joined(separator: " "));\n")
    }

    /// Whether a process is one: its number may be another's by now.
    private static func isSandbox(_ number: pid_t) -> Bool {
        let file = Descriptor(open("/proc/\(number)/cmdline", O_RDONLY | O_CLOEXEC))
        guard file.number >= 0 else { return false }
        let words = read(file.number).split(separator: 0, omittingEmptySubsequences: false)
        return words.dropFirst().starts(with: ["sandbox", "--in-background"].map { ArraySlice(Array($0.utf8)) })
    }

    /// Whether a process has not come to its end. Its command line is empty before that; one that nobody collects is at its end.
    private static func isThere(_ number: pid_t) -> Bool {
        let file = Descriptor(open("/proc/\(number)/stat", O_RDONLY | O_CLOEXEC))
        guard file.number >= 0 else { return false }
        // NUMBER (NAME) STATE: the name may hold anything.
        let words = read(file.number)
        guard let end = words.lastIndex(of: UInt8(ascii: ")")), end + 2 < words.count else { return false }
        return ![UInt8(ascii: "Z"), UInt8(ascii: "X")].contains(words[end + 2])
    }

    /// The file of this program.
    static func program() throws(SystemError) -> String {
        guard let path = realpath("/proc/self/exe", nil) else { throw .last }
        defer { free(path) }
        return String(cString: path)
    }

    /// What can be read up to the end.
    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count > 0 { bytes += chunk.prefix(count) }
            if count == 0 || count < 0 && errno != EINTR { return bytes }
        }
    }
}
