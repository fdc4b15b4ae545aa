import Redis

/// What can become of the dead letters of a stream, as far as a bounded look tells.
package struct DeadLetterFate: Sendable, Equatable {
    /// The stream they lie in.
    package let stream: StreamDefinition
    /// How many were looked at, the oldest first.
    package internal(set) var count: UInt64 = 0
    /// Those that `dlq redrive` puts back without being forced.
    package internal(set) var replayable: UInt64 = 0
    /// Those that were altered or forged, or that a service took for such.
    package internal(set) var evidence: UInt64 = 0
    /// Revocations that name nothing to revoke.
    package internal(set) var withoutEffect: UInt64 = 0
    /// Those of a message of which another one was seen before: a redrive puts it back once.
    package internal(set) var repeated: UInt64 = 0
    /// Since when messages have died, in Unix milliseconds: as their writers received them, else by their ids; nil without any.
    package internal(set) var since: UInt64?

    /// The newest of those that were looked at.
    package internal(set) var newest = EntryID.zero
    /// Those with a signature inside that holds.
    package internal(set) var valid: UInt64 = 0
    /// Those with a signature inside that does not hold under the key that is known here.
    package internal(set) var invalid: UInt64 = 0
    /// Those with a signature inside that no key is known for here.
    package internal(set) var unchecked: UInt64 = 0

    /// Whether most of the signatures inside do not hold, or cannot be checked: that may be for the key that is known here. One
    /// that was made with another key among many tells nothing of those.
    package var isKeyInDoubt: Bool { invalid.saturatingAdd(unchecked) > valid }

    /// The others: they would fail again, or nobody knows whether they would.
    package var kept: UInt64 { count - replayable - evidence - withoutEffect }

    init(stream: StreamDefinition) { self.stream = stream }

    mutating func count(_ id: EntryID, _ letter: DeadLetter, in bytes: [UInt8]) {
        count += 1
        newest = max(newest, id)
        switch letter.judgement?.outcome {
        case .valid: valid += 1
        case .invalid: invalid += 1
        case .unchecked: unchecked += 1
        case .unsigned, nil: break
        }
        let received = letter.head.receivedAt ?? id.milliseconds
        since = min(since ?? received, received)
        switch letter.problem(in: bytes) {
        case nil: replayable += 1
        case .invalidSignature, .reason(.incident): evidence += 1
        case .reason(.wouldFailAgain) where Self.namesNothing(bytes[letter.head.reasonKind(in: bytes)]):
            withoutEffect += 1
        default: break
        }
    }

    /// The reasons of the connectors for a revocation that they could not apply to anything.
    private static func namesNothing(_ reason: ArraySlice<UInt8>) -> Bool {
        ["missing_revocation_anchor", "invalid_delegation_epoch"].contains { reason.elementsEqual($0.utf8) }
    }
}

/// Looks at dead letters, as many as is bearable.
struct DeadLetterFates {
    let keys: SignatureKeys

    /// How many dead letters of a stream are looked at.
    static let limit: UInt64 = 10_000
    /// How long looking at those of all streams may take.
    private static let allowance = Duration.seconds(2)

    /// What can become of those in streams that were looked at. One that cannot be read is left out.
    func run(_ streams: [ObservedStream], on connection: any CommandChannel) throws -> [DeadLetterFate] {
        let deadline = Deadline.after(Self.allowance)
        var judge = try DeadLetterJudge(keys: keys)
        var fates: [DeadLetterFate] = []
        for stream in streams {
            let target = SignatureTarget(key: stream.definition.key)
            guard let info = stream.state.info, info.length > 0, let source = target.source else { continue }
            let place = DeadLetterWalk.Stream(
                target: target,
                source: source,
                state: stream.state,
                first: .zero,
                last: info.lastGeneratedID
            )
            var fate = DeadLetterFate(stream: stream.definition)
            var messages: Set<DeadMessage> = []
            let walk = DeadLetterWalk(DeadLetterSelection(targets: [target]))
            let refusal = try walk.read(place, on: ReconnectingChannel(connection), &judge) { visit, judge in
                let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: source) {
                    fields,
                    bytes,
                    _ in
                    guard let message = DeadMessage(visit.head, fields, in: bytes) else { return }
                    if !messages.insert(message).inserted { fate.repeated += 1 }
                }
                fate.count(visit.id, letter, in: visit.bytes)
                return fate.count < Self.limit && !deadline.hasPassed
            }
            if refusal == nil { fates.append(fate) }
        }
        return fates
    }
}
