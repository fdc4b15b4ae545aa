/// Numbers as operators read them, in messages and in tables alike.
package enum NumberText {
    /// A whole number grouped by thousands: `11,600`.
    package static func grouped(_ number: UInt64) -> String {
        let digits = String(number)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A count of things: `1 entry`, `11,600 entries`.
    package static func count(_ number: UInt64, _ one: String, _ many: String) -> String {
        number == 1 ? "1 \(one)" : "\(grouped(number)) \(many)"
    }
}
