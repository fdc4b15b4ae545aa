import RESP
import Rendering
import Testing

@testable import CaracalCommands
import Text

@Suite struct RawReplyTests {
    private func reply(_ wire: String) throws -> ReplyValue {
        var parser = ReplyParser()
        parser.append(Array(wire.utf8))
        return try #require(try parser.next()).root
    }

    static let replies: [(String, String)] = [
        ("+OK\r\n", "OK\n"),
        (":-7\r\n", "(integer) -7\n"),
        ("$3\r\na\"b\r\n", "\"a\\\"b\"\n"),
        ("$5\r\n\u{1B}[2J\n\r\n", "\"\\x1b[2J\\n\"\n"),
        ("$-1\r\n", "(nil)\n"),
        ("_\r\n", "(nil)\n"),
        ("#t\r\n", "(true)\n"),
        (",1.5\r\n", "(double) 1.5\n"),
        ("*0\r\n", "(empty array)\n"),
        ("%0\r\n", "(empty hash)\n"),
        ("~1\r\n+a\r\n", "1~ a\n"),
        ("=10\r\ntxt:a\u{7}\r\nb\n\r\n", "a\\x07\nb\n"),
        ("*2\r\n*2\r\n:1\r\n:2\r\n$1\r\nx\r\n", "1) 1) (integer) 1\n   2) (integer) 2\n2) \"x\"\n"),
        (
            "%2\r\n+a\r\n:1\r\n+b\r\n*2\r\n:2\r\n:3\r\n",
            "1# a => (integer) 1\n2# b =>\n      1) (integer) 2\n      2) (integer) 3\n"
        ),
        ("*1\r\n-ERR \u{1B}c\r\n", "1) (error) ERR \\x1bc\n"),
    ]

    @Test(arguments: replies)
    func aReplyIsShownAsRedisCliWouldAndEscaped(wire: String, text: String) throws {
        #expect(RawReply.text(try reply(wire)).shown == text)
    }

    @Test func asJSONPairsStayPairs() throws {
        let value = try reply("%1\r\n$1\r\na\r\n*3\r\n:1\r\n_\r\n#f\r\n")
        #expect(RawReply.json(value) == [[.bytes(Array("a".utf8)), [1, .null, false]]])
    }

    @Test(arguments: [
        ["BLPOP", "A", "0"], ["XREAD", "BLOCK", "0", "STREAMS", "S", "0"], ["MONITOR"], ["SUBSCRIBE", "C"], ["MULTI"],
        ["SELECT", "1"], ["AUTH", "X"], ["CLIENT", "REPLY", "OFF"], ["WAIT", "1", "0"],
    ])
    func someCommandsAreNeverSent(words: [String]) {
        #expect(RawCommandProblem.reason(words) != nil)
    }

    @Test(arguments: [
        ["XREAD", "STREAMS", "BLOCK", "0"], ["GET", "AUTH"], ["CLIENT", "LIST"],
        ["XREAD", "COUNT", "1", "STREAMS", "S", "0"],
    ])
    func othersAre(words: [String]) {
        #expect(RawCommandProblem.reason(words) == nil)
    }
}
