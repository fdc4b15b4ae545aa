/// An error a server answered with: a definite refusal, unlike a `ProtocolError`.
package struct ErrorReply: Sendable, Equatable {
    /// The first word, by which errors are told apart (`WRONGTYPE`, `NOAUTH`); `ERR` when the text begins otherwise.
    package let code: String
    /// The whole text, code included, as the server sent it: not escaped, not necessarily UTF-8.
    package let message: [UInt8]

    /// An error of that text.
    package init(message: [UInt8]) {
        self.message = message
        code = Self.code(of: message)
    }

    private static func code(of message: [UInt8]) -> String {
        let word = message.prefix { $0 != ASCII.space }
        guard let first = word.first, ASCII.isUppercase(first), word.allSatisfy(isCodeByte) else { return "ERR" }
        return String(decoding: word, as: UTF8.self)
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        ASCII.isUppercase(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "_")
    }
}

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

extension ProtocolError: CustomStringConvertible {
    /// One line in lower case, ready to stand after "protocol error: ".
    package var description: String {
        switch self {
        case .unknownType(ASCII.carriageReturn): "expected a reply, found an empty line"
        case .unknownType(let byte): "expected a reply, found \(Self.quoted(byte))"
        case .httpServer: "this is an HTTP server"
        case .tlsServer: "the server speaks TLS"
        case .streamedReply: "streamed RESP3 strings are not supported"
        case .malformedLength(let type, let byte): "the length of \(type) is malformed: found \(Self.quoted(byte))"
        case .endlessLength(let type): "the length of \(type) has too many digits"
        case .malformedValue(let type, ASCII.carriageReturn): "\(type) is malformed: it ends too early"
        case .malformedValue(let type, let byte): "\(type) is malformed: found \(Self.quoted(byte))"
        case .outOfRange(let type): "\(type) is out of range"
        case .malformedLineEnd(let type, let byte):
            "expected CR LF at the end of \(type), found CR and \(Self.quoted(byte))"
        case .malformedPayloadEnd(let type, let byte):
            "expected CR LF after the bytes of \(type), found \(Self.quoted(byte))"
        case .malformedVerbatimString: "a verbatim string has no three-letter format"
        case .nestedPush: "found a push inside another reply"
        case .tooDeep(let limit): "a reply is nested deeper than \(limit) levels"
        case .tooManyElements(let limit): "a reply has more than \(limit) elements"
        case .lineTooLong(let type, let limit): "\(type) is longer than \(limit) bytes"
        case .payloadTooLong(let type, let limit): "\(type) is longer than \(limit) bytes"
        case .replyTooLong(let limit): "a reply is longer than \(limit) bytes"
        }
    }

    private static func quoted(_ byte: UInt8) -> String {
        EscapedBytes.quoted([byte])
    }
}
