/// Parses one reply at a time into its flat list of nodes, going on where it stopped when bytes ran out.
///
/// It keeps no bytes: each call is given all bytes of the unfinished reply, and offsets count from the first of them.
struct TapeBuilder: Sendable {
    let limits: ReplyLimits
    /// The values found so far.
    var nodes: [ReplyNode] = []
    var open = OpenAggregates()
    /// Where the next value begins. After the last one, the size of the reply.
    var position = 0
    /// Bytes that must have arrived before there is anything to do.
    var needed = 1
    /// How far an unfinished line has been searched for its end.
    var scanned = 0
    /// Values that may still be announced.
    var budget: Int

    /// What parsing one element came to.
    enum Step {
        /// It has not wholly arrived.
        case starved
        /// It is an aggregate whose values come next, or an attribute.
        case opened
        /// It is whole.
        case finished
    }

    init(limits: ReplyLimits) {
        self.limits = limits
        budget = limits.nodes - 1
    }

    /// Parses on in what `buffer` holds; true when the reply is whole.
    mutating func advance(over buffer: borrowing ReceiveBuffer) throws(ProtocolError) -> Bool {
        try advance(over: buffer.bytes.span.extracting(buffer.start..<buffer.bytes.count))
    }

    private mutating func advance(over bytes: Span<UInt8>) throws(ProtocolError) -> Bool {
        while bytes.count >= needed {
            switch try parseElement(of: bytes) {
            case .starved: return false
            case .opened: needed = position + 1
            case .finished:
                needed = position + 1
                if open.closeValue(in: &nodes) { return true }
            }
        }
        return false
    }

    /// Starts over with a new reply.
    mutating func reset() {
        nodes.removeAll(keepingCapacity: true)
        open.removeAll()
        position = 0
        needed = 1
        scanned = 0
        budget = limits.nodes - 1
    }

    @inline(__always)
    private mutating func parseElement(of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
        let byte = bytes[position]
        // Nearly all that Redis sends are bulk strings: they skip the table.
        if byte == WireType.bulkString.rawValue { return try parseCounted(.bulkString, of: bytes) }
        guard let type = WireType(rawValue: byte) else { return try parseStranger(of: bytes) }
        switch type {
        case .bulkString, .bulkError, .verbatimString: return try parseCounted(type, of: bytes)
        case .array, .map, .set, .push, .attribute: return try parseAggregate(type, of: bytes)
        default: return try parseLine(type, of: bytes)
        }
    }

    @inline(__always)
    mutating func appendLeaf(_ kind: ReplyKind, offset: Int, length: Int) {
        nodes.append(ReplyNode(kind: kind, offset: offset, length: length, end: nodes.count + 1))
    }

    /// Nothing can be done before `count` bytes are there.
    mutating func starve(until count: Int) -> Step {
        needed = count
        return .starved
    }
}
