import Redis
import Text

/// A dead letter that was read and judged. Its ranges lie in the bytes it was read from.
package struct DeadLetter: Sendable, Equatable {
    /// What it says of itself.
    package let head: DeadLetterHead
    /// The source entry's signature, checked against the name of the source's stream; or why there is none to check.
    package let source: Result<Judgement, DeadLetterError>
    /// Whether the source entry went through JSON and has U+FFFD in it: where that stands, other bytes may have stood.
    package let mayHaveLostBytes: Bool

    /// The source entry's judgement; nil when the source cannot be read.
    package var judgement: Judgement? {
        if case .success(let judgement) = source { judgement } else { nil }
    }

    /// What speaks against redriving it, the weightiest first; nil when nothing does.
    package func problem(in bytes: [UInt8]) -> RedriveProblem? {
        let judgement: Judgement
        switch source {
        case .failure(let fault): return .malformed(fault)
        case .success(let value): judgement = value
        }
        let advice = ReplayAdvice(reasonKind: bytes[head.reasonKind(in: bytes)])
        if case .invalid(let fault) = judgement.outcome { return .invalidSignature(fault) }
        if advice != .worthwhile { return .reason(advice) }
        if judgement.outcome == .unchecked { return .unchecked }
        if judgement.outcome == .unsigned && judgement.needsSignature { return .unsigned }
        return mayHaveLostBytes && judgement.outcome != .valid ? .lostBytes : nil
    }
}

/// What a dead letter says of itself, beside the source entry that it holds.
package struct DeadLetterHead: Sendable, Equatable {
    /// Who wrote it.
    package let shape: DeadLetterShape
    /// Where its reason lies in the entry's bytes; nil when it gives none.
    package let reason: Range<Int>?
    /// The id that the source entry had; nil when that is lost.
    package let sourceID: EntryID?

    /// When the message was received first, as the writer gives it, in Unix milliseconds; nil when it gives none.
    package let receivedAt: UInt64?

    /// Where the kind of the reason lies: what comes before the first colon. Empty without a reason.
    package func reasonKind(in bytes: [UInt8]) -> Range<Int> {
        guard let reason else { return 0..<0 }
        let end = ByteSearch.first(UInt8(ascii: ":"), in: bytes, reason) ?? reason.upperBound
        return reason.lowerBound..<end
    }
}

/// Who wrote a dead letter, which is how it holds its source entry.
package enum DeadLetterShape: String, Sendable {
    /// The Audit service: each source field under `src_`.
    case audit
    /// STS and Gateway: the source fields as a JSON object in `values`, the dead letter signed for its own stream.
    case service
    /// The revocation connectors: the source fields as a JSON object in `payload`, the dead letter unsigned.
    case connector
    /// None of these: no source entry can be found in it.
    case unknown
}

/// Why no source entry can be restored from a dead letter.
package enum DeadLetterError: Error, Sendable, Equatable {
    /// It has none of the shapes that are known.
    case unknownShape
    /// The field that holds the source's fields is no JSON object.
    case unreadable(JSONError)
    /// The source has no field at all.
    case noFields
    /// More fields than one step on the server can take.
    case tooManyFields(limit: Int)
}

extension DeadLetterError: TerminalTextConvertible {
    /// One clause, lower case.
    package var text: TerminalText {
        switch self {
        case .unknownShape: "it has none of the shapes of a dead letter"
        case .unreadable(let error): "its source entry cannot be read: \(error)"
        case .noFields: "its source entry has no fields"
        case .tooManyFields(let limit): "its source entry has more than \(limit) fields"
        }
    }
}
