import Redis

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
