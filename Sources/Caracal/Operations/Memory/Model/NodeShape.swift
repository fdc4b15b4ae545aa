/// How a stream's nodes turn out, by its sample.
package struct NodeShape: Sendable, Equatable {
    /// What a full node takes on average, its place in the radix tree included.
    package let bytes: Double
    /// How many entries a full node has on average.
    package let entries: Double
    /// What a node takes that holds the newest entry of the sample and no other.
    package let newestAlone: Double

    /// What a node's id takes in the radix tree, measured on Redis 6.2 to 8.2: 27 to 74 bytes.
    private static let treeBytes = 48
    /// A few entries are packed again and again until there are this many nodes.
    private static let leastNodes = 20
    /// After so many, large nodes are left open.
    private static let mostEntries = 10_000

    /// Packs a sample, the gaps between its runs closed; nil for an empty one.
    package init?(_ sample: EntrySample, limits: NodeLimits, allocator: Allocator) {
        guard sample.count > 0 else { return nil }
        var packing = NodePacking(limits)
        var line = IDLine()
        var rest = Self.mostEntries
        repeat {
            for run in sample.runs {
                line.beginRun()
                for entry in run { packing.append(entry, id: line.next(entry.id)) }
            }
            rest -= sample.count
        } while packing.full.count < Self.leastNodes && rest > 0
        // Where nodes may grow without limit, there is none that is full.
        let nodes = packing.full.isEmpty ? [packing.open].compactMap(\.self) : packing.full
        var alone = NodePacking(limits)
        if let newest = sample.runs.last?.last { alone.append(newest, id: newest.id) }
        newestAlone = Double(allocator.allocated(alone.open?.bytes ?? 0))
        bytes = Double(nodes.reduce(0) { $0 + allocator.allocated($1.bytes) + Self.treeBytes }) / Double(nodes.count)
        entries = Double(nodes.reduce(0) { $0 + $1.entries }) / Double(nodes.count)
    }
}
