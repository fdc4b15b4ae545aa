/// What begins like no reply: name it when it can be named.
extension TapeBuilder {
    @inline(never)
    mutating func parseStranger(of bytes: Span<UInt8>) throws(ProtocolError) -> Step {
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
