import Redis

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
