/// Arrays, maps, sets, pushes and attributes: a count, then that many values.
extension TapeBuilder {
    mutating func parseAggregate(_ type: WireType, of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
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
