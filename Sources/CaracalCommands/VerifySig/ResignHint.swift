import Caracal
import Redis
import Text

/// How entries that consumers skipped for their signatures are published again.
enum ResignHint {
    /// One note for each stream of the table with several entries that were signed with a key that nobody here has. Those for which
    /// another explanation was found, copies and damaged ones, nobody should sign.
    static func findings(_ report: SignatureReport) -> [Finding] {
        report.streams.compactMap { stream in
            guard stream.target.source == nil, stream.own.invalid > 1,
                let definition = StreamTable.all.first(where: { $0.key == stream.target.key })
            else { return nil }
            let bad = report.entries.filter { entry in
                guard entry.stream == stream.target.key, case .invalid = entry.judgement.outcome else { return false }
                return true
            }
            guard bad.count > 1, let first = bad.first, bad.allSatisfy(\.isOfAnotherKey) else { return nil }
            let isDoubtful = report.isKeyDoubtful(on: stream)
            let question: TerminalText = isDoubtful ? "this is the key that the services have now, and " : ""
            let text: TerminalText =
                "no consumer of \(definition.name) has acted on them; if \(question)you know who wrote them: "
                + "caracalctl publish \(definition.word) --resign --since \(first.id)\(isDoubtful ? " --force" : "") "
                + "(--dry-run tells first which of them have been published again)"
            return Finding(.canResign, .note, stream: definition.name, text)
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
