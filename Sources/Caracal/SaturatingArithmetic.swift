extension UInt64 {
    /// The sum, or the greatest number there is: counts from the wire may be anything.
    package func saturatingAdd(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
