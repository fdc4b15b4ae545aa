/// A consumer group that a stream must have.
package struct GroupDefinition: Sendable, Equatable {
    /// The group's name.
    package let name: String
    /// Whether a public service reads through it. Where none does, its lag grows by design until someone attaches a
    /// consumer, and no default alarm counts it before.
    package let hasPublicConsumer: Bool

    /// Describes a group.
    init(_ name: String, hasPublicConsumer: Bool = true) {
        self.name = name
        self.hasPublicConsumer = hasPublicConsumer
    }
}
