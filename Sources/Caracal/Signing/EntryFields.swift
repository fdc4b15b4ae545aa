import RESP

/// Reads the entries of a page (XRANGE, XREVRANGE and XREAD reply with them) into field ranges, without a copy.
package enum EntryFields {
    /// Reads the entry at `node`: an array of its id and of its names and values in turn. `fields`, which is replaced,
    /// then holds ranges of the reply's `bytes`.
    ///
    /// Returns where the id lies; nil when the reply has another shape. An entry without fields, which a read of a
    /// pending and deleted one has in their place, has none here too.
    package static func read(_ reply: Reply, at node: Int, into fields: inout [FieldRange]) -> Range<Int>? {
        fields.removeAll(keepingCapacity: true)
        guard reply.kind(of: node) == .array, reply.count(of: node) == 2 else { return nil }
        let id = reply.firstChild(of: node)
        guard isString(reply, id) else { return nil }
        let list = reply.nextSibling(of: id)
        if reply.kind(of: list) == .null { return reply.payload(of: id) }
        guard reply.kind(of: list) == .array, readPairs(reply, in: list, into: &fields) else { return nil }
        return reply.payload(of: id)
    }

    private static func readPairs(_ reply: Reply, in list: Int, into fields: inout [FieldRange]) -> Bool {
        let count = reply.count(of: list)
        guard count % 2 == 0 else { return false }
        var node = reply.firstChild(of: list)
        for _ in 0..<(count / 2) {
            guard isString(reply, node) else { return false }
            let name = reply.payload(of: node)
            node = reply.nextSibling(of: node)
            guard isString(reply, node) else { return false }
            fields.append(FieldRange(name: name, value: reply.payload(of: node)))
            node = reply.nextSibling(of: node)
        }
        return true
    }

    private static func isString(_ reply: Reply, _ node: Int) -> Bool {
        switch reply.kind(of: node) {
        case .bulkString, .simpleString: true
        default: false
        }
    }
}
