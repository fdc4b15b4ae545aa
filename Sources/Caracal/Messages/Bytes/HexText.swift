/// Hexadecimal text.
package enum HexText {
    /// The value of a hexadecimal digit of either case; nil for any other byte.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The lower-case digit of a value below 16.
    @inline(__always)
    static func lowerCaseDigit(_ value: UInt8) -> UInt8 {
        value &+ (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
    }

    /// Writes the two lower-case digits of `byte` at `place`, and moves `place` behind them.
    @inline(__always)
    static func write<let count: Int>(_ byte: UInt8, to output: inout InlineArray<count, UInt8>, at place: inout Int) {
        output[place] = lowerCaseDigit(byte &>> 4)
        output[place &+ 1] = lowerCaseDigit(byte & 0x0F)
        place &+= 2
    }
}
