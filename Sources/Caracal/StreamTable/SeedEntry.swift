import Redis

/// The one entry a stream is created with when it has no group to create it.
package struct SeedEntry: Sendable, Equatable {
    /// The field's name.
    package let field: String
    /// The field's value.
    package let value: String

    /// The smallest id there is. Redis takes an explicit id only if it exceeds every id the stream ever had, so however
    /// many times the seed is sent, and by however many at once, there is never a second one.
    package static let id = EntryID(milliseconds: 0, sequence: 1)

    /// The command that plants it in `stream`.
    package func request(for stream: StreamDefinition) -> XAdd {
        XAdd(
            key: stream.key,
            id: Self.id,
            createsStream: true,
            fields: [(name: Array(field.utf8), value: Array(value.utf8))]
        )
    }
}
