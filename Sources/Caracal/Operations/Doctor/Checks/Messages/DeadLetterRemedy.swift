import Redis
import Text

/// What is to be done about dead letters, as one line to type.
///
/// Nothing goes back from a stream most of whose signatures do not hold, and nothing is removed while there is one: the key here
/// may be the wrong one, and with the right one they could go back.
struct DeadLetterRemedy {
    private let streams: [ObservedStream]
    private let fates: [DeadLetterFate]
    /// Whether there are some that were not looked at.
    private let hasUnseen: Bool
    /// The streams from which something can go back, and whose signatures hold.
    private let replayable: [DeadLetterFate]
    /// What is to be asked of the key here first; nil where the signatures in all streams hold.
    private let doubt: TerminalText?

    /// - Parameter keys: what became of the keys here.
    init(_ streams: [ObservedStream], _ fates: [DeadLetterFate], unseen hasUnseen: Bool, keys: [LocalSetup.Key]) {
        self.streams = streams
        self.fates = fates
        self.hasUnseen = hasUnseen
        replayable = fates.filter { $0.replayable > 0 && !$0.isKeyInDoubt }
        doubt = Self.doubt(fates.filter(\.isKeyInDoubt), keys)
    }

    /// Puts back what can go back, and keeps the others in a file where nothing may become of them.
    var line: TerminalText {
        guard let keep else {
            return count == 0 ? look : "\(redrive) # \(puts), the others stay\(also(doubt))"
        }
        let file: TerminalText = streams.count == 1 ? "the file keeps" : "the files keep"
        guard count > 0 else { return "\(keep.line) # \(file) them\(keep.remark)" }
        let others = fates.reduce(UInt64(0)) { $0.saturatingAdd($1.count) } - count
        guard others > 0 else { return "\(redrive) # \(puts)" }
        return "\(redrive) && \(keep.line) # \(puts); \(file) the other \(Words.number(others))\(keep.remark)"
    }

    /// The same in a cluster, which moves nothing between two streams: messages are published again from a file. That takes whatever
    /// is in the file, so where some may not go back, or a message has two dead letters, somebody has to choose.
    var inCluster: TerminalText {
        guard count > 0 else { return line }
        if let publication { return publication }
        let those: TerminalText = streams.count == 1 ? "" : " of one stream"
        return """
            \(reasons)\(streams.count == 1 ? " #" : ";") those\(those) whose cause is gone go back with caracalctl dlq export \
            --reason, caracalctl publish and caracalctl dlq purge\(repeats)\(also(doubt))
            """
    }

    /// How many can go back, of streams whose signatures hold.
    private var count: UInt64 { replayable.reduce(UInt64(0)) { $0.saturatingAdd($1.replayable) } }

    /// A redrive alone looks which are in their stream again: that is dear.
    private var puts: TerminalText {
        "once their cause is gone: puts back at most \(Words.number(count)), none that is in its stream again"
    }

    /// Names the streams where it is one, and where another one must be left out.
    private var redrive: TerminalText {
        let named = replayable.count == 1 || doubt != nil ? replayable : []
        return "caracalctl dlq redrive" + named.map { " \($0.stream.option)" }.joined()
    }

    /// Publishes all of the only stream again, each message once; nil where that is not what the file would have.
    private var publication: TerminalText? {
        guard streams.count == 1, let fate = fates.first, fate.replayable == fate.count, fate.repeated == 0, !hasUnseen,
            let source = SignatureTarget(key: fate.stream.key).source
        else { return nil }
        let publish: TerminalText =
            "caracalctl publish \(SignatureTarget(key: source.key).stream.word) --ndjson dead.ndjson"
        return """
            \(export(fate, to: "dead.ndjson")) && \(publish) && caracalctl dlq purge --exported dead.ndjson # once their cause is \
            gone: publishes \(Words.number(fate.count)) again, since a cluster moves none
            """
    }

    /// Says of messages that would be published more than once.
    private var repeats: TerminalText {
        let count = fates.reduce(UInt64(0)) { $0.saturatingAdd($1.repeated) }
        guard count > 0 else { return "" }
        return """
            ; publish a message once that died more than once: \(Words.count(count, "dead letter repeats", "dead letters repeat")) \
            another
            """
    }

