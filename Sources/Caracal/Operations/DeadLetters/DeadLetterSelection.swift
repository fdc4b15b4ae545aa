/// Which dead letters an operation is about.
package struct DeadLetterSelection: Sendable, Equatable {
    /// The streams they lie in, each with a source.
    package let targets: [SignatureTarget]
    /// The kind of reason they died of (the text before the first colon); nil for any.
    package let reasonKind: [UInt8]?
    /// The first of them.
    package let since: StreamPosition
    /// The last of them.
    package let until: StreamPosition

    /// Describes a selection.
    package init(
        targets: [SignatureTarget] = SignatureTarget.deadLetters,
        reasonKind: [UInt8]? = nil,
        since: StreamPosition = .start,
        until: StreamPosition = .end
    ) {
        self.targets = targets
        self.reasonKind = reasonKind
        self.since = since
        self.until = until
    }

    /// Whether a dead letter of that reason is wanted.
    func takes(_ head: DeadLetterHead, in bytes: [UInt8]) -> Bool {
        guard let reasonKind else { return true }
        return ByteComparison.equal(bytes, head.reasonKind(in: bytes), reasonKind)
    }
}
