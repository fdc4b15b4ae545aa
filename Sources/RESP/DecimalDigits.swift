/// A number's decimal digits, without an allocation.
struct DecimalDigits {
    /// Twenty hold the longest: `-9223372036854775808`.
    private var digits = InlineArray<20, UInt8>(repeating: 0)
    private var first = 20

    init(_ number: Int) {
        var magnitude = number.magnitude
        repeat {
            push(ASCII.zero + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        if number < 0 { push(ASCII.minus) }
    }

    /// Characters, sign included.
    var count: Int { 20 - first }

    func write(to bytes: inout [UInt8]) {
        for index in first..<20 { bytes.append(digits[index]) }
    }

    func write(to output: inout OutputSpan<UInt8>) {
        for index in first..<20 { output.append(digits[index]) }
    }

    private mutating func push(_ byte: UInt8) {
        first -= 1
        digits[first] = byte
    }
}
