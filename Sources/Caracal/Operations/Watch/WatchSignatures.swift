import RESP
import Redis

/// Checks the signatures of the newest entries, frame by frame: of each stream those that were added since the frame before, a few at
/// most.
struct WatchSignatures {
    private let keys: SignatureKeys
    private let rules: SignatureRules
    /// What the newest entries came to, by stream.
    private var seen: [[UInt8]: Seen] = [:]

    /// What was checked of a stream.
    private struct Seen {
        /// The newest id that was checked.
        var newest: EntryID
        /// The last verdicts, the oldest first.
        var verdicts: [(id: EntryID, isBad: Bool)]

        /// Whether any of them is bad.
        var hasBad: Bool { verdicts.contains(where: \.isBad) }
    }

    /// How many entries of a stream are looked at in a frame, and how many verdicts count.
    private static let limit = 20
    private static let byteLimit = 1 << 20

    /// A check with the keys there are; without one nothing is asked for.
    init(keys: SignatureKeys, requiresSignatures: Bool) {
        self.keys = keys
        rules = SignatureRules(requiresSignatures: requiresSignatures)
    }

    /// Asks for the newest entries of a stream as it was at the last frame; nil where nothing can be checked.
    func request(_ stream: ObservedStream) -> XRevRange? {
        guard let info = stream.state.info, let scheme = stream.definition.scheme,
            SignatureTarget(key: stream.definition.key).source == nil
        else { return nil }
        let hasKey =
            switch scheme {
            case .fields: keys.fields != nil
            case .audit: keys.audit != nil || keys.fields != nil
            }
        guard hasKey else { return nil }
        let count = max(1, min(Self.limit, Self.byteLimit / max(1, info.endBytes)))
        // As long as one is bad all are read anew: it may have been deleted since, which the server does not tell.
        let known = seen[stream.definition.key].flatMap { $0.hasBad ? nil : $0 }
        return XRevRange(key: stream.definition.key, first: known?.newest.next, count: count)
    }

    /// Forgets what is not in a stream any more: all of it where the stream is gone, empty or made anew, else what lies before its first
    /// entry. What a server will not tell stays.
    mutating func forget(by stream: ObservedStream) {
        let key = stream.definition.key
        guard let known = seen[key], stream.state.refusal == nil else { return }
        guard let info = stream.state.info, let first = info.firstID, info.lastGeneratedID >= known.newest else {
            seen[key] = nil
            return
        }
        seen[key]?.verdicts.removeAll { $0.id < first }
    }

    /// Checks what came back; a refusal, and a library that cannot compute signatures, leave what was known.
    mutating func note(_ reply: Reply, to request: XRevRange, on connection: any CommandChannel) throws(RedisError) {
        let known = seen[request.key]
        guard case .success(var entries) = try connection.read(reply, of: request),
            var verifier = try? SignatureVerifier(keys: keys),
            // What lies behind an id that was forgotten since is not all of the newest: the next frame asks for them.
            request.first == nil || known != nil
        else { return }
        let target = SignatureTarget(key: request.key)
        var (newest, verdicts) = (known?.newest, [(id: EntryID, isBad: Bool)]())
        while try entries.advance(on: connection) {
            let id = entries.id ?? .zero
            newest = max(newest ?? .zero, id)
            guard let verdict = try? verifier.verify(stream: request.key, entries.fields, in: entries.bytes) else {
                continue
            }
            let needsSignature = !target.isUnsignedByDesign
            let judgement = Judgement(.entry, verdict, on: target.definition, needsSignature: needsSignature)
            verdicts.append((id, judgement.outcome != .unchecked && judgement.isFailure(by: rules)))
        }
        guard let newest else { return }
        let all = (request.first == nil ? [] : known?.verdicts ?? []) + verdicts.reversed()
        seen[request.key] = Seen(newest: newest, verdicts: all.suffix(Self.limit))
    }

    /// Whether any of the newest entries that were checked is not validly signed.
    func hasBad(_ stream: StreamDefinition) -> Bool {
        seen[stream.key]?.hasBad ?? false
    }
}
