import RESP
import Redis

/// Reads entries out of replies: filters them, checks their signatures, and copies what is to be shown.
struct TailReader {
    private let matches: [FieldMatch]
    /// For each stream the check of its signatures; empty when they are not checked.
    private var checks: [[UInt8]: SignatureCheck] = [:]
    private let verdicts = Verdicts()
    private var fields: [FieldRange] = []

    /// What the checks report to.
    private final class Verdicts {
        var list: [Judgement] = []
    }

    init(
        matches: [FieldMatch],
        streams: [StreamDefinition],
        signatures: (keys: SignatureKeys, rules: SignatureRules)?
    ) throws(CryptographyError) {
        self.matches = matches
        guard let signatures else { return }
        for stream in streams {
            let verdicts = verdicts
            var check = try SignatureCheck(keys: signatures.keys, rules: signatures.rules) {
                verdicts.list.append($0.judgement)
            }
            check.begin(SignatureTarget(key: stream.key))
            checks[stream.key] = check
        }
    }

    /// Reads the entry at `node`; nil when that is none. The second half is nil when it does not match.
    mutating func read(
        _ reply: Reply,
        at node: Int,
        of stream: StreamDefinition
    ) throws(CryptographyError) -> (id: EntryID, entry: TailEntry?)? {
        guard let place = EntryFields.read(reply, at: node, into: &fields), let id = EntryID(reply.bytes[place]) else {
            return nil
        }
        verdicts.list.removeAll(keepingCapacity: true)
        // Also what does not match is checked: it may be what a later entry repeats.
        try checks[stream.key]?.check(id: reply.bytes[place], fields, in: reply.bytes)
        guard matches.allSatisfy({ $0.isIn(fields, reply.bytes) }) else { return (id, nil) }
        let message = Message(fields, in: reply.bytes)
        return (id, TailEntry(stream: stream, id: id, message: message, judgements: verdicts.list))
    }
}
