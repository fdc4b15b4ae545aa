import Caracal
import Redis
import Text

/// One run of `publish`: connect, look, send, present, and leave a file for what remains open.
struct PublishRun {
    let session: Session
    let options: PublishCommand

    init(_ session: Session, _ options: PublishCommand) {
        self.session = session
        self.options = options
    }

    /// Publishes one message.
    func publish(_ message: Message, _ rules: PublishRules) throws -> ExitStatus {
        // What cannot be sent is refused before anybody is contacted.
        _ = try preview(of: message, rules)
        let context = try connect(to: rules.stream, signing: rules)
        var bulk = try BulkPublish(
            rules: rules,
            target: context.target,
            server: context.server,
            rate: nil,
            confirmation: confirmation(on: context.connection)
        )
        let report = try bulk.run(message, waitsForDisk: diskPatience)
        return try end(report, rules, context, from: MessageOrigin(input: options.json), isSingle: true).status
    }

    /// Publishes the lines of a file.
    func publish(_ path: String, _ rules: PublishRules) throws -> ExitStatus {
        let input = try InputFile(path)
        let context = try connect(to: rules.stream, signing: rules)
        var rules = rules
        rules.deadLetterKeys = context.connection.isCluster ? deadLetterKeys : nil
        return try send(rules, over: context, from: MessageOrigin(input: path), reading: input) { bulk in
            var lines = LineReader(descriptor: input.descriptor)
            return bulk.run(&lines, waitsForDisk: diskPatience)
        }.status
    }

    /// The keys that the messages in dead letters are checked with: those that can be used. What there is to say of their files is said
    /// of the one that signs.
    var deadLetterKeys: SignatureKeys { DoctorSetup.keys(session.source).keys }

    /// Sends many messages, with a receipt for each where that is asked for.
    func send(
        _ rules: PublishRules,
        over context: PublishContext,
        from origin: MessageOrigin,
        reading input: InputFile? = nil,
        _ work: (inout BulkPublish) -> PublishReport
    ) throws -> (status: ExitStatus, open: OpenMessages) {
        let receipts = ReceiptWriter(session)
        let progress = Progress(session, besideLines: receipts != nil)
        var count: UInt64 = 0
        var bulk = try BulkPublish(
            rules: rules,
            target: context.target,
            server: context.server,
            rate: options.messageRate,
            confirmation: confirmation(on: context.connection),
            report: { line, outcome in
                receipts?.note(PublishReceipt(stream: rules.stream, line: line, outcome: outcome).json)
                count += 1
                if let input { progress.show(rules.stream.key, done: count, in: input) }
            },
            settled: { receipts?.flush() }
        )
        let report = work(&bulk)
        receipts?.flush()
        progress.clear()
        return try end(report, rules, context, from: origin, isSingle: false)
    }

    /// What has to be certain before a message counts as published. The server gives up waiting for replicas before we do.
    func confirmation(on channel: any CommandChannel) -> PublishConfirmation? {
        let milliseconds = max(1, Int64(session.settings.commandTimeout.value.milliseconds / 2))
        return PublishConfirmation(
            replicas: options.replicaCount.map { ReplicaDemand(count: $0, milliseconds: milliseconds) },
            mastership: session.masterCheck,
            isCluster: channel.isCluster
        )
    }

    /// How long the server may take to have it on disk, in milliseconds.
    var diskPatience: Int64? {
        options.waitAof ? Int64(session.settings.commandTimeout.value.milliseconds) : nil
    }
}

// MARK: - Connecting

extension PublishRun {
    /// What is known before anything is sent.
    struct PublishContext {
        /// The connection that it was looked at over.
        let connection: any CommandChannel
        let target: PublishTarget
        /// What was said already, before anything was sent.
        let warnings: [Finding]
        /// What to publish over.
        let server: ReconnectingChannel
    }

    /// Connects and looks at the stream. A signal to stop is a request from here on, so that nothing is left in doubt by it.
    ///
    /// - Parameters:
    ///   - rules: whose key is tried on the newest entries; nil where none is.
    ///   - name: the name of the run's connections, which an earlier run may have had.
    func connect(
        to stream: StreamDefinition,
        signing rules: PublishRules? = nil,
        as name: ConnectionName = ConnectionName()
    ) throws -> PublishContext {
        session.catchSignalsOfWrites()
        let connection = try session.connect(as: name, asking: PublishTarget.questions(stream, rules))
        let target = try check(stream, signing: rules, on: connection)
        let warnings = keyWarnings(target.key, stream)
        session.say(warnings)
        let server = session.reconnecting(connection, as: name) { session.sayMoved(from: connection, to: $0) }
        return PublishContext(connection: connection, target: target, warnings: warnings, server: server)
    }

