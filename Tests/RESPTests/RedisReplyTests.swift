import RESP
import Testing

/// What redis-server 8.2.3 sends, byte for byte, in both protocol versions: `DEBUG PROTOCOL` and the replies on streams.
@Suite struct RedisReplyTests {
    @Test func debugProtocolUnderRESP3() throws {
        #expect(root(of: "$11\r\nHello World\r\n")?.string == "Hello World")
        #expect(root(of: ":12345\r\n")?.integer == 12_345)
        #expect(root(of: ",3.141\r\n")?.double == 3.141)
        #expect(root(of: "_\r\n")?.isNull == true)
        #expect(root(of: "*3\r\n:0\r\n:1\r\n:2\r\n")?.elements.map(\.integer) == [0, 1, 2])
        #expect(root(of: "~3\r\n:0\r\n:1\r\n:2\r\n")?.kind == .set)
        #expect(
            root(of: "%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n")?.pairs?.map(\.value.boolean) == [false, true, false]
        )
        #expect(root(of: "=29\r\ntxt:This is a verbatim\nstring\r\n")?.string == "This is a verbatim\nstring")
        #expect(root(of: "#t\r\n")?.boolean == true)
        #expect(root(of: "#f\r\n")?.boolean == false)
        #expect(
            root(of: "(1234567999999999999999999999999999999\r\n")?.string == "1234567999999999999999999999999999999"
        )
    }

    @Test func debugProtocolUnderRESP2() throws {
        #expect(root(of: "$5\r\n3.141\r\n")?.string == "3.141")
        #expect(root(of: "$-1\r\n")?.isNull == true)
        #expect(root(of: "*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n")?.pairs?.map(\.value.integer) == [0, 1, 0])
        #expect(root(of: "-ERR RESP2 is not supported by this command\r\n")?.error?.code == "ERR")
        #expect(root(of: "$37\r\n1234567999999999999999999999999999999\r\n")?.number == nil)
    }

    @Test func debugProtocolAttributeIsSkipped() {
        let wire =
            "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n"
            + "$39\r\nSome real reply following the attribute\r\n"
        #expect(root(of: wire)?.string == "Some real reply following the attribute")
    }

    @Test func debugProtocolPushFollowsItsReply() {
        let wire = "$40\r\nSome real reply following the push reply\r\n>2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n"
        #expect(Parsing(Array(wire.utf8)).replies.map(\.root.kind) == [.bulkString, .push])
    }

    @Test(arguments: [
        "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n",
        "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n",
    ])
    func xreadgroupGivesItsEntry(wire: String) {
        let reply = root(of: wire)
        let entries = reply?.kind == .map ? reply?[field: "s"] : reply?[0]?[1]
        #expect(entries?[0]?[0]?.string == "1-0")
        #expect(entries?[0]?[1]?[field: "a"]?.string == "b")
    }

    @Test func aDeletedPendingEntryHasNullFields() {
        #expect(root(of: "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n_\r\n")?[field: "s"]?[0]?[1]?.isNull == true)
        #expect(root(of: "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*-1\r\n")?[0]?[1]?[0]?[1]?.isNull == true)
    }

    @Test func xpendingCountsAreStrings() {
        let value = root(of: "*4\r\n:1\r\n$3\r\n1-0\r\n$3\r\n1-0\r\n*1\r\n*2\r\n$1\r\nc\r\n$1\r\n1\r\n")
        #expect(value?[0]?.integer == 1)
        #expect(value?[3]?[0]?[1]?.integer == nil)
        #expect(value?[3]?[0]?[1]?.number == 1)
    }

    @Test(arguments: ["%4\r\n", "*8\r\n"]) func xinfoGroupFieldsAreFoundInBothProtocols(header: String) {
        let null = header == "%4\r\n" ? "_\r\n" : "$-1\r\n"
        let wire =
            header + "$4\r\nname\r\n$1\r\ng\r\n$17\r\nlast-delivered-id\r\n$3\r\n0-0\r\n"
            + "$12\r\nentries-read\r\n\(null)$3\r\nlag\r\n:1\r\n"
        #expect(root(of: wire)?[field: "name"]?.string == "g")
        #expect(root(of: wire)?[field: "entries-read"]?.isNull == true)
        #expect(root(of: wire)?[field: "lag"]?.unsigned == 1)
        #expect(root(of: wire)?[field: "pending"] == nil)
    }
}
