import Caracal
import Redis
import Text

/// `--resume`
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
        try checkOrigin(of: plan, path, context)
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

    /// Asks where a file seems to belong to another server, or to another key: nobody would take what it has for valid there.
    private func checkOrigin(of plan: ResumeFile.Plan, _ path: String, _ context: PublishContext) throws {
        let connection = context.connection
        let doubt: TerminalText
        if try plan.messages.hasInvalidSignature(under: DoctorSetup.keys(session.source).keys) {
            doubt = "its messages were signed with another key than the one that is set"
        } else if let server = plan.server, server != session.settings.deployment.description,
            try !plan.messages.since.isOf(context.target.mark, plan.stream, on: connection)
        {
            doubt =
                "it was left by a run on \(server), and nothing shows that \(connection.endpoint) has the same stream"
        } else {
            return
        }
        let consent = Confirmation(isGiven: options.yes)
        guard options.yes || Confirmation.canAsk else {
            throw CommandError(.finding, "\(path): \(doubt); nothing was sent (--yes publishes it here all the same)")
        }
        try consent.ask("\(path): \(doubt). Publish it here all the same?")
    }

    /// The messages of a file that are certainly not in the stream.
    private func missing(
        from plan: ResumeFile.Plan,
        _ file: ResumedFile,
        _ context: PublishContext
    ) throws(CommandError) -> [SentEntry] {
        guard plan.isInDoubt else {
            try claim(plan, file, context)
            return plan.messages.entries
        }
        do {
            let found = try plan.messages.lookUp(on: context.connection)
            return zip(plan.messages.entries, found).filter { $0.1 == nil }.map(\.0)
        } catch {
            throw CommandError(.unknownOutcome, "\(error.text); nothing was sent, and \(file.path) is as it was")
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
