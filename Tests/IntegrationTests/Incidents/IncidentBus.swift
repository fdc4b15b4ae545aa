import Caracal
import CaracalCommands
import Glibc
import RedisSandbox
import TestSupport

/// A private server on which incidents were prepared, and the tool as an operator uses it there.
final class IncidentBus {
    /// A finding of doctor, with what it was seen by and its fix.
    struct Finding: CustomStringConvertible {
        let check: String
        let status: String
        /// The finding and what it was seen by.
        let text: String
        let fix: String

        /// Whether somebody has to act.
        var isProblem: Bool { status == "failure" || status == "warning" }
        var description: String { "\(status) \(check): \(text) [\(fix)]" }
    }

    let server: SandboxServer
    /// The database of the outboxes, where an incident needs one.
    let postgres: PostgresServer?
    private let sandbox: IncidentSandbox
    private let keys: TemporaryFolder
    private let environment: [String: String]

    /// - Parameter hasDatabase: whether it has the database of the outboxes also where no incident needs one.
    init(_ binary: RedisBinary, _ incidents: [Incident], hasDatabase: Bool = false) throws {
        // What is slow is kept where it was made so, and is nothing to find where the machine is.
        let isSlow = incidents.contains { $0.name == "everything-slow" }
        server = try startServer(binary, extra: isSlow ? ["slowlog-max-len 128"] : [])
        postgres = hasDatabase || incidents.contains(where: \.needsDatabase) ? try startPostgres() : nil
        keys = try TemporaryFolder()
        var (files, environment): ([SignatureScheme: String], [String: String]) = ([:], ["REDIS_URL": server.url])
        for (number, scheme) in SignatureScheme.allCases.enumerated() {
            let path = try keys.write("\(scheme.rawValue).hex", String(repeating: "a\(number)", count: 32), mode: 0o600)
            files[scheme] = path
            environment[scheme == .audit ? "AUDIT_HMAC_KEY_FILE" : "STREAMS_HMAC_KEY_FILE"] = path
        }
        if let postgres {
            environment.merge(["DATABASE_URL": postgres.url, "PGPASSFILE": postgres.passwordFile]) { $1 }
        }
        self.environment = environment
        sandbox = try IncidentSandbox(
            on: server,
            program: try binary.path,
            keys: files,
            database: postgres.map(SandboxDatabase.init)
        )
        for incident in Incident.inOrder(incidents) { try incident.prepare(sandbox) }
    }

    deinit {
        server.stop()
        postgres?.stop()
    }

    /// Runs the tool.
    func run(_ arguments: String...) throws -> CommandResult {
        try CommandRunner(environment: environment).run(arguments)
    }

    /// What doctor finds, the first first, without what is as it should be.
    func findings() throws -> [Finding] {
        try JSONNode.lines(try run("doctor", "-o", "ndjson").stdout).compactMap { line in
            guard let check = line.text("check"), let status = line.text("status"), status != "ok" else { return nil }
            let words = [line.text("finding"), line.text("evidence")].compactMap(\.self).joined(separator: "; ")
            return Finding(check: check, status: status, text: words, fix: line.text("fix") ?? "")
        }
    }

    /// A stream's row in the second frame of watch, as JSON: the first one does not ask for consumers and signatures.
    func row(of stream: String) throws -> String {
        let frames = try run("watch", "-o", "ndjson", "--limit", "2", "--interval", "100ms").stdout
        let frame = frames.split(separator: "\n").last ?? ""
        let rows = frame.split(separator: #"{"stream":"#)
        return rows.first { $0.hasPrefix("\"caracal.\(stream)\"") }.map(String.init) ?? String(frame)
    }

    /// Types a line into a shell. Commands that ask are told yes beforehand, as nobody answers here.
    @discardableResult
    func type(_ line: String) throws -> CommandResult { try shell.run(["-c", inOwnFolder(line)]) }

    /// Types a line at a terminal, where its question is answered with yes: it has to ask one.
    func confirm(_ line: String) throws -> CommandResult {
        let command = try shell.startInTerminal(["-c", inOwnFolder(line)], columns: 200)
        try command.waitForOutput("[y/N] ")
        command.type("y\n")
        return try command.finish()
    }

    /// Files that it writes end with the bus.
    private func inOwnFolder(_ line: String) -> String { "cd '\(keys.path)' || exit\n\(line)" }

    private var shell: CommandRunner {
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        let path = ["PATH": "\(folder):\(Environment.current["PATH"] ?? "")"]
        return CommandRunner("/bin/bash", environment: environment.merging(path) { $1 })
    }
}

extension JSONNode {
    /// A member that is text.
    fileprivate func text(_ name: String) -> String? {
        if case .string(let text)? = self[name] { text } else { nil }
    }
}
