import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

/// An exporter that runs, and where it listens.
struct RunningExporter {
    let command: RunningCommand
    let port: UInt16

    /// Asks once, over a connection of its own.
    func ask(_ path: String, method: String = "GET", _ headers: [String] = [], tls: TLSPolicy? = nil) throws
        -> HTTPConnection.Response
    {
        let connection = try HTTPConnection(port, tls: tls)
        try connection.ask(path, method: method, headers)
        return try connection.response(hasBody: method != "HEAD")
    }

    /// Ends it with a signal, and returns how it ended.
    func end(_ signal: Int32 = SIGTERM) throws -> CommandResult {
        command.signal(signal)
        return try command.finish()
    }
}

/// Runs `body` with an exporter of a server, on a port that is free.
///
/// - Parameter url: the server's; nil for one where nobody listens.
func withExporter(
    of url: String?,
    _ arguments: String...,
    environment: [String: String] = [:],
    _ body: (RunningExporter) throws -> Void
) throws {
    let variables = ["REDIS_URL": url ?? "redis://127.0.0.1:1"].merging(environment) { $1 }
    let command = try CommandRunner(environment: variables).start(["exporter", "--listen", "127.0.0.1:0"] + arguments)
    try command.waitForErrors("/metrics\n")
    let line = try #require(command.stderrSoFar.split(separator: "\n").last)
    let port = line.split(separator: ":").last.flatMap { UInt16($0.prefix { $0.isNumber }) }
    try body(RunningExporter(command: command, port: try #require(port)))
}
