import RESP

/// A decimal number as it is written, of any size and precision: JSON's form, and a sign or zeros before it.
///
/// It is compared digit by digit, so that no id and no amount is rounded to what a double can hold.
struct DecimalText: Sendable, Equatable {
    /// -1, 0 or 1.
    private let sign: Int
    /// The power of ten that the first digit other than 0 stands for.
    private let exponent: Int
    /// Where that digit and those after it stand, the point among them.
    private let digits: Range<Int>

    /// An exponent of more digits is taken for text.
    private static let exponentDigits = 18

    /// The number at `range`; nil when something else stands there.
    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var position = range.lowerBound
        func next() -> UInt8? { position < range.upperBound ? bytes[position] : nil }
        let isNegative = next() == UInt8(ascii: "-")
        if isNegative || next() == UInt8(ascii: "+") { position += 1 }
        var (first, whole, count): (Int?, Int, Int) = (nil, 0, 0)
        var point: Int?
        while let byte = next(), ASCII.isDigit(byte) || byte == UInt8(ascii: ".") && point == nil {
            if byte == UInt8(ascii: ".") {
                point = position
            } else {
                // How many digits stand before the first one that counts.
                if first == nil, byte != UInt8(ascii: "0") { first = position }
                if first == nil { whole -= 1 }
                count += 1
                if point == nil { whole += 1 }
            }
            position += 1
        }
        // A point has a digit on both sides.
        guard count > 0, point != position - 1,
            point.map({ $0 > range.lowerBound && ASCII.isDigit(bytes[$0 - 1]) }) ?? true
        else { return nil }
        let end = position
        guard let power = Self.exponent(bytes, &position, range.upperBound), position == range.upperBound else {
            return nil
        }
        sign = first == nil ? 0 : isNegative ? -1 : 1
        digits = (first ?? end)..<end
        exponent = whole - 1 + power
    }

    /// Reads what stands behind the digits: 0 where nothing does; nil for what is no exponent.
    private static func exponent(_ bytes: [UInt8], _ position: inout Int, _ end: Int) -> Int? {
        guard position < end else { return 0 }
        guard bytes[position] | 0x20 == UInt8(ascii: "e") else { return nil }
        position += 1
        let isNegative = position < end && bytes[position] == UInt8(ascii: "-")
        if isNegative || position < end && bytes[position] == UInt8(ascii: "+") { position += 1 }
        let start = position
        var value = 0
        while position < end, ASCII.isDigit(bytes[position]), position - start < exponentDigits {
            value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        return position > start ? (isNegative ? -value : value) : nil
    }

    /// Whether this number, in `bytes`, is less than another one, in `others`.
    func isLess(_ bytes: [UInt8], than other: DecimalText, _ others: [UInt8]) -> Bool {
        guard sign == other.sign else { return sign < other.sign }
        guard sign != 0 else { return false }
        guard exponent == other.exponent else { return (exponent < other.exponent) == (sign > 0) }
        var (left, right) = (digits, other.digits)
        while !left.isEmpty || !right.isEmpty {
            let (mine, theirs) = (Self.popDigit(&left, bytes), Self.popDigit(&right, others))
            if mine != theirs { return (mine < theirs) == (sign > 0) }
        }
        return false
    }

    /// The next digit; 0 behind the last one.
    private static func popDigit(_ digits: inout Range<Int>, _ bytes: [UInt8]) -> UInt8 {
        while let place = digits.first {
            digits = place + 1..<digits.upperBound
            if bytes[place] != UInt8(ascii: ".") { return bytes[place] }
        }
        return UInt8(ascii: "0")
    }
}
