/// A value and where it came from.
package struct Setting<Value: Sendable>: Sendable {
    /// The value.
    package let value: Value
    /// Where it came from.
    package let origin: Origin

    /// Pairs the two.
    package init(_ value: Value, _ origin: Origin) {
        self.value = value
        self.origin = origin
    }
}

extension Setting: Equatable where Value: Equatable {}
