/// Parses one reply at a time into its flat list of nodes, going on where it stopped when bytes ran out.
///
/// It keeps no bytes: each call is given all bytes of the unfinished reply, and offsets count from the first of them.
struct TapeBuilder: Sendable {
    /// The values found so far.
    var nodes: [ReplyNode] = []
    /// Where the next value begins. After the last one, the size of the reply.
    private(set) var position = 0
    private let limits: ReplyLimits
    /// The aggregates that the next value lies in.
    private var open = OpenAggregates()
    /// Bytes that must have arrived before there is anything to do.
    private var needed = 1
    /// How far an unfinished line has been searched for its end.
    private var scanned = 0
    /// Values that may still be announced.
    private var budget: Int

    /// What parsing one element came to.
    private enum Step {
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
    private mutating func appendLeaf(_ kind: ReplyKind, offset: Int, length: Int) {
        nodes.append(ReplyNode(kind: kind, offset: offset, length: length, end: nodes.count + 1))
    }

    /// Nothing can be done before `count` bytes are there.
    private mutating func starve(until count: Int) -> Step {
        needed = count
        return .starved
    }
}

// MARK: - Strings

/// Bulk strings, bulk errors and verbatim strings: a length, that many bytes, CR LF.
extension TapeBuilder {
    @inline(__always)
    private mutating func parseCounted(_ type: WireType, of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
        guard let header = try LengthHeader.read(bytes, from: position + 1, of: type) else {
            return starve(until: bytes.count + 1)
        }
        if header.length < 0 { return appendNull(end: header.end) }
        let end = try payloadEnd(of: type, header)
        guard end + 2 <= bytes.count else { return starve(until: end + 2) }
        guard bytes[end] == ASCII.carriageReturn, bytes[end + 1] == ASCII.lineFeed else {
            throw Self.payloadEndError(type, bytes, at: end)
        }
        try appendPayload(type, of: bytes, range: header.end..<end)
        position = end + 2
        return .finished
    }

    /// Checks an announced length before a byte of it is awaited.
    @inline(__always)
    private func payloadEnd(of type: WireType, _ header: LengthHeader) throws(ProtocolError) -> Int {
        guard header.length <= limits.bulk else { throw .payloadTooLong(type, limit: limits.bulk) }
        let end = header.end + header.length
        guard end + 2 <= limits.reply else { throw .replyTooLong(limit: limits.reply) }
        return end
    }

    @inline(__always)
    private mutating func appendPayload(
        _ type: WireType,
        of bytes: Span<UInt8>,
        range: Range<Int>
    ) throws(ProtocolError) {
        switch type {
        case .bulkString: appendLeaf(.bulkString, offset: range.lowerBound, length: range.count)
        case .bulkError: appendLeaf(.bulkError, offset: range.lowerBound, length: range.count)
        default:
            guard range.count >= 4, bytes[range.lowerBound + 3] == ASCII.colon else { throw .malformedVerbatimString }
            appendLeaf(.verbatimString, offset: range.lowerBound + 4, length: range.count - 4)
        }
    }

    private mutating func appendNull(end: Int) -> Step {
        appendLeaf(.null, offset: position, length: 0)
        position = end
        return .finished
    }

    @inline(never)
    private static func payloadEndError(_ type: WireType, _ bytes: Span<UInt8>, at end: Int) -> ProtocolError {
        let flaw = bytes[end] == ASCII.carriageReturn ? end + 1 : end
        return .malformedPayloadEnd(type, found: bytes[flaw])
    }
}

// MARK: - Lines

/// Everything that is a single line: simple strings, errors, numbers, booleans, nulls.
extension TapeBuilder {
    private mutating func parseLine(_ type: WireType, of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
        let start = position + 1
        guard let end = try lineEnd(of: type, in: bytes, from: start) else { return .starved }
        guard end + 2 <= limits.reply else { throw .replyTooLong(limit: limits.reply) }
        try check(bytes.extracting(start..<end), of: type)
        if type == .null { return appendNull(end: end + 2) }
        if let kind = ReplyKind(type) { appendLeaf(kind, offset: start, length: end - start) }
        position = end + 2
        return .finished
    }

