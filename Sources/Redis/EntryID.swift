/// The id of a stream entry: `ms-seq`, both halves 64-bit unsigned. The first is usually, not always, a time.
package struct EntryID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first half: Unix milliseconds when the server chose the id.
    package let milliseconds: UInt64
    /// The second half: counts the entries of one millisecond.
    package let sequence: UInt64

    /// `0-0`: before every entry.
    package static let zero = EntryID(milliseconds: 0, sequence: 0)
    /// The greatest id there can be.
    package static let maximum = EntryID(milliseconds: .max, sequence: .max)

    /// The id `milliseconds-sequence`.
    package init(milliseconds: UInt64, sequence: UInt64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    /// Reads `ms-seq`, as in a reply: both halves, digits only.
    package init?(_ text: ArraySlice<UInt8>) {
        self.init(text.span)
    }

    /// The same, of a whole text.
    package init?(_ text: [UInt8]) {
        self.init(text.span)
    }

    /// The same, out of a page of entries, whose bytes are not retained for it.
    package init?(_ text: Span<UInt8>) {
        var halves = (UInt64(0), UInt64(0))
        var digits = (0, 0)
        var isSecond = false
        for index in text.indices {
            let byte = text[index]
            if byte == UInt8(ascii: "-"), !isSecond {
                isSecond = true
            } else if isSecond {
                guard Self.append(byte, to: &halves.1) else { return nil }
                digits.1 += 1
            } else {
                guard Self.append(byte, to: &halves.0) else { return nil }
                digits.0 += 1
            }
        }
        guard (1...20).contains(digits.0), (1...20).contains(digits.1) else { return nil }
        self.init(milliseconds: halves.0, sequence: halves.1)
    }

    /// The id after this one; nil after the greatest.
    package var next: EntryID? {
        if sequence < .max { return EntryID(milliseconds: milliseconds, sequence: sequence + 1) }
        return milliseconds < .max ? EntryID(milliseconds: milliseconds + 1, sequence: 0) : nil
    }

    /// The id before this one; `0-0` before itself.
    package var previous: EntryID {
        if sequence > 0 { return EntryID(milliseconds: milliseconds, sequence: sequence - 1) }
        return milliseconds > 0 ? EntryID(milliseconds: milliseconds - 1, sequence: .max) : .zero
    }

    package static func < (left: EntryID, right: EntryID) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }

    package var description: String {
        "\(milliseconds)-\(sequence)"
    }

    /// Puts a digit behind a number; false when it is none, or the number becomes too large.
    private static func append(_ byte: UInt8, to value: inout UInt64) -> Bool {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return false }
        let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
        value = sum
        return !overflow && !carried
    }
}
