import Redis

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
    /// After this many, large nodes are left open.
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

/// How much fits into one node of a stream: the server's `stream-node-max-bytes` and `stream-node-max-entries`.
package struct NodeLimits: Sendable, Equatable {
    /// Bytes; an entry that would reach this begins a new node.
    package let bytes: Int
    /// Entries; `Int.max` for any number.
    package let entries: Int

    /// What Redis does unless it is told otherwise.
    package static let standard = NodeLimits(bytes: 4096, entries: 100)

    package init(bytes: Int, entries: Int) {
        self.bytes = bytes
        self.entries = entries
    }

    /// Reads `CONFIG GET stream-node-max*`; what it lacks is the standard. Zero means that there is no such limit.
    package init(_ values: ConfigValues?) {
        let bytes = values?.unsigned("stream-node-max-bytes").map { Int(clamping: $0) } ?? Self.standard.bytes
        let entries = values?.unsigned("stream-node-max-entries").map { Int(clamping: $0) } ?? Self.standard.entries
        self.init(
            bytes: bytes == 0 ? Self.mostBytes : min(bytes, Self.mostBytes),
            entries: entries == 0 ? .max : entries
        )
    }

    /// No node grows beyond this, whatever the settings say.
    private static let mostBytes = 1 << 30
}

/// How the server's memory allocator rounds up, by the name that INFO gives it.
package enum Allocator: Sendable, Equatable {
    /// jemalloc: four sizes between two powers of two. What Redis is built with on Linux unless someone says otherwise.
    case jemalloc
    /// The C library's, taken to be glibc's: multiples of 16, less the 8 bytes of its own header.
    case libc

    /// Reads INFO's `mem_allocator`; what is unknown is taken for jemalloc.
    package init(name: [UInt8]?) {
        self = name?.starts(with: Array("libc".utf8)) == true ? .libc : .jemalloc
    }

    /// What `used_memory` grows by when this many bytes are requested.
    package func allocated(_ bytes: Int) -> Int {
        switch self {
        case .jemalloc: Self.sizeClass(bytes)
        case .libc: max(24, (bytes + 23) / 16 * 16 - 8)
        }
    }

    private static func sizeClass(_ bytes: Int) -> Int {
        if bytes <= 8 { return 8 }
        if bytes <= 128 { return (bytes + 15) / 16 * 16 }
        let power = Int.bitWidth - (bytes - 1).leadingZeroBitCount
        let step = 1 << (power - 3)
        return (bytes + step - 1) / step * step
    }
}

/// Packs entries into nodes as XADD does, to see how large the nodes become.
///
/// A node is a listpack that begins with a master entry: two counts, the field names of its first entry, and an end
/// mark. Each entry has flags, its id as a difference to the node's, its values, and the names only where they differ.
struct NodePacking {
    /// A node.
    struct Node: Equatable {
        /// Bytes of its listpack.
        var bytes: Int
        /// Its entries.
        var entries: Int
    }

    /// The nodes that are full.
    private(set) var full: [Node] = []
    /// The node that the next entry goes to, if it fits.
    private(set) var open: Node?
    private let limits: NodeLimits
    private var master = (id: EntryID.zero, names: UInt64(0))

    init(_ limits: NodeLimits) {
        self.limits = limits
    }

    /// Adds an entry under an id, which must be greater than the one before.
    mutating func append(_ entry: SampledEntry, id: EntryID) {
        if let open, open.bytes + entry.plainBytes >= limits.bytes || open.entries >= limits.entries {
            full.append(open)
            self.open = nil
        }
        var node = open ?? begin(with: entry, id: id)
        node.bytes += bytes(of: entry, id: id)
        node.entries += 1
        open = node
    }

    private mutating func begin(with entry: SampledEntry, id: EntryID) -> Node {
        master = (id, entry.names)
        let counts = Listpack.bytes(of: 1) + Listpack.bytes(of: 0) + Listpack.bytes(of: Int64(entry.fields))
        return Node(bytes: Listpack.overhead + counts + entry.nameBytes + Listpack.bytes(of: 0), entries: 0)
    }

    private func bytes(of entry: SampledEntry, id: EntryID) -> Int {
        let flags = 2
        let milliseconds = Int64(truncatingIfNeeded: id.milliseconds &- master.id.milliseconds)
        let sequence = Int64(truncatingIfNeeded: id.sequence &- master.id.sequence)
        let fixed = flags + Listpack.bytes(of: milliseconds) + Listpack.bytes(of: sequence) + entry.valueBytes
        let fields = Int64(entry.fields)
        if entry.names == master.names { return fixed + Listpack.bytes(of: fields + 3) }
        return fixed + Listpack.bytes(of: fields) + entry.nameBytes + Listpack.bytes(of: 2 * fields + 4)
    }
}

/// Ids one after the other, with the distances that the entries have in the stream, but none between two runs.
private struct IDLine {
    private var current = EntryID(milliseconds: 1 << 40, sequence: 0)
    private var previous: EntryID?

    mutating func beginRun() {
        previous = nil
    }

    mutating func next(_ id: EntryID) -> EntryID {
        let step = previous.map { id.milliseconds &- $0.milliseconds } ?? 1
        let (milliseconds, overflow) = current.milliseconds.addingReportingOverflow(step)
        if step == 0 {
            let distance = id.sequence &- (previous?.sequence ?? 0)
            current = EntryID(milliseconds: current.milliseconds, sequence: current.sequence &+ max(1, distance))
        } else {
            current = EntryID(milliseconds: overflow ? 0 : milliseconds, sequence: id.sequence)
        }
        previous = id
        return current
    }
}
