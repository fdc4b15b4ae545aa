import RESP
import Testing

/// The view of a reply: what it says of what it is not, and how fields are found.
@Suite struct ReplyValueTests {
    @Test func flatArraysAreMapsToo() throws {
        let value = try #require(root(of: "*4\r\n$6\r\nlength\r\n:3\r\n$3\r\nlag\r\n$-1\r\n"))
        #expect(value[field: "length"]?.integer == 3)
        #expect(value[field: "lag"]?.isNull == true)
        #expect(value.pairs?.count == 2)
    }

    @Test func oddArraysAndSetsHaveNoPairs() {
        #expect(root(of: "*3\r\n+a\r\n+b\r\n+c\r\n")?.pairs == nil)
        #expect(root(of: "~2\r\n+a\r\n+b\r\n")?.pairs == nil)
        #expect(root(of: "+a\r\n")?.pairs == nil)
    }

    @Test func theFirstOfRepeatedFieldsIsFound() {
        #expect(root(of: "*4\r\n+a\r\n:1\r\n+a\r\n:2\r\n")?[field: "a"]?.integer == 1)
    }

    @Test func fieldsAreComparedByBytes() {
        #expect(root(of: "*2\r\n$6\r\ncafe\u{301}\r\n:1\r\n")?[field: "caf\u{E9}"] == nil)
        #expect(root(of: "*2\r\n$6\r\ncafe\u{301}\r\n:1\r\n")?[field: "cafe\u{301}"]?.integer == 1)
    }

    @Test func siblingsOfNestedValuesAreFound() {
        let value = root(of: "*3\r\n*2\r\n*1\r\n:1\r\n:2\r\n%1\r\n+k\r\n*0\r\n:3\r\n")
        #expect(value?[0]?[0]?[0]?.integer == 1)
        #expect(value?[0]?[1]?.integer == 2)
        #expect(value?[1]?[field: "k"]?.count == 0)
        #expect(value?[2]?.integer == 3)
    }

    @Test(arguments: [("$1\r\n7\r\n", 7), ("+7\r\n", 7), (":7\r\n", 7), ("$2\r\n-7\r\n", -7)])
    func strictDigitsInStringsAreNumbers(wire: String, expected: Int64) {
        #expect(root(of: wire)?.number == expected)
        #expect(root(of: wire)?.unsigned == UInt64(exactly: expected))
    }

    @Test(arguments: [
        "$2\r\n+7\r\n", "$2\r\n07\r\n", "$2\r\n 7\r\n", "$0\r\n\r\n", "$2\r\n7x\r\n", "$1\r\n-\r\n", "(7\r\n", ",7\r\n",
        "_\r\n",
    ])
    func anythingElseIsNoNumber(wire: String) throws {
        let value = try #require(root(of: wire))
        #expect(value.number == nil && value.unsigned == nil && value.integer == nil)
    }

    @Test func numbersEndWhereTheirTypeDoes() {
        #expect(root(of: "$20\r\n18446744073709551615\r\n")?.unsigned == .max)
        #expect(root(of: "$20\r\n18446744073709551616\r\n")?.unsigned == nil)
        #expect(root(of: "$20\r\n18446744073709551615\r\n")?.number == nil)
        #expect(root(of: "$20\r\n-9223372036854775808\r\n")?.number == .min)
    }

    @Test(arguments: [
        ("-WRONGTYPE Operation\r\n", "WRONGTYPE"), ("-NOAUTH\r\n", "NOAUTH"), ("-ERR x\r\n", "ERR"), ("-\r\n", "ERR"),
        ("-wrong\r\n", "ERR"), ("- X\r\n", "ERR"), ("-9X\r\n", "ERR"), ("-A-B c\r\n", "ERR"), ("-E_2 c\r\n", "E_2"),
        ("!9\r\nOOM large\r\n", "OOM"),
    ])
    func theFirstWordOfAnErrorIsItsCode(wire: String, code: String) throws {
        let error = try #require(root(of: wire)?.error)
        #expect(error.code == code)
        #expect(error.message == root(of: wire)?.text.map(Array.init))
    }

    @Test func errorsInsideRepliesAreFound() {
        #expect(root(of: "*2\r\n:1\r\n-EXECABORT no\r\n")?[1]?.error?.code == "EXECABORT")
        #expect(root(of: "+OK\r\n")?.error == nil)
    }

    @Test func verbatimFormatsAreComparedThoughNotShown() {
        #expect(wholeReply(of: "=6\r\ntxt:ab\r\n") != wholeReply(of: "=6\r\nmkd:ab\r\n"))
    }

    @Test func equalityIsOfValues() {
        #expect(wholeReply(of: "*2\r\n|1\r\n+a\r\n+b\r\n:1\r\n$-1\r\n") == wholeReply(of: "*2\r\n:1\r\n_\r\n"))
        #expect(wholeReply(of: "*2\r\n:1\r\n:2\r\n") != wholeReply(of: "*2\r\n:1\r\n:3\r\n"))
        #expect(wholeReply(of: "*2\r\n*1\r\n:1\r\n:2\r\n") != wholeReply(of: "*2\r\n*2\r\n:1\r\n:2\r\n"))
        #expect(wholeReply(of: "+a\r\n") != wholeReply(of: "$1\r\na\r\n"))
        #expect(root(of: "*2\r\n:9\r\n*1\r\n+x\r\n")?[1] == root(of: "*1\r\n+x\r\n"))
    }
}
