import Caracal
import Redis
import Text

/// How entries that consumers skipped for their signatures are published again.
struct ResignHint {
    let report: SignatureReport
    /// Those that the signatures were checked with.
    let keys: SignatureKeys
    let connection: any CommandChannel

    /// One note for each stream of the table with several entries that were signed with a key that nobody here has. Those for which
    /// another explanation was found, copies and damaged ones, nobody should sign.
    func findings(clock: UInt64, afterPage: (VerifySignatures.Progress) throws -> Void) throws -> [Finding] {
        guard report.ending == .complete else { return [] }
        return try report.streams.compactMap { stream in
            guard stream.target.source == nil, stream.own.invalid > 1,
                let definition = StreamTable.all.first(where: { $0.key == stream.target.key })
            else { return nil }
            let bad = report.entries.filter { entry in
                guard entry.stream == stream.target.key, case .invalid = entry.judgement.outcome else { return false }
                return true
            }
            guard bad.count > 1, let first = bad.first, bad.allSatisfy(\.isOfAnotherKey) else { return nil }
            let plan = try plan(definition, since: first, clock: clock, afterPage)
            return finding(stream, definition, since: first.id, plan)
        }
    }

    private func finding(
        _ stream: CheckedStream,
        _ definition: StreamDefinition,
        since first: [UInt8],
        _ plan: ResignPlan?
    ) -> Finding? {
        let settled = plan?.entries.count { $0.obstacle?.isSettled == true } ?? 0
        if let plan, plan.messages.isEmpty, plan.cut == nil {
            // What is kept back the command would not sign either.
            guard settled == plan.entries.count else { return nil }
            return Finding(
                .resigned,
                .note,
                stream: definition.name,
                "the messages of these entries of \(definition.name) have come to it again, with valid signatures: nothing is left to sign "
                    + "(caracalctl trim \(definition.word) removes what every group has acknowledged)"
            )
        }
        let isDoubtful = report.isKeyDoubtful(on: stream)
        let question: TerminalText = isDoubtful ? "this is the key that the services have now, and " : ""
        let which: TerminalText = settled == 0 ? "them" : "\(plan?.messages.count ?? 0) of them"
        let text: TerminalText =
            "no consumer of \(definition.name) has acted on \(which); if \(question)you know who wrote them: "
            + "caracalctl publish \(definition.word) --resign --since \(first)\(isDoubtful ? " --force" : "")"
        return Finding(.canResign, .note, stream: definition.name, text)
    }

    /// What that command would do; nil where it is not known. The check is whole without it.
    private func plan(
        _ stream: StreamDefinition,
        since first: CheckedEntry,
        clock: UInt64,
        _ afterPage: (VerifySignatures.Progress) throws -> Void
    ) throws -> ResignPlan? {
        guard let id = EntryID(first.id), let scheme = stream.scheme,
            let key = scheme == .audit ? keys.audit : keys.fields
        else { return nil }
        let rules = PublishRules(
            stream: stream,
            signing: (scheme, key),
            schema: MessageSchema.of(stream: stream.key),
            acceptsUnsigned: !report.rules.requiresSignatures
        )
        let resign = Resign(
            rules,
            source: .stream(.range(from: .id(id), to: .end)),
            limit: PublishCommand.usualResignLimit
        )
        do {
            let plan = try resign.plan(on: connection, clock: clock, afterPage: afterPage)
            return plan.ending == .complete && plan.refusal == nil ? plan : nil
        } catch is RedisError {
            return nil
        }
    }
}

extension SignatureReport {
    /// Whether it may be the key here that is another, as far as this report tells: the command that signs entries of the stream anew
    /// asks for --force then. That one looks at all of the stream, and at what other streams had at that time.
    fileprivate func isKeyDoubtful(on stream: CheckedStream) -> Bool {
        let own = stream.own
        let others = streams.filter { $0.target.key != stream.target.key }
        return !stream.isWhole || own.invalid > own.valid || own.invalid >= KeyElsewhere.many
            || others.contains { $0.own.invalid > 0 }
    }
}

extension CheckedEntry {
    /// Whether its signature has the shape of one and holds under no key that is known here, for no stream.
    fileprivate var isOfAnotherKey: Bool {
        guard case .invalid(.signature(.mismatch)) = judgement.outcome else { return false }
        return judgement.explanation == nil
    }
}
