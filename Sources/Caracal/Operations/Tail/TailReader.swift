import Redis

/// Reads entries out of replies: filters them, checks their signatures, and copies what is to be shown.
struct TailReader {
    private let matches: [FieldMatch]
    /// For each stream the check of its signatures; empty when they are not checked.
    private var checks: [[UInt8]: SignatureCheck] = [:]
    private let verdicts = Verdicts()
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

    /// Takes up the entry that was read last; nil when its id is none. The second half is nil when it does not match.
    mutating func read(
        _ entry: EntryReader,
        of stream: StreamDefinition
    ) throws(CryptographyError) -> (id: EntryID, entry: TailEntry?)? {
        guard let id = entry.id else { return nil }
        let (fields, bytes) = (entry.fields, entry.bytes)
        verdicts.list.removeAll(keepingCapacity: true)
        // Also what does not match is checked: it may be what a later entry repeats.
        try checks[stream.key]?.check(id: bytes[entry.idRange], fields, in: bytes)
        guard matches.allSatisfy({ $0.isIn(fields, bytes) }) else { return (id, nil) }
        let message = Message(fields, in: bytes)
        return (id, TailEntry(stream: stream, id: id, message: message, judgements: verdicts.list))
    }
}
