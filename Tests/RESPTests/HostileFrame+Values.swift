import RESP

extension HostileFrame {
    static let values: [HostileFrame] = [
        .init("int-tail", ":12a\r\n", .violation(.malformedValue(.integer, found: UInt8(ascii: "a")))),
        .init("int-plus", ":+5\r\n", .violation(.malformedValue(.integer, found: UInt8(ascii: "+")))),
        .init("int-zeros", ":005\r\n", .violation(.malformedValue(.integer, found: UInt8(ascii: "0")))),
        .init("int-minus-zero", ":-0\r\n", .violation(.malformedValue(.integer, found: UInt8(ascii: "0")))),
        .init("int-space", ": 5\r\n", .violation(.malformedValue(.integer, found: UInt8(ascii: " ")))),
        .init("int-empty", ":\r\n", .violation(.malformedValue(.integer, found: UInt8(ascii: "\r")))),
        .init("int-sign", ":-\r\n", .violation(.malformedValue(.integer, found: UInt8(ascii: "\r")))),
        .init("int-above", ":9223372036854775808\r\n", .violation(.outOfRange(.integer))),
        .init("int-below", ":-9223372036854775809\r\n", .violation(.outOfRange(.integer))),
        .init("int-least", ":-9223372036854775808\r\n", .replies(1)),
        .init("bool-bad", "#x\r\n", .violation(.malformedValue(.boolean, found: UInt8(ascii: "x")))),
        .init("bool-long", "#true\r\n", .violation(.malformedValue(.boolean, found: UInt8(ascii: "r")))),
        .init("bool-empty", "#\r\n", .violation(.malformedValue(.boolean, found: UInt8(ascii: "\r")))),
        .init("null-bad", "_x\r\n", .violation(.malformedValue(.null, found: UInt8(ascii: "x")))),
        .init("double-bad", ",1.5.5\r\n", .violation(.malformedValue(.double, found: UInt8(ascii: ".")))),
        .init("double-hex", ",0x1p3\r\n", .violation(.malformedValue(.double, found: UInt8(ascii: "x")))),
        .init("double-nan-tail", ",nan(0x1)\r\n", .violation(.malformedValue(.double, found: UInt8(ascii: "n")))),
        .init("double-no-fraction", ",1.\r\n", .violation(.malformedValue(.double, found: UInt8(ascii: "\r")))),
        .init("double-no-exponent", ",1e+\r\n", .violation(.malformedValue(.double, found: UInt8(ascii: "\r")))),
        .init("double-empty", ",\r\n", .violation(.malformedValue(.double, found: UInt8(ascii: "\r")))),
        .init("double-range", ",1e999\r\n", .violation(.outOfRange(.double))),
        .init("double-inf", ",inf\r\n,-inf\r\n,nan\r\n,-nan\r\n", .replies(4)),
        .init("bignum", "(" + String(repeating: "9", count: 60_000) + "\r\n", .replies(1)),
        .init(
            "bignum-huge",
            "(" + String(repeating: "9", count: 100_000) + "\r\n",
            .violation(.lineTooLong(.bigNumber, limit: 65_536))
        ),
        .init("bignum-bad", "(--123\r\n", .violation(.malformedValue(.bigNumber, found: UInt8(ascii: "-")))),
        .init("bignum-empty", "(\r\n", .violation(.malformedValue(.bigNumber, found: UInt8(ascii: "\r")))),
        .init("verbatim", "=8\r\ntxt:hola\r\n", .replies(1)),
        .init("verbatim-empty", "=4\r\ntxt:\r\n", .replies(1)),
        .init("verbatim-short", "=3\r\ntxt\r\n", .violation(.malformedVerbatimString)),
        .init("verbatim-no-colon", "=8\r\ntxtxhola\r\n", .violation(.malformedVerbatimString)),
        .init(
            "error-huge",
            "-" + String(repeating: "E", count: 5_000_000),
            .violation(.lineTooLong(.simpleError, limit: 65_536))
        ),
        .init("error-empty", "-\r\n", .replies(1)),
        .init("map-array-key", "%1\r\n*0\r\n:1\r\n", .replies(1)),
        .init("map-dup-key", "%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n", .replies(1)),
    ]
}
