import CSystem
import Caracal
import Redis

/// One run of `publish`: connect, look, send, present, and leave a file for what remains open.
struct PublishRun {
    private let session: Session
    private let options: PublishCommand

    init(_ session: Session, _ options: PublishCommand) {
        self.session = session
        self.options = options
    }

    /// How long the server may take to have it on disk.
    private var diskPatience: Int64? {
        options.waitAof ? Int64(session.settings.commandTimeout.value / .milliseconds(1)) : nil
    }

    // MARK: Showing

    /// Shows what would be sent for one message.
    func preview(_ message: Message, _ rules: PublishRules) throws -> ExitStatus {
        try session.present(PublishPreview(stream: rules.stream, entries: [try preview(of: message, rules)]))
        return .success
    }

    /// Shows what would be sent for the lines of a file.
    func preview(_ path: String, _ rules: PublishRules) throws -> ExitStatus {
        let input = try InputFile(path)
        var lines = LineReader(descriptor: input.descriptor)
        var encoder = try EntryEncoder(rules)
        var scanner = MessageScanner()
        var message = Message()
        var entries: [EntryPreview] = []
        do {
            while try lines.advance() {
                guard !MessageScanner.isBlank(lines.bytes, lines.line) else { continue }
                try scanner.scan(lines.bytes, lines.line, into: &message)
                entries.append(try encoder.preview(message))
            }
        } catch {
            throw Failure(.malformedInput, "line \(lines.number): \(error); nothing was sent")
        }
        try session.present(PublishPreview(stream: rules.stream, entries: entries))
        return .success
    }

    private func preview(of message: Message, _ rules: PublishRules) throws -> EntryPreview {
        var encoder = try EntryEncoder(rules)
        do {
            return try encoder.preview(message)
        } catch {
            let status: ExitStatus = options.json == nil ? .usage : .malformedInput
            throw Failure(error.isAboutMessage ? status : .internalError, "\(error); nothing was sent")
        }
    }

    // MARK: Sending

    /// Publishes one message.
    func publish(_ message: Message, _ rules: PublishRules) throws -> ExitStatus {
        // What cannot be sent is refused before anybody is contacted.
        _ = try preview(of: message, rules)
        let (connection, target) = try connect(to: rules.stream)
        var bulk = try bulk(rules, target, connection, isSingle: true)
        let report = try bulk.run(message, waitsForDisk: diskPatience)
        return try end(report, rules, target, connection, isSingle: true)
    }

    /// Publishes the lines of a file.
    func publish(_ path: String, _ rules: PublishRules) throws -> ExitStatus {
        let input = try InputFile(path)
        let (connection, target) = try connect(to: rules.stream)
        csystem_catch_interrupts()
        var lines = LineReader(descriptor: input.descriptor)
        var bulk = try bulk(rules, target, connection)
        let report = bulk.run(&lines, waitsForDisk: diskPatience)
        return try end(report, rules, target, connection, isSingle: false)
    }

    /// Settles what an earlier run left open.
    func resume(_ path: String) throws -> ExitStatus {
        let plan = try ResumeFile.read(path)
        let stream = StreamTable.all.first { $0.key == plan.stream } ?? .unlisted(plan.stream.readable)
        let rules = PublishRules(stream: stream, signing: nil, maxLength: plan.maxLength)
        let (connection, target) = try connect(to: stream)
        let missing = try missing(from: plan, path, on: connection)
        let settled = plan.entries.count - missing.count
        session.say(.note, code: "settled", "\(settled) of \(plan.entries.count) messages were in the stream already")
        var bulk = try bulk(rules, target, connection)
        return try end(bulk.resume(missing, waitsForDisk: diskPatience), rules, target, connection, isSingle: false)
    }

    /// The messages of a file that are certainly not in the stream.
    private func missing(
        from plan: ResumeFile.Plan,
        _ path: String,
        on connection: Connection
    ) throws(Failure) -> [SentEntry] {
        guard plan.isInDoubt else { return plan.entries }
        do {
            return try plan.unsettled.missing(on: connection)
        } catch {
            throw Failure(.unknownOutcome, "\(error.text); nothing was sent, and \(path) is as it was")
        }
    }

    private func connect(to stream: StreamDefinition) throws -> (Connection, PublishTarget) {
        let connection = try session.connect()
        switch try PublishTarget.look(at: stream, asksForDisk: options.waitAof, on: connection) {
        case .success(let target):
            guard target.canWaitForDisk != false else {
                throw Failure(
                    .configuration,
                    "\(connection.endpoint) cannot tell when an entry is on its disk (--wait-aof needs Redis 7.2 and appendonly); nothing was sent"
                )
            }
            return (connection, target)
        case .failure(.noStream):
            throw Failure(
                .finding,
                "\(stream.name) does not exist, and nothing was sent (caracalctl provision creates it)"
            )
        case .failure(.replica):
            throw Failure(
                .refusedForNow,
                "\(connection.endpoint) is a replica, and nothing was sent (connect to the master)"
            )
        case .failure(.refused(let refusal)): throw Failure(refusal, by: connection.endpoint.description)
        }
    }

    private func bulk(
        _ rules: PublishRules,
        _ target: PublishTarget,
        _ connection: Connection,
        isSingle: Bool = false
    ) throws -> BulkPublish {
        let settings = session.settings
        let writer = session.output.format.value == .ndjson && !isSingle ? ReceiptWriter(rules.stream) : nil
        return try BulkPublish(
            rules: rules,
            target: target,
            connection: connection,
            rate: options.rate,
            reconnect: { () throws(RedisError) in try Reconnect(settings).run() },
            report: { line, outcome in writer?.note(line, outcome) }
        )
    }

    // MARK: Ending

    private func end(
        _ report: PublishReport,
        _ rules: PublishRules,
        _ target: PublishTarget,
        _ connection: Connection,
        isSingle: Bool
    ) throws -> ExitStatus {
        let file = try ResumeFile.write(report, rules)
        try session.present(
            PublishPresentation(
                report: report,
                stream: rules.stream,
                groups: target.groups,
                server: ServerPresentation(connection),
                isSingle: isSingle,
                resumeFile: file
            )
        )
        let ending = PublishEnding(
            report,
            stream: rules.stream,
            groups: target.groups,
            resumeFile: file,
            isSingle: isSingle
        )
        session.say(ending.findings)
        return ending.status
    }
}
