/// The first byte of everything a server sends: what follows, and how it is framed.
package enum WireType: UInt8, Sendable {
    case simpleString = 0x2B  // +
    case simpleError = 0x2D  // -
    case integer = 0x3A  // :
    case bulkString = 0x24  // $
    case array = 0x2A  // *
    case null = 0x5F  // _
    case boolean = 0x23  // #
    case double = 0x2C  // ,
    case bigNumber = 0x28  // (
    case bulkError = 0x21  // !
    case verbatimString = 0x3D  // =
    case map = 0x25  // %
    case set = 0x7E  // ~
    case attribute = 0x7C  // |
    case push = 0x3E  // >
}

extension WireType: CustomStringConvertible {
    /// The type with its article, to stand in the middle of a sentence: "a bulk string".
    package var description: String {
        switch self {
        case .simpleString: "a simple string"
        case .simpleError: "an error"
        case .integer: "an integer"
        case .bulkString: "a bulk string"
        case .array: "an array"
        case .null: "a null"
        case .boolean: "a boolean"
        case .double: "a double"
        case .bigNumber: "a big number"
        case .bulkError: "a bulk error"
        case .verbatimString: "a verbatim string"
        case .map: "a map"
        case .set: "a set"
        case .attribute: "an attribute"
        case .push: "a push"
        }
    }
}

/// The digits between a type byte and its CR LF: how many bytes or elements follow.
struct LengthHeader {
    /// The length, or -1 for RESP2's null.
    let length: Int
    /// Where what it counts begins.
    let end: Int

    /// More digits than any 64-bit length has. With it no header line is over 32 bytes.
    private static let digitLimit = 20

    /// Reads the header whose type byte is at `start - 1`; nil when it has not wholly arrived.
    ///
    /// Throws at the first byte that cannot belong, however much has arrived after it.
    @inline(__always)
    static func read(_ bytes: Span<UInt8>, from start: Int, of type: WireType) throws(ProtocolError) -> LengthHeader? {
        var length = 0
        var index = start
        let stop = min(bytes.count, start + digitLimit)
        while index < stop, ASCII.isDigit(bytes[index]) {
            length = length &* 10 &+ Int(bytes[index] &- ASCII.zero)
            index += 1
        }
        let digits = index - start
        guard digits < 19 else { return try readLong(bytes, from: start, digits: digits, of: type) }
        guard index < bytes.count else { return nil }
        guard bytes[index] == ASCII.carriageReturn, digits > 0 else {
            return try readOddity(bytes, from: start, at: index, of: type)
        }
        if digits > 1, bytes[start] == ASCII.zero { throw .malformedLength(type, found: ASCII.zero) }
        return try finish(bytes, length: length, at: index, of: type)
    }

    /// Expects CR LF at `index`.
    @inline(__always)
    private static func finish(
        _ bytes: Span<UInt8>,
        length: Int,
        at index: Int,
        of type: WireType
    ) throws(ProtocolError) -> LengthHeader? {
        guard index + 1 < bytes.count else { return nil }
        guard bytes[index + 1] == ASCII.lineFeed else { throw .malformedLineEnd(type, found: bytes[index + 1]) }
        return LengthHeader(length: length, end: index + 2)
    }

    /// Nineteen digits may or may not fit 64 bits; either way no limit allows that many.
    @inline(never)
    private static func readLong(
        _ bytes: Span<UInt8>,
        from start: Int,
        digits: Int,
        of type: WireType
    ) throws(ProtocolError) -> LengthHeader? {
        let index = start + digits
        guard digits < digitLimit else { throw .endlessLength(type) }
        guard index < bytes.count else { return nil }
        guard bytes[index] == ASCII.carriageReturn else { throw .malformedLength(type, found: bytes[index]) }
        if bytes[start] == ASCII.zero { throw .malformedLength(type, found: ASCII.zero) }
        let length = StrictNumber.signed(bytes.extracting(start..<index))
        return try finish(bytes, length: Int(length ?? Int64.max), at: index, of: type)
    }

    /// What is not digits and CR: RESP2's `-1`, a streamed type's `?`, or an error.
    @inline(never)
    private static func readOddity(
        _ bytes: Span<UInt8>,
        from start: Int,
        at index: Int,
        of type: WireType
    ) throws(ProtocolError) -> LengthHeader? {
        guard index == start else { throw .malformedLength(type, found: bytes[index]) }
        switch bytes[start] {
        case ASCII.questionMark: throw .streamedReply
        case ASCII.minus where type == .bulkString || type == .array: return try readNull(bytes, from: start, of: type)
        default: throw .malformedLength(type, found: bytes[start])
        }
    }

    private static func readNull(
        _ bytes: Span<UInt8>,
        from start: Int,
        of type: WireType
    ) throws(ProtocolError) -> LengthHeader? {
        guard start + 1 < bytes.count else { return nil }
        guard bytes[start + 1] == UInt8(ascii: "1") else { throw .malformedLength(type, found: bytes[start + 1]) }
        guard start + 2 < bytes.count else { return nil }
        guard bytes[start + 2] == ASCII.carriageReturn else { throw .malformedLength(type, found: bytes[start + 2]) }
        return try finish(bytes, length: -1, at: start + 2, of: type)
    }
}
