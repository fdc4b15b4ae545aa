import RESP
import Testing

/// Every type of both protocol versions, read back as what it says.
@Suite struct ReplyTypeTests {
    @Test(arguments: [
        ("+OK\r\n", ReplyKind.simpleString, "OK"), ("+\r\n", .simpleString, ""),
        ("-ERR no such key\r\n", .simpleError, "ERR no such key"),
        ("$5\r\nhello\r\n", .bulkString, "hello"), ("$0\r\n\r\n", .bulkString, ""),
        ("$2\r\n\r\n\r\n", .bulkString, "\r\n"),
        (
            "(-3492890328409238509324850943850943825024385\r\n", .bigNumber,
            "-3492890328409238509324850943850943825024385"
        ),
        ("!21\r\nSYNTAX invalid syntax\r\n", .bulkError, "SYNTAX invalid syntax"),
        ("=15\r\ntxt:Some string\r\n", .verbatimString, "Some string"),
    ])
    func textIsWhatWasSent(wire: String, kind: ReplyKind, text: String) throws {
        let value = try #require(root(of: wire))
        #expect(value.kind == kind)
        #expect(value.string == text)
        #expect(value.count == 0 && !value.isNull && value.integer == nil && value.double == nil)
    }

    @Test(arguments: [
        (":0\r\n", 0), (":-7\r\n", -7), (":9223372036854775807\r\n", Int64.max), (":-9223372036854775808\r\n", .min),
    ])
    func integersAreRead(wire: String, expected: Int64) throws {
        let value = try #require(root(of: wire))
        #expect(value.kind == .integer)
        #expect(value.integer == expected)
        #expect(value.number == expected)
        #expect(value.text == nil)
    }

    @Test(arguments: ["$-1\r\n", "*-1\r\n", "_\r\n"])
    func everyNullIsTheSame(wire: String) throws {
        let value = try #require(root(of: wire))
        #expect(value.isNull)
        #expect(value.text == nil && value.number == nil && value.pairs == nil)
        #expect(value == Reply().root)
    }

    @Test func booleansAreRead() {
        #expect(root(of: "#t\r\n")?.boolean == true)
        #expect(root(of: "#f\r\n")?.boolean == false)
        #expect(root(of: ":1\r\n")?.boolean == nil)
    }

    @Test(arguments: [
        (",1.5\r\n", 1.5), (",-0.1\r\n", -0.1), (",10\r\n", 10), (",1e+20\r\n", 1e20), (",-2.5E-3\r\n", -0.0025),
        (",inf\r\n", .infinity), (",-inf\r\n", -.infinity), (",0.10000000000000001\r\n", 0.1), (",1e-400\r\n", 0),
    ])
    func doublesAreRead(wire: String, expected: Double) {
        #expect(root(of: wire)?.double == expected)
    }

    @Test func notANumberIsADouble() {
        #expect(root(of: ",nan\r\n")?.double?.isNaN == true)
        #expect(root(of: ",-nan\r\n")?.double?.isNaN == true)
    }

    @Test(arguments: [
        ("*2\r\n+a\r\n:1\r\n", ReplyKind.array), ("~2\r\n+a\r\n:1\r\n", .set), (">2\r\n+a\r\n:1\r\n", .push),
    ])
    func aggregatesHoldTheirElements(wire: String, kind: ReplyKind) throws {
        let value = try #require(root(of: wire))
        #expect(value.kind == kind && value.count == 2)
        #expect(value[0]?.string == "a")
        #expect(value[1]?.integer == 1)
        #expect(value[2] == nil && value[-1] == nil)
        #expect(value.elements.map(\.kind) == [.simpleString, .integer])
    }

    @Test func mapsHoldPairsInTheirOrder() throws {
        let value = try #require(root(of: "%2\r\n+b\r\n*1\r\n:1\r\n+a\r\n_\r\n"))
        #expect(value.kind == .map && value.count == 2)
        #expect(value.pairs?.map { $0.field.string } == ["b", "a"])
        #expect(value[field: "b"]?[0]?.integer == 1)
        #expect(value[field: "a"]?.isNull == true)
        #expect(value[field: "c"] == nil)
        #expect(Array(value.elements).isEmpty)
    }

    @Test(arguments: ["*0\r\n", "%0\r\n", "~0\r\n", ">0\r\n"])
    func emptyAggregatesAreEmpty(wire: String) throws {
        let value = try #require(root(of: wire))
        #expect(value.count == 0 && Array(value.elements).isEmpty && value[0] == nil && !value.isNull)
    }
}
