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
    package func obstacle(in bytes: [UInt8]) -> RedriveObstacle? {
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
