import Caracal
import Redis
import Text

/// What `publish --resume` does: settle what an earlier run left open, by its file.
extension PublishRun {
    /// Settles what an earlier run left open, and removes its file when nothing of it remains to be settled there.
    func resume(_ path: String) throws -> ExitStatus {
        let file = try ResumedFile(path)
        let plan = try file.read()
        let stream = StreamTable.all.first { $0.key == plan.stream } ?? .unlisted(plan.stream.readable)
        guard stream.key == plan.stream else {
            throw CommandError(.malformedInput, "\(path): the stream's name is not text; nothing was sent")
        }
        let rules = PublishRules(stream: stream, signing: nil, maxLength: plan.maxLength)
        // Under the name of the first run: who resumes after us, or at the same time, finds these connections too.
        let context = try connect(to: stream, as: plan.messages.fence?.name ?? ConnectionName())
        try checkOrigin(of: plan, file, context)
        let missing = try missing(from: plan, file, context)
        let settled = plan.messages.entries.count - missing.count
        let notes = Finding(
            .settled,
            .note,
            "\(settled) of \(plan.messages.entries.count) messages were in the stream already"
        )
        session.say([notes])
        let (status, open) = try send(rules, over: context, from: .resumed(file)) {
            $0.resume(missing, waitsForDisk: diskPatience)
        }
        switch open {
        case .none: file.remove()
        case .kept(let kept) where kept != path: file.remove()
        case .kept, .lost: break
        }
        return status
    }

    /// Asks where a file seems to belong to another server, or to another key: nobody would take what it has for valid there. What may
    /// have arrived on another server cannot be settled here, with consent or without.
    private func checkOrigin(of plan: ResumeFile.Plan, _ file: ResumedFile, _ context: PublishContext) throws {
        let elsewhere = try doubt(ofServer: plan, context)
        if plan.isInDoubt, let elsewhere {
            let advice = try wayOut(of: plan, file) ?? " (only that server can tell what became of it)"
            throw CommandError(.finding, "\(file.path): \(elsewhere); nothing was sent\(advice)")
        }
        let isOfAnotherKey = try isOfAnotherKey(plan)
        guard isOfAnotherKey || elsewhere != nil else { return }
        let doubt: TerminalText =
            isOfAnotherKey ? "its messages were signed with another key than the one that is set" : elsewhere ?? ""
        let consent = Confirmation(isGiven: options.yes)
        guard options.yes || Confirmation.canAsk else {
            let advice: TerminalText = "--yes publishes it here all the same"
            throw CommandError(.finding, "\(file.path): \(doubt); nothing was sent (\(advice))")
        }
        try consent.ask("\(file.path): \(doubt). Publish it here all the same?")
    }

    /// That a file seems to belong to another server; nil where it does not.
    private func doubt(
        ofServer plan: ResumeFile.Plan,
        _ context: PublishContext
    ) throws(RedisError) -> TerminalText? {
        let connection = context.connection
        guard let server = plan.server, server != session.settings.deployment.description,
            try !plan.messages.since.isOf(context.target.mark, plan.stream, on: connection)
        else { return nil }
        return "it was left by a run on \(server), and nothing shows that \(connection.endpoint) has the same stream"
    }

    private func isOfAnotherKey(_ plan: ResumeFile.Plan) throws(CryptographyError) -> Bool {
        try plan.messages.hasInvalidSignature(under: DoctorSetup.keys(session.source).keys)
    }

    /// How all of a file is published again, behind what is said of it; nil where that would not work.
    private func wayOut(of plan: ResumeFile.Plan, _ file: ResumedFile) throws(CryptographyError) -> TerminalText? {
        guard file.isLasting, try !isOfAnotherKey(plan) else { return nil }
        return plan.publishingAnew(file.path).map {
            "; to publish all of it again (consumers skip what they had, by outbox_id): \($0)"
        }
    }

    /// The messages of a file that are certainly not in the stream.
    private func missing(
        from plan: ResumeFile.Plan,
        _ file: ResumedFile,
        _ context: PublishContext
    ) throws -> [SentEntry] {
        guard plan.isInDoubt else {
            try claim(plan, file, context)
            return plan.messages.entries
        }
        do {
            let found = try plan.messages.lookUp(on: context.connection)
            return zip(plan.messages.entries, found).filter { $0.1 == nil }.map(\.0)
        } catch {
            let advice: TerminalText = error.isForGood ? try wayOut(of: plan, file) ?? "" : ""
            throw CommandError(
                .unknownOutcome,
                "\(error.text); nothing was sent, and \(file.path) is as it was\(advice)"
            )
        }
    }

    /// Notes in the file, before anything of it is sent, that it may have been: should this run be killed, the next one
    /// has to look.
    private func claim(_ plan: ResumeFile.Plan, _ file: ResumedFile, _ context: PublishContext) throws(CommandError) {
        var claimed = plan
        claimed.isInDoubt = true
        claimed.messages = UnsettledMessages(
            stream: plan.stream,
            since: context.target.mark,
            fence: ConnectionFence(context.connection),
            entries: plan.messages.entries
        )
        try file.replace(with: claimed)
    }
}

extension ResumeFile.Plan {
    /// The command that publishes all of the messages as new entries, where nothing can tell what became of them. Nil where some have no
    /// `outbox_id`, by which consumers would know those that they had, and where not all are signed alike.
    fileprivate func publishingAnew(_ path: String) -> TerminalText? {
        guard messages.entries.allSatisfy({ $0.outboxID != nil }) else { return nil }
        let known = StreamTable.all.first { $0.key == stream }
        let usual = (known ?? .unlisted(stream.readable)).defaultScheme
        let schemes = Set(messages.entries.map { $0.scheme(preferred: usual) })
        // What has the other scheme's signature is not signed anew.
        guard schemes.count == 1, let scheme = schemes.first, scheme == usual || scheme == nil else { return nil }
        let signing: TerminalText = scheme == usual ? "" : " --unsigned"
        let bound: TerminalText = maxLength.map { " --maxlen \($0)" } ?? ""
        let name: TerminalText = known.map { " \($0.word)" } ?? " --any-stream"
        let last: TerminalText = known == nil ? " \(ShellWord.last(stream))" : ""
        // What was taken once is taken again: the run may have had these options.
        return """
            tail -n +2 \(ShellWord.last(path.utf8)) | caracalctl publish\(name) --ndjson - --no-schema --allow-newline\(signing)\(bound)\
            \(last)
            """
    }
}

extension SentEntry {
    /// How it is signed; nil when it is not.
    ///
    /// - Parameter preferred: what counts where it has several signatures.
    fileprivate func scheme(preferred: SignatureScheme?) -> SignatureScheme? {
        let found = SignatureScheme.allCases.filter { scheme in fields.contains { $0.name == scheme.fieldName } }
        return found.first { $0 == preferred } ?? found.first
    }
}

extension UnsettledError {
    /// Whether no later look tells what became of the messages either.
    fileprivate var isForGood: Bool {
        switch self {
        case .noFence, .trimmed, .setBack, .lost, .unidentified: true
        case .unreachable, .violation, .refused, .replica, .noProgress: false
        }
    }
}
