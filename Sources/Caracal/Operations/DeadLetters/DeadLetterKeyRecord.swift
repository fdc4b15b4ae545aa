import Redis
import Text

/// What the signatures inside the dead letters of one stream say of the key that is known here.
///
/// With another key than that of the services every message looks forged. What a service died of as forged says nothing of the key
/// here: that service has its own. Nor does a signature that is invalid whatever the key is.
package struct DeadLetterKeyRecord: Sendable, Equatable {
    private var record = KeyRecord()

    /// What is to be asked where most signatures do not hold.
    package static let question: TerminalText = "is the key that is set the services' key? (caracalctl env)"

    /// Notes a dead letter.
    ///
    /// - Parameters:
    ///   - id: its id; they are to be noted from the oldest on.
    ///   - reason: what it died of, as it stands; its kind is enough.
    mutating func note(_ id: EntryID, _ letter: DeadLetter, reason: ArraySlice<UInt8>) {
        switch letter.judgement?.outcome {
        case .valid: record.note(isValid: true, id)
        case .invalid(.signature(.mismatch)), .invalid(.secondSignature(_, .mismatch)):
            let kind = reason.prefix { $0 != UInt8(ascii: ":") }
            if ReplayAdvice(reasonKind: kind) != .incident { record.note(isValid: false, id) }
        case .invalid, .unsigned, .unchecked, nil: break
        }
    }

    /// The question, with what raises it; nil where nothing speaks against the key.
    func finding(in stream: [UInt8]) -> Finding? {
        // Their ids tell when they died, not when they were signed: entries of other streams are no help.
        guard let doubt = KeyDoubt(stream, record, .unknown(nil)) else { return nil }
        let share: TerminalText =
            doubt.valid == 0
            ? "none of the signatures looked at in \(stream) is valid"
            : doubt.invalid > doubt.valid
                ? "most of the signatures looked at in \(stream) are not valid"
                : "the newest signatures looked at in \(stream) are not valid"
        return Finding(.invalidSignature, .warning, stream: stream.readable, "\(share): \(Self.question)")
    }
}

extension Sequence<DeadLetterList.Item> {
    /// What is to be asked of the key, stream by stream in the order in which they come.
    package var keyDoubts: [Finding] {
        var streams: [[UInt8]] = []
        var records: [[UInt8]: DeadLetterKeyRecord] = [:]
        for item in self where !streams.contains(item.stream) { streams.append(item.stream) }
        for item in sorted(by: { $0.id < $1.id }) {
            records[item.stream, default: DeadLetterKeyRecord()].note(
                item.id,
                item.letter,
                reason: (item.reason ?? [])[...]
            )
        }
        return streams.compactMap { records[$0]?.finding(in: $0) }
    }
}