    /// Looks at the stream and at the replicas; throws what keeps a message from being published. Nothing is changed.
    func check(
        _ stream: StreamDefinition,
        signing rules: PublishRules?,
        on connection: any CommandChannel
    ) throws -> PublishTarget {
        let target = try look(at: stream, rules, on: connection)
        try requireReplicas(on: connection.connection(for: stream.key))
        return target
    }

    /// Known before anything is sent: a master without enough replicas would never confirm.
    private func requireReplicas(on connection: Connection) throws {
        guard let wanted = options.replicaCount else { return }
        let (offsets, wait) = (ReplicaOffsets(), Wait(replicas: 0, milliseconds: 1))
        let replies = try connection.pipeline([offsets.command, wait.command])
        // To wait for nobody takes no time, and the right to.
        if case .failure(let refusal) = try connection.read(replies[1], of: wait), refusal.kind == .noPermission {
            throw CommandError(refusal, by: connection.endpoint.description)
        }
        switch try connection.read(replies[0], of: offsets) {
        case .failure(let refusal): throw CommandError(refusal, by: connection.endpoint.description)
        case .success(let offsets) where offsets.replicas.count < wanted:
            throw CommandError(
                .refusedForNow,
                "\(connection.endpoint) has \(offsets.replicas.count) of the \(wanted) replicas that --wait-replicas asks for; nothing was sent"
            )
        case .success: return
        }
    }

    /// What to say of a key with which the newest entries were not signed, or only some of them. It may be the right one all the
    /// same: they may be forged.
    func keyWarnings(_ verdict: KeyVerdict, _ stream: StreamDefinition) -> [Finding] {
        if case .refused(let refusal, let tried) = verdict { return [.untriedKey(for: stream, on: tried, refusal)] }
        guard case .fitsNone(let signed) = verdict else { return verdict.mixture(on: stream).map { [$0] } ?? [] }
        let (which, they): (TerminalText, TerminalText) =
            signed == 1
            ? ("the newest signed entry of \(stream.name) does not verify", "it was")
            : ("none of the newest \(signed) signed entries of \(stream.name) verifies", "they were")
        let text: TerminalText =
            "\(which) with this key: consumers that have the key \(they) signed with skip what is published here"
        return [Finding(.invalidSignature, .warning, stream: stream.name, text)]
    }

    private func look(
        at stream: StreamDefinition,
        _ rules: PublishRules?,
        on connection: any CommandChannel
    ) throws -> PublishTarget {
        switch try PublishTarget.look(at: stream, rules: rules, asksForDisk: options.waitAof, on: connection) {
        case .success(let target):
            guard target.canWaitForDisk != false else {
                throw CommandError(
                    .configuration,
                    "\(connection.endpoint) cannot tell when an entry is on its disk (--wait-aof needs Redis 7.2 and appendonly); nothing was sent"
                )
            }
            return target
        case .failure(.missing):
            throw CommandError(
                .finding,
                "\(stream.name) does not exist, and nothing was sent\(stream.creationAdvice)"
            )
        case .failure(let problem): throw CommandError(problem, by: connection.endpoint.description)
        }
    }
}

// MARK: - Ending

extension PublishRun {
    private func end(
        _ report: PublishReport,
        _ rules: PublishRules,
        _ context: PublishContext,
        from origin: MessageOrigin,
        isSingle: Bool
    ) throws -> (status: ExitStatus, open: OpenMessages) {
        let server = session.settings.deployment.description
        let open = OpenMessages(report, rules, server: server, from: origin)
        let ending = PublishEndingText(
            report,
            stream: rules.stream,
            groups: context.target.groups,
            open: open,
            isSingle: isSingle
        )
        try session.present(
            PublishPresentation(
                report: report,
                stream: rules.stream,
                groups: context.target.groups.value,
                server: ServerPresentation(context.connection),
                isSingle: isSingle,
                resumeFile: open.file,
                findings: context.warnings + ending.findings
            )
        )
        session.say(ending.findings)
        return (ending.status, open)
    }
}
