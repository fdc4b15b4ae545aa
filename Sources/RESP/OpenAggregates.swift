/// The aggregates a parser is inside of, outermost first: what lets it stop anywhere and go on from there.
struct OpenAggregates: Sendable {
    private struct Level {
        /// Its node; for an attribute, the index its first node would have had.
        let node: Int
        /// Values still to come, never 0.
        var remaining: Int
        let isAttribute: Bool
    }

    private var levels: [Level] = []

    /// How many are open.
    var depth: Int { levels.count }

    mutating func open(node: Int, count: Int, isAttribute: Bool) {
        levels.append(Level(node: node, remaining: count, isAttribute: isAttribute))
    }

    mutating func removeAll() {
        levels.removeAll(keepingCapacity: true)
    }

    /// Takes note that a value has ended, and gives `nodes` the ends of all aggregates it completed. An attribute it
    /// completed is dropped from `nodes`. Returns whether that was the end of the outermost value.
    mutating func closeValue(in nodes: inout [ReplyNode]) -> Bool {
        while let last = levels.indices.last {
            levels[last].remaining -= 1
            if levels[last].remaining > 0 { return false }
            let level = levels.removeLast()
            if level.isAttribute {
                nodes.removeLast(nodes.count - level.node)
                return false
            }
            nodes[level.node].end = UInt32(truncatingIfNeeded: nodes.count)
        }
        return true
    }
}