    /// What shows why they died.
    private var reasons: TerminalText {
        streams.count == 1
            ? "caracalctl dlq \(streams[0].definition.option)" : "caracalctl dlq # why each of them died"
    }

    /// The same, with what is to be asked first.
    private var look: TerminalText {
        streams.count == 1 ? reasons + (doubt.map { " # \($0)" } ?? "") : reasons + also(doubt)
    }

    private func also(_ remark: TerminalText?) -> TerminalText { remark.map { "; \($0)" } ?? "" }

    /// Writes those of a stream that were looked at to a file. What dies later lies behind the newest of them, and stays.
    private func export(_ fate: DeadLetterFate, to file: TerminalText) -> TerminalText {
        "caracalctl dlq export \(fate.stream.option) --until \(fate.newest) --to \(file)"
    }

    /// How to keep what stays in a file and remove it from its stream, and what else to do about it; nil where some would fail
    /// again, which may change, or is not known.
    ///
    /// Each stream has a file of its own: the newest that was looked at of one is no bound for another, where some may have died
    /// since. A redrive with another key than this one's ends with 1, so that what it leaves is not removed either.
    private var keep: (line: TerminalText, remark: TerminalText)? {
        guard !fates.isEmpty, fates.allSatisfy({ $0.kept == 0 }), !hasUnseen else { return nil }
        let again: TerminalText =
            fates.contains { $0.withoutEffect > 0 } ? "; revoke again what never had an effect" : ""
        let evidence: TerminalText = fates.contains { $0.evidence > 0 } ? "; find out who wrote what is evidence" : ""
        let files = fates.map { fate in
            (fate, name: streams.count == 1 ? "dead.ndjson" : "\(fate.stream.word).ndjson" as TerminalText)
        }
        let exports = files.map { export($0, to: $1) }
        guard doubt == nil else { return (exports.joined(separator: " && "), again + also(doubt)) }
        let purges = files.map { "caracalctl dlq purge --exported \($0.name)" as TerminalText }
        return ((exports + purges).joined(separator: " && "), evidence + again)
    }

    /// What is to be asked of the key, where most of the signatures do not hold or could not be checked.
    private static func doubt(_ doubtful: [DeadLetterFate], _ keys: [LocalSetup.Key]) -> TerminalText? {
        let (open, wrong) = (doubtful.filter { $0.invalid == 0 }, doubtful.filter { $0.invalid > 0 })
        var words: [TerminalText] = []
        if !wrong.isEmpty {
            let unchecked: TerminalText = wrong.contains { $0.unchecked > 0 } ? ", or could not be checked" : ""
            words.append("most signatures in \(names(wrong)) do not hold\(unchecked): is this the right key?")
        }
        if !open.isEmpty {
            let isAudit = { (fate: DeadLetterFate) in SignatureTarget(key: fate.stream.key).source?.isAudit == true }
            let schemes: [SignatureScheme] =
                (open.contains(where: isAudit) ? [.audit] : []) + (open.allSatisfy(isAudit) ? [] : [.fields])
            let unusable = schemes.filter { scheme in keys.contains { $0.scheme == scheme && $0.isUnusable } }
            let absent = schemes.filter { !unusable.contains($0) }
            let list = { (schemes: [SignatureScheme]) in
                schemes.map { "\($0.keyVariable)" as TerminalText }.joined(separator: " and ")
            }
            var reasons: [TerminalText] = []
            if !absent.isEmpty { reasons.append("\(list(absent)) \(absent.count == 1 ? "is" : "are") not set") }
            if !unusable.isEmpty { reasons.append("\(list(unusable)) cannot be used") }
            words.append(
                "the signatures in \(names(open)) were not checked: \(reasons.joined(separator: " and "))"
            )
        }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    private static func names(_ fates: [DeadLetterFate]) -> TerminalText {
        "\(fates.map(\.stream.shortName).joined(separator: ", "))"
    }
}