    /// Where the line's CR is; nil when its CR LF has not arrived. What was searched once is not searched again.
    private mutating func lineEnd(
        of type: WireType,
        in bytes: Span<UInt8>,
        from start: Int
    ) throws(ProtocolError) -> Int? {
        var index = max(scanned, start)
        let stop = min(bytes.count, start + limits.line + 1)
        while index < stop, bytes[index] != ASCII.carriageReturn { index += 1 }
        guard index - start <= limits.line else { throw .lineTooLong(type, limit: limits.line) }
        guard index + 1 < bytes.count else {
            scanned = index
            needed = bytes.count + 1
            return nil
        }
        guard bytes[index + 1] == ASCII.lineFeed else { throw .malformedLineEnd(type, found: bytes[index + 1]) }
        return index
    }

    private func check(_ text: Span<UInt8>, of type: WireType) throws(ProtocolError) {
        guard let flaw = flaw(in: text, of: type) else { return try checkRange(text, of: type) }
        throw .malformedValue(type, found: flaw < text.count ? text[flaw] : ASCII.carriageReturn)
    }

    private func flaw(in text: Span<UInt8>, of type: WireType) -> Int? {
        switch type {
        case .integer, .bigNumber: NumberSyntax.flawInInteger(text)
        case .double: NumberSyntax.flawInDouble(text)
        case .boolean: Self.flawInBoolean(text)
        case .null: text.isEmpty ? nil : 0
        default: nil
        }
    }

    private static func flawInBoolean(_ text: Span<UInt8>) -> Int? {
        guard !text.isEmpty, text[0] == ASCII.lowerT || text[0] == ASCII.lowerF else { return 0 }
        return text.count == 1 ? nil : 1
    }

    private func checkRange(_ text: Span<UInt8>, of type: WireType) throws(ProtocolError) {
        if type == .integer, StrictNumber.signed(text) == nil { throw .outOfRange(type) }
        if type == .double, StrictNumber.double(text) == nil { throw .outOfRange(type) }
    }
}

// MARK: - Aggregates

/// Arrays, maps, sets, pushes and attributes: a count, then that many values.
extension TapeBuilder {
    private mutating func parseAggregate(_ type: WireType, of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
        if type == .push, open.depth > 0 { throw .nestedPush }
        guard let header = try LengthHeader.read(bytes, from: position + 1, of: type) else {
            return starve(until: bytes.count + 1)
        }
        guard header.end <= limits.reply else { throw .replyTooLong(limit: limits.reply) }
        if header.length < 0 { return appendNull(end: header.end) }
        let count = try spend(header.length, on: type)
        position = header.end
        return try openAggregate(type, count: count)
    }

    private mutating func openAggregate(_ type: WireType, count: Int) throws(ProtocolError) -> Step {
        guard open.depth < limits.depth else { throw .tooDeep(limit: limits.depth) }
        let node = nodes.count
        if let kind = ReplyKind(type) { nodes.append(ReplyNode(kind: kind, offset: 0, length: count, end: node + 1)) }
        if count > 0 { open.open(node: node, count: count, isAttribute: type == .attribute) }
        return count > 0 || type == .attribute ? .opened : .finished
    }

    /// Takes what was announced off the budget of the reply, so that nobody has to wait for it to be proved too much.
    /// Returns how many values that is.
    private mutating func spend(_ length: Int, on type: WireType) throws(ProtocolError) -> Int {
        let paired = type == .map || type == .attribute
        let (count, overflowed) = length.multipliedReportingOverflow(by: paired ? 2 : 1)
        let (cost, carried) = count.addingReportingOverflow(type == .attribute ? 1 : 0)
        guard !overflowed, !carried, cost <= budget else { throw .tooManyElements(limit: limits.nodes) }
        budget -= cost
        return count
    }
}

// MARK: - Anything else

/// What begins like no reply: name it when it can be named.
extension TapeBuilder {
    @inline(never)
    private mutating func parseStranger(of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
        let byte = bytes[position]
        switch byte {
        case ASCII.semicolon, ASCII.dot: throw .streamedReply
        case 0x15 where position == 0, 0x16 where position == 0: throw .tlsServer
        case UInt8(ascii: "H") where position == 0: return try parseHTTP(bytes)
        default: throw .unknownType(byte)
        }
    }

    private mutating func parseHTTP(_ bytes: Span<UInt8>) throws(ProtocolError) -> Step {
        let greeting = Array("HTTP/".utf8)
        for index in 0..<min(bytes.count, greeting.count) where bytes[index] != greeting[index] {
            throw .unknownType(bytes[0])
        }
        guard bytes.count < greeting.count else { throw .httpServer }
        return starve(until: bytes.count + 1)
    }
}

// MARK: - Nesting

/// The aggregates a parser is inside of: what lets it stop anywhere and go on from there.
private struct OpenAggregates: Sendable {
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
