import Glibc
import Redis
import RedisSandbox
import TestSupport

/// What redis-cli prints for a command, without the closing line feeds.
func redisCLI(_ server: SandboxServer, _ arguments: String..., port: UInt16? = nil) throws -> String {
    let place = port.map { ["-p", "\($0)"] } ?? ["-s", server.socketPath]
    let result = try CommandRunner("/usr/bin/redis-cli").run(place + arguments)
    let lines = (result.stdout + result.stderr).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix(1 + (lines.lastIndex { !$0.isEmpty } ?? -1)).joined(separator: "\n")
}

/// Waits until a process has ended; false when it still runs after half a minute.
func hasEnded(_ identifier: pid_t) -> Bool {
    let deadline = Deadline.after(.seconds(30))
    while ProcessState.isRunning(identifier) && !deadline.hasPassed { sched_yield() }
    return !ProcessState.isRunning(identifier)
}

/// A shell that runs a script, detached from the tests.
func shell(_ script: String, environment: [String: String] = ["PATH": "/usr/bin:/bin"]) -> ChildCommand {
    ChildCommand("/bin/sh", ["-c", script], environment: Environment(environment))
}

/// The error that a call throws; nil when it throws none.
func errorOf<Failure: Error>(_ body: () throws(Failure) -> some Any) -> Failure? {
    do {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

/// All that a command writes to its standard output.
func outputOf(_ command: ChildCommand) throws -> String {
    let pipe = try Pipe()
    let child = try command.start(output: pipe.input.number)
    let output = pipe.takeOutput()
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while case let count = read(output.number, &chunk, chunk.count), count > 0 { bytes += chunk.prefix(count) }
    _ = child.wait()
    return String(decoding: bytes, as: UTF8.self)
}
