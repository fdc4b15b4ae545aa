import RESP
import Redis

/// An entry that was read to see how large it is: its sizes, and nothing of what it says.
package struct SampledEntry: Sendable, Equatable {
    /// Its id.
    package let id: EntryID
    /// How many fields it has.
    let fields: Int
    /// Stands for its field names in their order: a node keeps those of its first entry and leaves them out of the others.
    private(set) var names: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Bytes of all names and values, as `XADD` was given them.
    private(set) var plainBytes = 0
    /// Bytes of the names in a listpack.
    private(set) var nameBytes = 0
    /// Bytes of the values in a listpack.
    private(set) var valueBytes = 0

    /// An entry without content.
    private init(id: EntryID, fields: Int) {
        self.id = id
        self.fields = fields
    }

    /// Reads an entry of XRANGE's reply; nil for another shape.
    package init?(_ reply: Reply, node: Int) {
        guard reply.count(of: node) == 2 else { return nil }
        let bytes = reply.bytes.span
        let first = reply.firstChild(of: node)
        let list = reply.nextSibling(of: first)
        let count = reply.count(of: list)
        guard let id = EntryID(bytes.extracting(reply.payload(of: first))), count.isMultiple(of: 2), count > 0 else {
            return nil
        }
        self.init(id: id, fields: count / 2)
        var node = reply.firstChild(of: list)
        for _ in 0..<fields {
            addName(bytes.extracting(reply.payload(of: node)))
            node = reply.nextSibling(of: node)
            addValue(bytes.extracting(reply.payload(of: node)))
            node = reply.nextSibling(of: node)
        }
    }

    mutating func addName(_ name: Span<UInt8>) {
        plainBytes += name.count
        nameBytes += Listpack.bytes(of: name)
        // FNV-1a, and the length, so that `ab` `c` is not `a` `bc`.
        for index in name.indices { names = (names ^ UInt64(name[index])) &* 0x100_0000_01B3 }
        names = (names ^ UInt64(name.count)) &* 0x100_0000_01B3
    }

    mutating func addValue(_ value: Span<UInt8>) {
        plainBytes += value.count
        valueBytes += Listpack.bytes(of: value)
    }
}
