import ArgumentParser
import Caracal
import Glibc
import Redis
import Rendering
import Text

/// `caracalctl dlq export`
struct DLQExportCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write dead letters unchanged as NDJSON. [reads]",
        discussion: """
            The file is complete or does not exist: it is written under a temporary name, synced, and renamed. Each line has \
            a digest and names its deployment, so that dlq purge can tell that nothing was changed. verify-sig \
            --offline reads the lines too. If a server of a cluster cannot be reached, the rest is exported, and its \
            streams are named (status 75).

              caracalctl dlq export --to dead.ndjson
              caracalctl dlq export --reason hmac_verify_failed --to evidence.ndjson
              caracalctl dlq export --stream audit.events | jq .reason
              caracalctl dlq export 1767443990017-2 1767443990018-0
            """
    )

    @Argument(help: ArgumentHelp("These dead letters alone (default: all that match).", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var choice: DeadLetterOptions

    @Option(
        help: ArgumentHelp("Write to this file, which must not exist (default: standard output).", valueName: "file"),
        completion: .file()
    )
    var to: String?

    func validate() throws {
        try choice.validate(ids)
        if to?.isEmpty == true { throw ValidationError("--to is empty: name a file") }
    }

    func objection(to format: Setting<OutputFormat>) -> String? {
        to == nil && format.origin != .standard && format.value != .ndjson
            ? "an export is NDJSON: leave --output out, or give a file with --to" : nil
    }

    func run(in session: Session) throws -> ExitStatus {
        let export = DeadLetterExport(try choice.selection(ids: ids))
        guard let to else { return try DLQExportRun(session, writesLines: true).write(export) }
        return try DLQExportRun(session, writesLines: false).write(export, to: to)
    }
}

/// One run of `dlq export`: line after line to a file or to standard output.
struct DLQExportRun {
    private let session: Session
    private let progress: Progress

    init(_ session: Session, writesLines: Bool) {
        self.session = session
        progress = Progress(session, besideLines: writesLines)
        Interruption.catchSignals()
    }

    /// Writes to standard output.
    func write(_ export: DeadLetterExport) throws -> ExitStatus {
        let connection = try session.connect()
        let (_, report) = try write(export, on: connection) { try session.stream.write(asTheyAre: $0) }
        // A pipe cannot be brought to disk, and need not be.
        guard fsync(STDOUT_FILENO) == 0 || errno == EINVAL || errno == EROFS else {
            throw CommandError(.outputFailed, "cannot bring the export to disk: \(SystemError.last)")
        }
        return end(findings(report), report)
    }

    /// Writes to a file.
    func write(_ export: DeadLetterExport, to path: String) throws -> ExitStatus {
        let file = try ExportFile(path)
        let connection = try session.connect()
        let (count, report) = try write(export, on: connection) { try file.write($0) }
        progress.clear()
        try file.finish()
        let findings = findings(report)
        try session.present(
            DLQExportPresentation(
                count: count,
                path: path,
                server: ServerPresentation(connection),
                findings: findings,
                problemsOnly: session.output.isQuiet.value
            )
        )
        return end(findings, report)
    }

    private func write(
        _ export: DeadLetterExport,
        on connection: any CommandChannel,
        to sink: ([UInt8]) throws -> Void
    ) throws -> (count: Int, report: DeadLetterExport.Report) {
        var lines = ExportLines()
        var judge = try DeadLetterJudge(keys: SignatureKeys())
        let report = try export.run(on: connection, &judge, clock: WallClock.unsigned) { stream, count in
            try sink(lines.drain())
            progress.show(stream.target.key, done: count, of: stream.state.info?.length)
        } each: { entry, deployment in
            try lines.append(entry, of: deployment)
        }
        try lines.finish()
        try sink(lines.drain())
        return (lines.count, report)
    }

    /// What there is that was not exported.
    private func findings(_ report: DeadLetterExport.Report) -> [Finding] {
        report.missing.map { stream, refusal in
            Finding(
                .refused,
                .failure,
                stream: stream.readable,
                "the dead letters of \(stream) are not in the export: \(refusal.text)"
            )
        } + report.wrongTypes + Finding.absent(report.absent) + report.shared.map(\.finding)
            + (report.unmatched.map { [$0.finding] } ?? [])
    }

    private func end(_ findings: [Finding], _ report: DeadLetterExport.Report) -> ExitStatus {
        progress.clear()
        session.say(findings)
        return ExitStatus(findings, refusals: report.missing.map(\.refusal))
    }
}

/// Dead letters as the lines of an export. The last line says that it is, so that a file that ends early is recognised:
/// each line waits until there is another.
struct ExportLines {
    /// How many dead letters there were.
    private(set) var count = 0

    private var lines: [UInt8] = []
    private var contents = EntryJSON()
    private var waiting: (entry: DeadLetterExport.Entry, deployment: String)?

    /// Adds a dead letter.
    mutating func append(
        _ entry: DeadLetterExport.Entry,
        of deployment: DeploymentName
    ) throws(CryptographyError) {
        try write(isLast: false)
        waiting = (entry, deployment.text)
        count += 1
    }

    /// Adds what still waits: there is no further one.
    mutating func finish() throws(CryptographyError) {
        try write(isLast: true)
        waiting = nil
    }

    /// The lines since the last call.
    mutating func drain() -> [UInt8] {
        defer { lines.removeAll(keepingCapacity: true) }
        return lines
    }

    private mutating func write(isLast: Bool) throws(CryptographyError) {
        guard let (entry, deployment) = waiting else { return }
        var writer = JSONWriter()
        writer.object { object in
            object.member("line", .integer(Int64(count)))
            object.member("stream", .bytes(entry.stream))
            object.member("id", .string("\(entry.id)"))
            object.member("shape", .string(entry.shape.rawValue))
            object.member("reason", JSONValue(bytes: entry.reason))
            contents.write(entry.message, holding: entry.restored, to: &object)
            object.member("deployment", .string(deployment))
            if isLast { object.member("last", true) }
        }
        lines += try ExportSeal.seal(writer.drain())
        lines.append(UInt8(ascii: "\n"))
    }
}

/// How `dlq export --to` says what it wrote.
struct DLQExportPresentation: Presentable {
    let count: Int
    let path: String
    let server: ServerPresentation
    /// What was not exported.
    let findings: [Finding]
    /// Whether nothing is said of what went well.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        problemsOnly ? "" : "\(Format.count(count, "dead letter")) in \(path)\n"
    }

    var envelope: Envelope {
        let item: JSONValue = ["file": .string(path), "exported": .integer(Int64(count))]
        return Envelope(
            schema: "caracalctl.dlq-export/1",
            at: at,
            server: server.json,
            items: [item],
            summary: item,
            warnings: findings.warnings
        )
    }
}
