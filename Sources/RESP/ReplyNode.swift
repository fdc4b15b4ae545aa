/// One value of a reply, in the order of the wire: an aggregate is followed by everything it holds.
///
/// Stored properties are read across modules without a call, which functions of package access are not: the innermost
/// loop over a page may read these rather than ask the reply.
package struct ReplyNode: Sendable, Equatable {
    /// Where its payload starts in the reply's bytes; of no meaning for an aggregate.
    package let offset: UInt32
    /// Bytes in its payload, or values in an aggregate (a map of two pairs has four).
    package let length: UInt32
    /// One past the last node it holds: where its next sibling is.
    package internal(set) var end: UInt32
    /// What it is.
    package let kind: ReplyKind

    init(kind: ReplyKind, offset: Int, length: Int, end: Int) {
        self.kind = kind
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    static let null = ReplyNode(kind: .null, offset: 0, length: 0, end: 1)
}
