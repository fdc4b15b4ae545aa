/// Walking a reply by node index. The first node is 0; indices come from these functions and are not checked beyond
/// the bounds of the arrays.
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
