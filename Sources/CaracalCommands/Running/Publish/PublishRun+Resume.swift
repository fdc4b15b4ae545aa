import Caracal
import Glibc
import Redis
import Text

/// `--resume`
extension PublishRun {
    /// Settles what an earlier run left open, and removes its file when nothing of it remains to be settled there.
    func resume(_ path: String) throws -> ExitStatus {
        let plan = try ResumeFile.read(path)
        let stream = StreamTable.all.first { $0.key == plan.stream } ?? .unlisted(plan.stream.readable)
        guard stream.key == plan.stream else {
            throw Failure(.malformedInput, "\(path): the stream's name is not text; nothing was sent")
        }
        let rules = PublishRules(stream: stream, signing: nil, maxLength: plan.maxLength)
        // Under the name of the first run: whoever resumes after us, or at the same time, finds these connections too.
        let context = try connect(to: stream, as: plan.messages.fence?.name ?? ConnectionName())
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

    /// The messages of a file that are certainly not in the stream.
    private func missing(from plan: ResumeFile.Plan, _ path: String, _ context: PublishContext) throws(Failure)
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
            throw Failure(.unknownOutcome, "\(error.text); nothing was sent, and \(path) is as it was")
        }
    }

    /// Notes in the file, before anything of it is sent, that it may have been: should this run be killed, the next one
    /// has to look.
    private func claim(_ plan: ResumeFile.Plan, _ path: String, _ context: PublishContext) throws(Failure) {
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
