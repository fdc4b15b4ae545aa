/// What a server sent that is not RESP, or is more of it than we are willing to hold.
///
/// The connection it came from cannot be trusted again: close it. At most one byte of what was received is kept here,
/// never a payload.
package enum ProtocolError: Error, Sendable, Equatable {
    /// No reply begins with this byte.
    case unknownType(UInt8)
    /// The first bytes were `HTTP/`.
    case httpServer
    /// The first byte was that of a TLS record.
    case tlsServer
    /// RESP3's streamed strings and aggregates (`$?`, `*?`, `;`, `.`), which no Redis sends.
    case streamedReply
    /// A length held a byte that is no digit, or a digit that is not allowed where it stood.
    case malformedLength(WireType, found: UInt8)
    /// A length of twenty digits or more.
    case endlessLength(WireType)
    /// A number, boolean or null that is not written as the protocol writes it. A carriage return means it ended early.
    case malformedValue(WireType, found: UInt8)
    /// An integer beyond 64 bits, or a double beyond the finite ones.
    case outOfRange(WireType)
    /// A carriage return that no line feed followed.
    case malformedLineEnd(WireType, found: UInt8)
    /// The two bytes after a counted payload were not CR LF.
    case malformedPayloadEnd(WireType, found: UInt8)
    /// A verbatim string without its three-letter format and colon.
    case malformedVerbatimString
    /// A push inside another reply.
    case nestedPush
    /// More aggregates inside each other than `limit`.
    case tooDeep(limit: Int)
    /// More elements in one reply than `limit`, counted as announced.
    case tooManyElements(limit: Int)
    /// A line of more than `limit` bytes.
    case lineTooLong(WireType, limit: Int)
    /// A payload announced to be longer than `limit` bytes.
    case payloadTooLong(WireType, limit: Int)
    /// A reply of more than `limit` bytes, counted as announced.
    case replyTooLong(limit: Int)
}
