extension ProtocolError: CustomStringConvertible {
    /// One line in lower case, ready to stand after "protocol error: ".
    package var description: String {
        switch self {
        case .unknownType(ASCII.carriageReturn): "expected a reply, found an empty line"
        case .unknownType(let byte): "expected a reply, found \(Self.quoted(byte))"
        case .httpServer: "this is an HTTP server"
        case .tlsServer: "the server speaks TLS"
        case .streamedReply: "streamed RESP3 strings are not supported"
        case .nestedPush: "found a push inside another reply"
        case .tooDeep, .tooManyElements, .lineTooLong, .payloadTooLong, .replyTooLong: excess
        default: flaw
        }
    }

    private var flaw: String {
        switch self {
        case .malformedLength(let type, let found):
            "the length of \(type) is malformed: found \(Self.quoted(found))"
        case .endlessLength(let type): "the length of \(type) has too many digits"
        case .malformedValue(let type, ASCII.carriageReturn): "\(type) is malformed: it ends too early"
        case .malformedValue(let type, let found): "\(type) is malformed: found \(Self.quoted(found))"
        case .outOfRange(let type): "\(type) is out of range"
        case .malformedLineEnd(let type, let found):
            "expected CR LF at the end of \(type), found CR and \(Self.quoted(found))"
        case .malformedPayloadEnd(let type, let found):
            "expected CR LF after the bytes of \(type), found \(Self.quoted(found))"
        case .malformedVerbatimString: "a verbatim string has no three-letter format"
        default: "the reply is malformed"
        }
    }

    private var excess: String {
        switch self {
        case .tooDeep(let limit): "a reply is nested deeper than \(limit) levels"
        case .tooManyElements(let limit): "a reply has more than \(limit) elements"
        case .lineTooLong(let type, let limit): "\(type) is longer than \(limit) bytes"
        case .payloadTooLong(let type, let limit): "\(type) is longer than \(limit) bytes"
        case .replyTooLong(let limit): "a reply is longer than \(limit) bytes"
        default: "a reply is too large"
        }
    }

    private static func quoted(_ byte: UInt8) -> String {
        EscapedBytes.quoted([byte])
    }
}
