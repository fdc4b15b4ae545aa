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
