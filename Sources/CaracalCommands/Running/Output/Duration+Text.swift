import Rendering

extension Duration {
    /// In whole milliseconds, what is smaller cut; the most an `Int` holds where it is longer.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = Int(seconds).multipliedReportingOverflow(by: 1000)
        let (sum, overflow) = whole.addingReportingOverflow(Int(attoseconds / 1_000_000_000_000_000))
        return isTooLong || overflow ? (seconds < 0 ? .min : .max) : sum
    }

    /// `2s`, `500ms`: as it is typed.
    var text: String {
        Format.duration(milliseconds: milliseconds)
    }
}
