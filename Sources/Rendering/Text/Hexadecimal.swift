/// Lower-case hexadecimal digits.
enum Hexadecimal {
    /// The ASCII digit of the low four bits of `value`.
    static func digit(_ value: some BinaryInteger) -> UInt8 {
        let nibble = UInt8(truncatingIfNeeded: value) & 0xF
        return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
