import RESP
import Redis

/// Checks the signatures of the newest entries, frame by frame: of each stream those that were added since the frame before, a few at
/// most.
struct WatchSignatures {
    private let keys: SignatureKeys
    private let rules: SignatureRules
    /// What the newest entries came to, by stream: the newest id that was checked, and the last verdicts, oldest first.
    private var seen: [[UInt8]: (newest: EntryID, isBad: [Bool])] = [:]

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
        return XRevRange(key: stream.definition.key, first: seen[stream.definition.key]?.newest.next, count: count)
    }

    /// Checks what came back; a refusal, and a library that cannot compute signatures, leave what was known.
    mutating func note(_ reply: Reply, to request: XRevRange, on connection: any CommandChannel) throws(RedisError) {
        guard case .success(var entries) = try connection.read(reply, of: request),
            var verifier = try? SignatureVerifier(keys: keys)
        else { return }
        let target = SignatureTarget(key: request.key)
        var (newest, verdicts) = (seen[request.key]?.newest, [Bool]())
        while try entries.advance(on: connection) {
            newest = max(newest ?? .zero, entries.id ?? .zero)
            guard let verdict = try? verifier.verify(stream: request.key, entries.fields, in: entries.bytes) else {
                continue
            }
            let needsSignature = !target.isUnsignedByDesign
            let judgement = Judgement(.entry, verdict, on: target.definition, needsSignature: needsSignature)
            verdicts.append(judgement.outcome != .unchecked && judgement.isFailure(by: rules))
        }
        guard let newest else { return }
        let all = (seen[request.key]?.isBad ?? []) + verdicts.reversed()
        seen[request.key] = (newest, all.suffix(Self.limit))
    }

    /// Whether any of the newest entries that were checked is not validly signed.
    func hasBad(_ stream: StreamDefinition) -> Bool { seen[stream.key]?.isBad.contains(true) ?? false }
}
