extension Int {
    /// The nearest whole number there is: what is reckoned from numbers of the wire may be anything.
    init(saturating value: Double) {
        self = Int(exactly: value.rounded()) ?? (value > 0 ? .max : value < 0 ? .min : 0)
    }
}
