/// A length's decimal digits, without an allocation.
struct DecimalDigits {
    /// Nineteen hold the longest: `9223372036854775807`.
    private var digits = InlineArray<19, UInt8>(repeating: 0)
    private var first = 19

    init(_ length: Int) {
        var rest = length.magnitude
        repeat {
            first -= 1
            digits[first] = ASCII.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    func write(to bytes: inout [UInt8]) {
        for index in first..<19 { bytes.append(digits[index]) }
    }

    func write(to output: inout OutputSpan<UInt8>) {
        for index in first..<19 { output.append(digits[index]) }
    }
}
