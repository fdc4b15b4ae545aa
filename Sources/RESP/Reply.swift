/// One whole reply: the bytes it came in, and a flat list of where each value lies in them.
///
/// There is no tree to build or to tear down, however deep the reply is. `root` is the comfortable way in; a scan over
/// thousands of entries goes by node index instead, which neither copies nor retains anything.
package struct Reply: Sendable {
    /// The reply as received. Payloads of nodes are ranges of these.
    package internal(set) var bytes: [UInt8]
    /// Its values, the root first.
    package internal(set) var nodes: [ReplyNode]

    /// A null, to parse a reply into.
    package init() {
        bytes = []
        nodes = [.null]
    }

    /// The whole reply as a value.
    package var root: ReplyValue { ReplyValue(reply: self, index: 0) }
}

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

/// What a value is, whichever of the two protocol versions carried it.
///
/// RESP2's null bulk string (`$-1`) and null array (`*-1`) are RESP3's `null`.
package enum ReplyKind: UInt8, Sendable {
    case simpleString
    case simpleError
    case integer
    case bulkString
    case null
    case boolean
    case double
    case bigNumber
    case bulkError
    case verbatimString
    case array
    case map
    case set
    case push

    /// Whether values of this kind hold other values rather than bytes.
    package var isAggregate: Bool { rawValue >= ReplyKind.array.rawValue }
}

extension ReplyKind {
    init?(_ type: WireType) {
        switch type {
        case .simpleString: self = .simpleString
        case .simpleError: self = .simpleError
        case .integer: self = .integer
        case .bulkString: self = .bulkString
        case .null: self = .null
        case .boolean: self = .boolean
        case .double: self = .double
        case .bigNumber: self = .bigNumber
        case .bulkError: self = .bulkError
        case .verbatimString: self = .verbatimString
        case .array: self = .array
        case .map: self = .map
        case .set: self = .set
        case .push: self = .push
        case .attribute: return nil
        }
    }
}

// MARK: - Walking by node index

/// The first node is 0; indices come from these functions and are not checked beyond the bounds of the arrays.
extension Reply {
    /// What the value at `node` is.
    package func kind(of node: Int) -> ReplyKind { nodes[node].kind }

    /// How many values the aggregate at `node` holds: twice its pairs for a map; 0 for anything else.
    package func count(of node: Int) -> Int {
        let node = nodes[node]
        return node.kind.isAggregate ? Int(node.length) : 0
    }

    /// Where the payload of `node` lies in `bytes`: without type, length, CR LF and the format of a verbatim string.
    /// Empty for a null and for an aggregate.
    package func payload(of node: Int) -> Range<Int> {
        let node = nodes[node]
        guard !node.kind.isAggregate else { return 0..<0 }
        let start = Int(node.offset)
        return start..<start + Int(node.length)
    }

    /// The first value in a non-empty aggregate. The next one is `nextSibling(of:)` that one.
    package func firstChild(of node: Int) -> Int { node + 1 }

    /// The value after `node` and all it holds. It belongs to the same aggregate only while the aggregate's count lasts.
    package func nextSibling(of node: Int) -> Int { Int(nodes[node].end) }

    /// The integer at `node`, or strict digits in a string; nil for anything else.
    package func number(of node: Int) -> Int64? {
        switch kind(of: node) {
        case .integer, .bulkString, .simpleString: StrictNumber.signed(bytes[payload(of: node)].span)
        default: nil
        }
    }

    /// As `number(of:)`, for what cannot be negative: counts, and the two halves of an entry id.
    package func unsigned(of node: Int) -> UInt64? {
        switch kind(of: node) {
        case .integer, .bulkString, .simpleString: StrictNumber.unsigned(bytes[payload(of: node)].span)
        default: nil
        }
    }
}

// MARK: - Equality

extension Reply: Equatable {
    /// Whether both say the same, whatever lengths and attributes were written around it. `$-1` equals `_`.
    package static func == (left: Reply, right: Reply) -> Bool {
        left.says(0, sameAs: 0, in: right)
    }

    /// Whether `node` and all it holds say the same as `other` and all that holds.
    func says(_ node: Int, sameAs other: Int, in reply: Reply) -> Bool {
        let count = nextSibling(of: node) - node
        guard count == reply.nextSibling(of: other) - other else { return false }
        return (0..<count).allSatisfy { sameNode(node + $0, as: other + $0, in: reply) }
    }

    private func sameNode(_ node: Int, as other: Int, in reply: Reply) -> Bool {
        let (mine, theirs) = (nodes[node], reply.nodes[other])
        guard mine.kind == theirs.kind, mine.length == theirs.length else { return false }
        return mine.kind.isAggregate || bytes[written(node)] == reply.bytes[reply.written(other)]
    }

    /// The payload, and for a verbatim string the format before it.
    private func written(_ node: Int) -> Range<Int> {
        let range = payload(of: node)
        return kind(of: node) == .verbatimString ? range.lowerBound - 4..<range.upperBound : range
    }
}
