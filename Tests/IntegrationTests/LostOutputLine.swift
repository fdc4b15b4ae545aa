import CaracalCommands
import RedisSandbox
import TestSupport

/// How standard output can be lost.
enum LostOutput: CaseIterable, Sendable {
    /// It was closed before the command began.
    case closed
    /// There is no room.
    case full
    /// Its only reader has gone.
    case gone

    /// Why nothing can be written to it; nil where that is no error.
    var reason: String? {
        switch self {
        case .closed: "bad file descriptor"
        case .full: "no space left on device"
        case .gone: nil
        }
    }

    /// The command line of a shell that runs a command with such an output.
    func script(_ command: String) -> String {
        switch self {
        case .closed: "\(command) >&-"
        case .full: "\(command) >/dev/full"
        case .gone: "mkfifo p; exec 3<>p; exec 4>p; exec 3>&-; \(command) >&4"
        }
    }
}

/// A command line, and what it ends with where its output is lost.
struct LostOutputLine {
    /// What is typed behind `caracalctl`. ROW is the id of a row in the outbox, FOLDER one with an export and a context in it.
    let text: String
    private let closed: ExitStatus
    private let full: ExitStatus
    private let gone: ExitStatus

    private init(_ text: String, closed: ExitStatus, full: ExitStatus, gone: ExitStatus) {
        (self.text, self.closed, self.full, self.gone) = (text, closed, full, gone)
    }

    func status(_ output: LostOutput) -> Int32 {
        switch output {
        case .closed: closed.rawValue
        case .full: full.rawValue
        case .gone: gone.rawValue
        }
    }

    /// Every command, in an order in which each has something to do.
    static let all = looking + writing + finding + judging + silent

    /// What is found is seen by nobody: who reads no further had enough.
    private static let looking = [
        "doctor", "watch -o ndjson --limit 1", "trace 1-1", "xlen", "xlen -o json", "xlen --max-fill 0%", "pending",
        "pending audit.events audit-ingestor --all", "memory", "tail --no-follow --from -", "get keys.invalidate 1-1",
        "find keys.invalidate", "report --md -", "report --html -", "exporter --print-rules",
        "exporter --print-dashboard", "provision --emit-acl observer", "group ls", "consumer ls", "raw PING",
        "dlq summary", "dlq ls", "dlq show 1-1", "dlq export", "outbox status", "outbox ls", "outbox show ROW",
        "outbox --emit-grants observer", "env", "sandbox --list", "sandbox --print-config", "shell", "completion bash",
        "version", "version -o json", "help", "help xlen", "help exit", "xlen --help", "--version", "context ls",
        "context show a",
    ].map { LostOutputLine($0, closed: .outputFailed, full: .outputFailed, gone: .success) }

    /// What is done is done, and not to be repeated.
    private static let writing = [
        "provision", "publish keys.invalidate zone_id=z-1 --unsigned",
        "claim audit.events audit-ingestor --to other --yes 1-1", "ack audit.events audit-ingestor --yes 1-1",
        "trim audit.events --yes", "group create keys.invalidate extra --at end --yes",
        "group seek keys.invalidate extra --to end --yes", "group rm keys.invalidate extra --yes", "group prune --yes",
        "consumer rm audit.events siem-export spare --yes", "consumer prune audit.events siem-export --idle 0s --yes",
        "raw --yes SET a b", "dlq redrive --dry-run", "dlq purge --exported FOLDER/dead.ndjson --yes",
        "outbox unlock --yes", "outbox requeue --dead --yes", "outbox dispatch --yes",
    ].map { LostOutputLine($0, closed: .outputFailed, full: .outputFailed, gone: .success) }

    /// Of what writes, or can, something was found, or could not be done.
    private static let finding = [
        "provision --check", "provision --check -o json", "ack audit.events audit-ingestor --yes 9-9",
        "claim audit.events audit-ingestor --to other --yes 9-9",
        "consumer rm audit.events siem-export nobody --yes", "outbox reconcile", "outbox reconcile -o ndjson",
    ].map { LostOutputLine($0, closed: .outputFailed, full: .outputFailed, gone: .finding) }

    /// Their status is their answer; that of check is one of a plugin.
    private static let judging = [
        LostOutputLine("verify-sig keys.invalidate", closed: .finding, full: .outputFailed, gone: .finding),
        LostOutputLine("verify-sig keys.invalidate --each", closed: .finding, full: .outputFailed, gone: .finding),
        LostOutputLine("check", closed: .critical, full: .unknown, gone: .critical),
        LostOutputLine("check -o json", closed: .critical, full: .unknown, gone: .critical),
    ]

    /// They have no results.
    private static let silent = [
        "context add b --url redis://h", "context use a", "context rename a c", "context rm c",
    ].map { LostOutputLine($0, closed: .success, full: .success, gone: .success) }
}

/// A bus and outboxes in which each of these commands has something to show, or to do.
struct LostOutputBench {
    private let runner: CommandRunner
    private let folder: TemporaryFolder
    private let row: String

    init(_ server: SandboxServer, _ postgres: PostgresServer) throws {
        folder = try TemporaryFolder()
        var runner = CommandRunner(for: server, postgres)
        runner.environment["STREAMS_HMAC_KEY"] = VerifySig.key
        runner.environment["AUDIT_HMAC_KEY"] = VerifySig.key
        runner.environment["XDG_CONFIG_HOME"] = folder.path
        _ = try runner.run(["provision"])
        try server.send(
            "XADD caracal.keys.invalidate 1-1 n 1",
            "XADD caracal.sessions.revoke 1-1 zone_id z-1",
            "XADD caracal.audit.events 1-1 data {}",
            "XADD caracal.audit.events.dlq 1-1 reason x:y src_id 1-1",
            "XREADGROUP GROUP audit-ingestor one COUNT 1 STREAMS caracal.audit.events >",
            "XGROUP CREATECONSUMER caracal.audit.events audit-ingestor other",
            "XGROUP CREATECONSUMER caracal.audit.events siem-export spare",
            "XGROUP CREATECONSUMER caracal.audit.events siem-export idle",
            "XGROUP CREATE caracal.sessions.revoke gateway-revocation:a 0",
            "XGROUP CREATE caracal.keys.invalidate stranger $"
        )
        try postgres.insertRows(in: .api, .published)
        try postgres.insertRows(in: .api, .locked(by: "w", forSeconds: -60))
        row = try postgres.insertRows(in: .api, .dead())[0]
        _ = try runner.run(["dlq", "export", "--to", "\(folder.path)/dead.ndjson"])
        _ = try runner.run(["context", "add", "a", "--url", "redis://h"])
        runner.executable = "/bin/sh"
        self.runner = runner
    }

    /// What a command says on standard error; its status is the last line. A shell of ours reads `xlen`.
    func run(_ line: String, to output: LostOutput) throws -> String {
        let words = line.replacing("ROW", with: row).replacing("FOLDER", with: folder.path)
        let script = output.script("\(CommandRunner.caracalctl) \(words)")
        return try runner.run(["-c", script + "\necho status $? >&2"], input: "xlen\n").stderr
    }
}
