/// Bulk strings, bulk errors and verbatim strings: a length, that many bytes, CR LF.
extension TapeBuilder {
    @inline(__always)
    mutating func parseCounted(_ type: WireType, of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
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

    mutating func appendNull(end: Int) -> Step {
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
