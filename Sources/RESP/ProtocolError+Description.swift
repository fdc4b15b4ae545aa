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
