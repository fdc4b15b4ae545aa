/// From where on dead letters are a failure.
package struct DeadLetterThresholds: Sendable, Equatable {
    /// The most there may be, all streams together; nil for any number.
    package let depth: UInt64?
    /// The greatest age that one may have, in milliseconds; nil for any.
    package let age: UInt64?

    /// These thresholds.
    package init(depth: UInt64? = nil, age: UInt64? = nil) {
        self.depth = depth
        self.age = age
    }
}
