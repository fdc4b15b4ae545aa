/// Field and value pairs, in their order.
package struct ReplyPairs: Sequence, Sendable {
    private let elements: ReplyElements

    init(reply: Reply, first: Int, count: Int) {
        elements = ReplyElements(reply: reply, first: first, count: count * 2)
    }

    /// How many pairs there are.
    package var count: Int { elements.count / 2 }

    /// How many pairs there are, for those who reserve.
    package var underestimatedCount: Int { count }

    /// An iterator from the first pair on.
    package func makeIterator() -> Iterator { Iterator(elements: elements.makeIterator()) }

    /// Walks two elements at a time.
    package struct Iterator: IteratorProtocol {
        fileprivate var elements: ReplyElements.Iterator

        /// The next pair, or nil after the last.
        package mutating func next() -> (field: ReplyValue, value: ReplyValue)? {
            guard let field = elements.next(), let value = elements.next() else { return nil }
            return (field, value)
        }
    }
}
