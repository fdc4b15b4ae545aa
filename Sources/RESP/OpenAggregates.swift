/// The aggregates a parser is inside of: what lets it stop anywhere and go on from there.
struct OpenAggregates: Sendable {
    private struct Level {
        /// Its node; for an attribute, the index its first node would have had.
        let node: Int
        /// Values still to come, never 0.
        var remaining: Int
        let isAttribute: Bool
    }

    /// Stands for the reply as a whole, which has one value: so that there always is an innermost level.
    private static let root = Level(node: 0, remaining: 1, isAttribute: false)

    /// Apart from the others because every value counts it down.
    private var innermost = root
    /// Those around it, outermost first.
    private var outer: [Level] = []

    /// How many are open.
    var depth: Int { outer.count }

    mutating func open(node: Int, count: Int, isAttribute: Bool) {
        outer.append(innermost)
        innermost = Level(node: node, remaining: count, isAttribute: isAttribute)
    }

    mutating func removeAll() {
        outer.removeAll(keepingCapacity: true)
        innermost = Self.root
    }

    /// Takes note that a value has ended. Returns whether that was the end of the reply.
    @inline(__always)
    mutating func closeValue(in nodes: inout [ReplyNode]) -> Bool {
        innermost.remaining &-= 1
        return innermost.remaining == 0 && closeLevels(in: &nodes)
    }

    /// Gives `nodes` the ends of all aggregates that are complete. An attribute is dropped from `nodes` instead, and
    /// completes nothing around it.
    private mutating func closeLevels(in nodes: inout [ReplyNode]) -> Bool {
        while innermost.remaining == 0 {
            guard let around = outer.popLast() else { return true }
            let closed = innermost
            innermost = around
            if closed.isAttribute {
                nodes.removeLast(nodes.count - closed.node)
                return false
            }
            nodes[closed.node].end = UInt32(truncatingIfNeeded: nodes.count)
            innermost.remaining -= 1
        }
        return false
    }
}
