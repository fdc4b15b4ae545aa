/// One stream of the bus, as it should be.
package struct StreamDefinition: Sendable, Equatable {
    /// The key in Redis, `caracal.…`.
    package let name: String
    /// The `MAXLEN ~` its publishers keep; nil where nothing trims it.
    package let bound: UInt64?
    /// Who publishes to it.
    package let publisher: Publisher
    /// How its entries are signed; nil where they are unsigned by design, and where nothing is known.
    package let scheme: SignatureScheme?
    /// The consumer groups it must have.
    package let groups: [GroupDefinition]
    /// How the names of groups begin that services add by themselves: expected, though not in the table.
    package let knownGroupPrefixes: [String]
    /// The entry it is created with; nil for a stream that its first group creates.
    package let seed: SeedEntry?

    /// Describes a stream.
    init(
        _ name: String,
        bound: UInt64?,
        publisher: Publisher,
        scheme: SignatureScheme?,
        groups: [GroupDefinition],
        knownGroupPrefixes: [String] = [],
        seed: SeedEntry? = nil
    ) {
        self.name = name
        self.bound = bound
        self.publisher = publisher
        self.scheme = scheme
        self.groups = groups
        self.knownGroupPrefixes = knownGroupPrefixes
        self.seed = seed
    }

    /// The key as bytes.
    package var key: [UInt8] {
        Array(name.utf8)
    }

    /// The name without `caracal.`: how tables show it.
    package var shortName: String {
        name.hasPrefix(StreamTable.prefix) ? String(name.dropFirst(StreamTable.prefix.count)) : name
    }

    /// The stream of its dead letters, as services and connectors name it.
    package var deadLetterName: String {
        name + StreamTable.deadLetterSuffix
    }

    /// A stream outside the table, of which nothing is known but its name.
    package static func unlisted(_ name: String) -> StreamDefinition {
        StreamDefinition(name, bound: nil, publisher: .unknown, scheme: nil, groups: [])
    }
}
