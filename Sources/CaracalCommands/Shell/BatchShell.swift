import Glibc
import Redis
import RedisSandbox
import Text

/// A shell whose lines come from a file or a pipe.
struct BatchShell {
    let shell: Shell
    /// Whether a line that fails does not end it.
    let keepsGoing: Bool

    /// Runs the lines; the status is that of the first one that failed.
    func run() throws -> Int32 {
        var lines = try ScriptLines.fromStandardInput()
        var number = 0
        var worst: Int32 = 0
        while let line = try lines.next() {
            number += 1
            if ["exit", "quit"].contains(line.filter { $0 != " " }) { break }
            guard let status = shell.run(line), status != 0 else { continue }
            if worst == 0 { worst = status }
            let isStopped = [ExitStatus.hungUp, .interrupted, .quit, .terminated].contains { $0.rawValue == status }
            if isStopped || !keepsGoing {
                Output.note("caracalctl: line \(number) ended with status \(status): what follows was not run")
                return status
            }
            Output.note("caracalctl: line \(number) ended with status \(status)")
        }
        return worst
    }
}

/// The lines of a script, as they come.
struct ScriptLines: ~Copyable {
    /// No command line is this long.
    private static let limit = 1 << 20

    private let descriptor: Descriptor
    private var buffer: [UInt8] = []
    private var hasEnded = false

    /// Takes standard input away from the commands, which would otherwise read the rest of the script as their input.
    static func fromStandardInput() throws(CommandError) -> ScriptLines {
        let script = Descriptor(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3))
        let nothing = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC))
        guard script.number >= 0, dup2(nothing.number, STDIN_FILENO) >= 0 else {
            throw CommandError(.internalError, "cannot read standard input: \(SystemError.last)")
        }
        return ScriptLines(script)
    }

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// The next line without its line feed; nil at the end.
    mutating func next() throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeFirst(end + 1) }
                return try text(buffer[..<end])
            }
            if hasEnded {
                defer { buffer = [] }
                return buffer.isEmpty ? nil : try text(buffer[...])
            }
            try readMore()
        }
    }

    private mutating func readMore() throws {
        guard buffer.count <= Self.limit else {
            throw CommandError(.malformedInput, "a line of the script is too long")
        }
        try Poll.wait(for: descriptor.number, events: Int16(POLLIN), until: .distant)
        var chunk = [UInt8](repeating: 0, count: 16_384)
        let count = read(descriptor.number, &chunk, chunk.count)
        if count > 0 { buffer += chunk.prefix(count) }
        hasEnded = count == 0
        if count < 0, errno != EINTR, errno != EAGAIN {
            throw CommandError(.malformedInput, "cannot read standard input: \(SystemError.last)")
        }
    }

    private func text(_ line: ArraySlice<UInt8>) throws -> String {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw CommandError(.malformedInput, "a line of the script is not UTF-8")
        }
        return text
    }
}
