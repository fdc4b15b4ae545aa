extension Format {
    /// A count of things: `1 message`, `1,200 messages`. A plural that is not made with an s is given.
    package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        count(UInt64(clamping: number), one, many)
    }

    /// The same of a count that an `Int` may not hold.
    package static func count(_ number: UInt64, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(grouped(UInt(clamping: number))) \(many ?? one + "s")"
    }
}
