import RESP

/// Reads the entries out of a reply one after the other, in place: XRANGE and XREVRANGE reply with a list of them, XREAD
/// with a list for each stream.
///
/// An entry is an array of its id and of its names and values in turn. It reads the nodes themselves, so that neither a value nor
/// a copy is made for anything in a page.
package struct EntryReader: Sendable {
    /// The bytes of the reply: what `idRange` and `fields` point into.
    package let bytes: [UInt8]
    /// How many entries the list has.
    package let count: Int
    /// Where the id of the entry that was read last lies.
    package private(set) var idRange = 0..<0
    /// The fields of the entry that was read last. There are none where the server shows null in their place, as it does for
    /// an entry that is pending and was deleted.
    package private(set) var fields: [FieldRange] = []
    /// Whether reading ended at something that is no entry.
    package private(set) var isMisshapen = false

    private let command: StaticString
    private let nodes: [ReplyNode]
    /// The node of the first entry that was not read yet.
    private var next: Int
    private var left: Int
    /// The nodes of the entries that were not read yet, the next one last, where they are read backwards.
    private var backwards: [Int]?

    /// The entries of a list; nil for anything else.
    ///
    /// - Parameter command: whose reply it is, for messages.
    package init?(_ list: ReplyValue, of command: StaticString) {
        guard list.kind == .array else { return nil }
        self.init(list.reply, first: list.index + 1, count: list.count, command)
    }

    /// One entry that is in no list.
    init(entry: ReplyValue, of command: StaticString) {
        self.init(entry.reply, first: entry.index, count: 1, command)
    }

    private init(_ reply: Reply, first: Int, count: Int, _ command: StaticString) {
        (bytes, nodes) = (reply.bytes, reply.nodes)
        (next, left) = (first, count)
        self.count = count
        self.command = command
    }

    /// The id of the entry that was read last; nil when it is none.
    package var id: EntryID? { EntryID(bytes.span.extracting(idRange)) }

    /// The id of the last entry in the list; nil when that is none, and when there is none. To be asked before the first one is
    /// read.
    package var lastID: EntryID? {
        guard left == count, count > 0 else { return nil }
        var node = next
        for _ in 1..<count { node = Int(nodes[node].end) }
        guard nodes[node].kind == .array, nodes[node].length == 2, nodes[node + 1].isString else { return nil }
        return EntryID(bytes.span.extracting(nodes[node + 1].payload))
    }

    /// The same list, read from its end.
    package func reversed() -> EntryReader {
        var reader = self
        var (node, places) = (next, [Int]())
        for _ in 0..<left {
            places.append(node)
            node = Int(nodes[node].end)
        }
        reader.backwards = places
        return reader
    }

    /// Reads the next entry. False after the last one, and for something that is none.
    package mutating func advance() -> Bool {
        guard left > 0 else { return false }
        let entry = backwards?.popLast() ?? next
        next = Int(nodes[entry].end)
        isMisshapen = !read(entry)
        left = isMisshapen ? 0 : left - 1
        return !isMisshapen
    }

    /// The same; something that is no entry is thrown as an error about the channel it came from.
    package mutating func advance(on channel: any CommandChannel) throws(RedisError) -> Bool {
        if advance() { return true }
        guard isMisshapen else { return false }
        throw channel.failure(.unexpected("an entry in the reply to \(command) has no fields"), .awaiting)
    }

    private mutating func read(_ entry: Int) -> Bool {
        fields.removeAll(keepingCapacity: true)
        guard nodes[entry].kind == .array, nodes[entry].length == 2, nodes[entry + 1].isString else { return false }
        idRange = nodes[entry + 1].payload
        let list = nodes[entry + 2]
        if list.kind == .null { return true }
        guard list.kind == .array, list.length % 2 == 0 else { return false }
        for node in stride(from: entry + 3, to: entry + 3 + Int(list.length), by: 2) {
            guard nodes[node].isString, nodes[node + 1].isString else { return false }
            fields.append(FieldRange(name: nodes[node].payload, value: nodes[node + 1].payload))
        }
        return true
    }
}

/// Where one field of an entry lies in the bytes that hold it: half-open ranges of byte offsets.
///
/// An entry on its way through the tool is one byte array and a list of these, so a page of a thousand entries needs
/// no array for each of its fields.
package struct FieldRange: Sendable, Equatable {
    /// The bytes of the field's name.
    package var name: Range<Int>
    /// The bytes of the field's value.
    package var value: Range<Int>

    /// A field whose name and value lie at these offsets. Inlined, since one is made for each field that is published or read.
    @inlinable
    package init(name: Range<Int>, value: Range<Int>) {
        self.name = name
        self.value = value
    }
}

extension ReplyNode {
    fileprivate var isString: Bool { kind == .bulkString || kind == .simpleString }

    /// Where its payload lies in the bytes of the reply; of no meaning for an aggregate.
    var payload: Range<Int> { Int(offset)..<Int(offset) + Int(length) }
}
