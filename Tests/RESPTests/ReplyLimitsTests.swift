import RESP
import Testing

/// Each limit holds at its value and breaks one above it, however the bytes arrive.
@Suite struct ReplyLimitsTests {
    private func failure(_ wire: String, _ limits: ReplyLimits) -> ProtocolError? {
        let bytes = Array(wire.utf8)
        let whole = Parsing(bytes, limits: limits)
        #expect(Parsing.byteByByte(bytes, limits: limits) == whole)
        return whole.failure
    }

    @Test func linesEndAtTheirLimit() {
        #expect(failure("+1234\r\n", ReplyLimits(line: 4)) == nil)
        #expect(failure("+12345\r\n", ReplyLimits(line: 4)) == .lineTooLong(.simpleString, limit: 4))
        #expect(failure("+12345", ReplyLimits(line: 4)) == .lineTooLong(.simpleString, limit: 4))
        #expect(failure("+1234", ReplyLimits(line: 4)) == nil)
    }

    @Test func bulkStringsEndAtTheirLimit() {
        #expect(failure("$4\r\n1234\r\n", ReplyLimits(bulk: 4)) == nil)
        #expect(failure("$5\r\n", ReplyLimits(bulk: 4)) == .payloadTooLong(.bulkString, limit: 4))
        #expect(failure("!5\r\n", ReplyLimits(bulk: 4)) == .payloadTooLong(.bulkError, limit: 4))
        #expect(failure("=5\r\n", ReplyLimits(bulk: 4)) == .payloadTooLong(.verbatimString, limit: 4))
    }

    @Test func depthIsCountedWithAttributes() {
        #expect(failure("*1\r\n*1\r\n:1\r\n", ReplyLimits(depth: 2)) == nil)
        #expect(failure("*1\r\n*1\r\n*1\r\n:1\r\n", ReplyLimits(depth: 2)) == .tooDeep(limit: 2))
        #expect(failure("*1\r\n*1\r\n|1\r\n+a\r\n+b\r\n:1\r\n", ReplyLimits(depth: 2)) == .tooDeep(limit: 2))
    }

    @Test func nodesAreCountedAsAnnounced() {
        #expect(failure("*2\r\n:1\r\n:2\r\n", ReplyLimits(nodes: 3)) == nil)
        #expect(failure("*3\r\n", ReplyLimits(nodes: 3)) == .tooManyElements(limit: 3))
        #expect(failure("%2\r\n", ReplyLimits(nodes: 4)) == .tooManyElements(limit: 4))
        #expect(failure("*2\r\n*1\r\n:1\r\n*1\r\n", ReplyLimits(nodes: 4)) == .tooManyElements(limit: 4))
    }

    @Test func attributesUseTheBudgetUp() {
        #expect(failure("|0\r\n|0\r\n|0\r\n:1\r\n", ReplyLimits(nodes: 4)) == nil)
        #expect(failure("|0\r\n|0\r\n|0\r\n|0\r\n:1\r\n", ReplyLimits(nodes: 4)) == .tooManyElements(limit: 4))
    }

    @Test func theBudgetIsOfOneReply() {
        #expect(failure(String(repeating: "*2\r\n:1\r\n:2\r\n", count: 100), ReplyLimits(nodes: 3)) == nil)
    }

    @Test func repliesEndAtTheirLimit() {
        let limits = ReplyLimits(reply: 20)
        #expect(failure("*2\r\n+12345\r\n+1234\r\n", limits) == nil)
        #expect(failure("*2\r\n+12345\r\n+123456\r\n", limits) == .replyTooLong(limit: 20))
        #expect(failure("*2\r\n+12345\r\n$4\r\n", limits) == .replyTooLong(limit: 20))
        #expect(failure("*2\r\n+1234567890\r\n*1\r\n", limits) == .replyTooLong(limit: 20))
        #expect(failure("*1\r\n:1234567890123\r\n+OK\r\n*1\r\n:1234567890123\r\n", limits) == nil)
    }

    @Test func limitsBeyondWhatFitsAreBroughtIn() {
        let limits = ReplyLimits(depth: .max, nodes: .max, line: .max, bulk: .max, reply: .max)
        #expect(failure("*1\r\n+OK\r\n", limits) == nil)
        #expect(failure("$9223372036854775807\r\n", limits) != nil)
    }

    @Test func twoHundredThousandLevelsNeedNoStack() throws {
        let depth = 200_000
        let wire = String(repeating: "*1\r\n", count: depth) + ":7\r\n"
        let bytes = Array(wire.utf8)
        let parsing = Parsing(bytes, limits: ReplyLimits(depth: depth))
        #expect(parsing.failure == nil)
        let reply = try #require(parsing.replies.first)
        #expect(reply.nodes.count == depth + 1)
        #expect(reply.number(of: depth) == 7)
        #expect(parsing == Parsing.byteByByte(bytes, limits: ReplyLimits(depth: depth)))
    }
}
