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
        var place = 0
        guard let milliseconds = Self.number(text, at: &place), place < text.count, text[place] == UInt8(ascii: "-")
        else { return nil }
        place += 1
        guard let sequence = Self.number(text, at: &place), place == text.count else { return nil }
        self.init(milliseconds: milliseconds, sequence: sequence)
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

    /// Reads up to 20 digits from a place on, which is moved behind them; nil where there are none, and for a number that is too large.
    private static func number(_ text: Span<UInt8>, at place: inout Int) -> UInt64? {
        let start = place
        var value: UInt64 = 0
        // Nineteen digits always fit.
        let end = min(text.count, start + 19)
        while place < end, let digit = digit(text[place]) {
            value = value &* 10 &+ digit
            place += 1
        }
        guard place == start + 19, place < text.count, let digit = digit(text[place]) else {
            return place > start ? value : nil
        }
        place += 1
        let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tens.addingReportingOverflow(digit)
        return overflow || carried ? nil : sum
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        let digit = byte &- UInt8(ascii: "0")
        return digit < 10 ? UInt64(digit) : nil
    }
}
