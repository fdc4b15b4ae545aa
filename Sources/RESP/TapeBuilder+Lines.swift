/// Everything that is a single line: simple strings, errors, numbers, booleans, nulls.
extension TapeBuilder {
    mutating func parseLine(_ type: WireType, of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
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
