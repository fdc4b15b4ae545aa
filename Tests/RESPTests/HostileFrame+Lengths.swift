import RESP

extension HostileFrame {
    static let lengths: [HostileFrame] = [
        .init("huge-bulk", "$9223372036854775807\r\n", .violation(.payloadTooLong(.bulkString, limit: 536_870_912))),
        .init(
            "overflow-bulk",
            "$9223372036854775808\r\n",
            .violation(.payloadTooLong(.bulkString, limit: 536_870_912))
        ),
        .init("huge-bulk-fit", "$536870913\r\n", .violation(.payloadTooLong(.bulkString, limit: 536_870_912))),
        .init("largest-bulk", "$536870912\r\n", .waiting),
        .init("neg-bulk", "$-2\r\n", .violation(.malformedLength(.bulkString, found: UInt8(ascii: "2")))),
        .init("neg-array", "*-2\r\n", .violation(.malformedLength(.array, found: UInt8(ascii: "2")))),
        .init("neg-map", "%-1\r\n", .violation(.malformedLength(.map, found: UInt8(ascii: "-")))),
        .init("neg-set", "~-1\r\n", .violation(.malformedLength(.set, found: UInt8(ascii: "-")))),
        .init("neg-push", ">-1\r\n", .violation(.malformedLength(.push, found: UInt8(ascii: "-")))),
        .init("neg-verbatim", "=-1\r\n", .violation(.malformedLength(.verbatimString, found: UInt8(ascii: "-")))),
        .init("null-with-a-tail", "$-10\r\n", .violation(.malformedLength(.bulkString, found: UInt8(ascii: "0")))),
        .init("plus-bulk", "$+5\r\nhello\r\n", .violation(.malformedLength(.bulkString, found: UInt8(ascii: "+")))),
        .init("space-bulk", "$ 5\r\nhello\r\n", .violation(.malformedLength(.bulkString, found: UInt8(ascii: " ")))),
        .init("empty-len", "$\r\n", .violation(.malformedLength(.bulkString, found: UInt8(ascii: "\r")))),
        .init("hex-len", "$0x5\r\nhello\r\n", .violation(.malformedLength(.bulkString, found: UInt8(ascii: "x")))),
        .init("zero-len", "$05\r\nhello\r\n", .violation(.malformedLength(.bulkString, found: UInt8(ascii: "0")))),
        .init(
            "zeros-len",
            "$" + String(repeating: "0", count: 40) + "5\r\nhello\r\n",
            .violation(.endlessLength(.bulkString))
        ),
        .init("len-bare-cr", "$5\rhello\r\n", .violation(.malformedLineEnd(.bulkString, found: UInt8(ascii: "h")))),
        .init("len-bare-lf", "$5\nhello\r\n", .violation(.malformedLength(.bulkString, found: UInt8(ascii: "\n")))),
        .init("bulk-no-crlf", "$5\r\nhelloXX", .violation(.malformedPayloadEnd(.bulkString, found: UInt8(ascii: "X")))),
        .init(
            "bulk-short-count",
            "$3\r\nhello\r\n",
            .violation(.malformedPayloadEnd(.bulkString, found: UInt8(ascii: "l")))
        ),
        .init("bulk-cr-only", "$2\r\nhe\rX", .violation(.malformedPayloadEnd(.bulkString, found: UInt8(ascii: "X")))),
        .init("bulk-lf-only", "$2\r\nheX\n", .violation(.malformedPayloadEnd(.bulkString, found: UInt8(ascii: "X")))),
        .init("cve-2021-32765", "*4294967297\r\n", .violation(.tooManyElements(limit: 4_000_000))),
        .init("huge-array", "*9223372036854775807\r\n", .violation(.tooManyElements(limit: 4_000_000))),
        .init("map-overflow", "%4611686018427387904\r\n", .violation(.tooManyElements(limit: 4_000_000))),
        .init("map-overflow-by-one", "%4611686018427387905\r\n", .violation(.tooManyElements(limit: 4_000_000))),
        .init("attr-overflow", "|4611686018427387903\r\n", .violation(.tooManyElements(limit: 4_000_000))),
        .init("array-no-data", "*1000000\r\n", .waiting),
        .init(
            "wide-deep",
            String(repeating: "*1000000\r\n", count: 6),
            .violation(.tooManyElements(limit: 4_000_000))
        ),
    ]
}
