/// A value in a reply, with the reply it lies in.
///
/// Asking for what a value is not gives nil, never a guess: an operation turns that into "unexpected reply".
package struct ReplyValue: Sendable {
    /// The reply this is a part of.
    package let reply: Reply
    /// Its node there.
    package let index: Int

    /// What it is.
    package var kind: ReplyKind { reply.kind(of: index) }

    /// Whether it is a null of either protocol version.
    package var isNull: Bool { kind == .null }

    /// Elements in an array, set or push; pairs in a map; 0 for anything else.
    package var count: Int {
        let count = reply.count(of: index)
        return kind == .map ? count / 2 : count
    }
}

extension ReplyValue: Equatable {
    /// Whether both say the same, wherever they lie.
    package static func == (left: ReplyValue, right: ReplyValue) -> Bool {
        left.reply.says(left.index, sameAs: right.index, in: right.reply)
    }
}

// MARK: - Scalars

extension ReplyValue {
    /// The bytes of a string, big number or error; a verbatim string's without its format. Nil for anything else.
    package var text: ArraySlice<UInt8>? {
        switch kind {
        case .simpleString, .bulkString, .verbatimString, .bigNumber, .simpleError, .bulkError:
            reply.bytes[reply.payload(of: index)]
        default: nil
        }
    }

    /// The value of an integer reply; nil for anything else, digits in a string included.
    package var integer: Int64? { kind == .integer ? number : nil }

    /// An integer, or strict digits in a bulk or simple string: `XPENDING` gives its counts so. Nil for anything else.
    package var number: Int64? { reply.number(of: index) }

    /// As `number`, for what cannot be negative.
    package var unsigned: UInt64? { reply.unsigned(of: index) }

    /// The value of a double reply, infinities and NaN among them; nil for anything else.
    package var double: Double? {
        kind == .double ? StrictNumber.double(reply.bytes[reply.payload(of: index)].span) : nil
    }

    /// The value of a boolean reply; nil for anything else.
    package var boolean: Bool? {
        kind == .boolean ? reply.bytes[reply.payload(of: index).lowerBound] == ASCII.lowerT : nil
    }

    /// The error, when the server answered with one.
    package var error: ErrorReply? {
        switch kind {
        case .simpleError, .bulkError: ErrorReply(message: Array(reply.bytes[reply.payload(of: index)]))
        default: nil
        }
    }
}

// MARK: - Elements and pairs

extension ReplyValue {
    /// The elements of an array, set or push in their order; none for anything else.
    package var elements: ReplyElements {
        ReplyElements(
            reply: reply,
            first: reply.firstChild(of: index),
            count: kind == .map ? 0 : reply.count(of: index)
        )
    }

    /// The element at `position` of an array, set or push; nil when there is none.
    ///
    /// It walks over the elements before it: to read them all, iterate `elements`.
    package subscript(_ position: Int) -> ReplyValue? {
        guard position >= 0 else { return nil }
        return elements.dropFirst(position).first { _ in true }
    }

    /// Field and value pairs in their order: of a map, or of an array of even length (RESP2's way to send a map).
    /// Nil for anything else. Repeated fields are repeated here.
    package var pairs: ReplyPairs? {
        let count = reply.count(of: index)
        guard kind == .map || kind == .array, count.isMultiple(of: 2) else { return nil }
        return ReplyPairs(reply: reply, first: reply.firstChild(of: index), count: count / 2)
    }

    /// The value of the first field called `name`, byte for byte; nil when there is none, or when there are no pairs.
    package subscript(field name: String) -> ReplyValue? {
        pairs?.first { field, _ in field.text?.elementsEqual(name.utf8) ?? false }?.value
    }
}

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
