import RESP
import Testing

/// Errors are read by operators: one line, lower case, printable, at most one byte of what was received.
@Suite struct ProtocolErrorTests {
    @Test(arguments: [
        (ProtocolError.unknownType(0), #"expected a reply, found "\x00""#),
        (.unknownType(13), "expected a reply, found an empty line"),
        (.unknownType(0x1B), #"expected a reply, found "\x1b""#),
        (.httpServer, "this is an HTTP server"),
        (.tlsServer, "the server speaks TLS"),
        (.streamedReply, "streamed RESP3 strings are not supported"),
        (.malformedLength(.bulkString, found: 0x2B), #"the length of a bulk string is malformed: found "+""#),
        (.malformedLength(.array, found: 13), #"the length of an array is malformed: found "\r""#),
        (.endlessLength(.map), "the length of a map has too many digits"),
        (.malformedValue(.integer, found: 0x61), #"an integer is malformed: found "a""#),
        (.malformedValue(.double, found: 13), "a double is malformed: it ends too early"),
        (.outOfRange(.integer), "an integer is out of range"),
        (
            .malformedLineEnd(.simpleString, found: 75),
            #"expected CR LF at the end of a simple string, found CR and "K""#
        ),
        (.malformedPayloadEnd(.bulkString, found: 88), #"expected CR LF after the bytes of a bulk string, found "X""#),
        (.malformedVerbatimString, "a verbatim string has no three-letter format"),
        (.nestedPush, "found a push inside another reply"),
        (.tooDeep(limit: 32), "a reply is nested deeper than 32 levels"),
        (.tooManyElements(limit: 4), "a reply has more than 4 elements"),
        (.lineTooLong(.simpleError, limit: 65_536), "an error is longer than 65536 bytes"),
        (.payloadTooLong(.bulkString, limit: 9), "a bulk string is longer than 9 bytes"),
        (.replyTooLong(limit: 9), "a reply is longer than 9 bytes"),
    ])
    func saysWhatIsWrong(error: ProtocolError, text: String) {
        #expect(error.description == text)
    }
}
