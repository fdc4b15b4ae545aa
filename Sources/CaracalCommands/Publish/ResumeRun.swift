import Caracal
import Glibc
import Redis
import Text

/// What `publish --resume` does: settle what an earlier run left open, by its file.
extension PublishRun {
    /// Settles what an earlier run left open, and removes its file when nothing of it remains to be settled there.
    func resume(_ path: String) throws -> ExitStatus {
        let plan = try ResumeFile.read(path)
        let stream = StreamTable.all.first { $0.key == plan.stream } ?? .unlisted(plan.stream.readable)
        guard stream.key == plan.stream else {
            throw CommandError(.malformedInput, "\(path): the stream's name is not text; nothing was sent")
        }
        let rules = PublishRules(stream: stream, signing: nil, maxLength: plan.maxLength)
        // Under the name of the first run: who resumes after us, or at the same time, finds these connections too.
        let context = try connect(to: stream, as: plan.messages.fence?.name ?? ConnectionName())
        try checkOrigin(of: plan, path, context)
        let missing = try missing(from: plan, path, context)
        let settled = plan.messages.entries.count - missing.count
        let notes = Finding(
            .settled,
            .note,
            "\(settled) of \(plan.messages.entries.count) messages were in the stream already"
        )
        session.say([notes])
        let (status, open) = try send(rules, over: context) { $0.resume(missing, waitsForDisk: diskPatience) }
        if case .lost = open {} else { unlink(path) }
        return status
    }

    /// Asks where a file seems to belong to another server, or to another key: nobody would take what it has for valid there.
    private func checkOrigin(of plan: ResumeFile.Plan, _ path: String, _ context: PublishContext) throws {
        let connection = context.connection
        let (doubt, advice): (TerminalText, TerminalText)
        if try plan.messages.hasInvalidSignature(under: DoctorSetup.keys(session.source).keys) {
            doubt = "its messages were signed with another key than the one that is set"
            advice = "--yes publishes it here all the same"
        } else if let server = plan.server, server != session.settings.deployment.description,
            try !plan.messages.since.isOf(context.target.mark, plan.stream, on: connection)
        {
            doubt =
                "it was left by a run on \(server), and nothing shows that \(connection.endpoint) has the same stream"
            // What may have arrived on the other one cannot be settled here, with consent or without.
            advice =
                plan.isInDoubt
                ? plan.publishingAnew(path) ?? "only that server can tell what became of it"
                : "--yes publishes it here all the same"
        } else {
            return
        }
        let consent = Confirmation(isGiven: options.yes)
        guard options.yes || Confirmation.canAsk else {
            throw CommandError(.finding, "\(path): \(doubt); nothing was sent (\(advice))")
        }
        try consent.ask("\(path): \(doubt). Publish it here all the same?")
    }

    /// The messages of a file that are certainly not in the stream.
    private func missing(from plan: ResumeFile.Plan, _ path: String, _ context: PublishContext) throws(CommandError)
        -> [SentEntry]
    {
        guard plan.isInDoubt else {
            try claim(plan, path, context)
            return plan.messages.entries
        }
        do {
            let found = try plan.messages.lookUp(on: context.connection)
            return zip(plan.messages.entries, found).filter { $0.1 == nil }.map(\.0)
        } catch {
            let advice = error.isForGood ? plan.publishingAnew(path).map { " (\($0))" as TerminalText } ?? "" : ""
            throw CommandError(.unknownOutcome, "\(error.text); nothing was sent, and \(path) is as it was\(advice)")
        }
    }

    /// Notes in the file, before anything of it is sent, that it may have been: should this run be killed, the next one
    /// has to look.
    private func claim(_ plan: ResumeFile.Plan, _ path: String, _ context: PublishContext) throws(CommandError) {
        var claimed = plan
        claimed.isInDoubt = true
        claimed.messages = UnsettledMessages(
            stream: plan.stream,
            since: context.target.mark,
            fence: ConnectionFence(context.connection),
            entries: plan.messages.entries
        )
        try ResumeFile.replace(path, claimed)
    }
}

extension ResumeFile.Plan {
    /// The way out where nothing can tell what became of the messages: to publish all of them as new entries. Nil where some have no
    /// `outbox_id`, by which consumers would know those that they had.
    fileprivate func publishingAnew(_ path: String) -> TerminalText? {
        guard messages.entries.allSatisfy({ $0.outboxID != nil }) else { return nil }
        let known = StreamTable.all.first { $0.key == stream }
        let name = known?.word ?? "\(ShellWord.quoted(stream)) --any-stream"
        let bound = maxLength.map { " --maxlen \($0)" } ?? ""
        return """
            all of it is published again, and consumers know by its outbox_id what they had, with: tail -n +2 \
            \(ShellWord.quoted(path.utf8)) | caracalctl publish \(name) --ndjson -\(bound)
            """
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
