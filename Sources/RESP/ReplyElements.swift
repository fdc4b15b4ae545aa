/// The elements of an aggregate, in their order.
package struct ReplyElements: Sequence, Sendable {
    fileprivate let reply: Reply
    fileprivate let first: Int
    /// How many there are.
    package let count: Int

    init(reply: Reply, first: Int, count: Int) {
        self.reply = reply
        self.first = first
        self.count = count
    }

    /// An iterator from the first element on.
    package func makeIterator() -> Iterator { Iterator(reply: reply, cursor: first, left: count) }

    /// How many there are, for those who reserve.
    package var underestimatedCount: Int { count }

    /// Walks from sibling to sibling.
    package struct Iterator: IteratorProtocol {
        fileprivate let reply: Reply
        fileprivate var cursor: Int
        fileprivate var left: Int

        /// The next element, or nil after the last.
        package mutating func next() -> ReplyValue? {
            guard left > 0 else { return nil }
            left -= 1
            defer { cursor = reply.nextSibling(of: cursor) }
            return ReplyValue(reply: reply, index: cursor)
        }
    }
}
