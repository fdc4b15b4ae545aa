import Redis

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
    /// How tables show it, and how it is typed: without `caracal.`, where that leaves no doubt. A stream outside the table is named in
    /// full, as the rest of its name is that of another key; the dead letters of one in the table are as well known as it.
    package let shortName: String

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
        // The table is made of such: only of others it is asked.
        let isKnown = publisher != .unknown || StreamTable.isKnown(name)
        shortName =
            name.hasPrefix(StreamTable.prefix) && isKnown ? String(name.dropFirst(StreamTable.prefix.count)) : name
    }

    /// The key as bytes.
    package var key: [UInt8] {
        Array(name.utf8)
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

/// A consumer group that a stream must have.
package struct GroupDefinition: Sendable, Equatable {
    /// The group's name.
    package let name: String
    /// Whether a public service reads through it. Where none does, its lag grows by design until someone attaches a
    /// consumer, and no default alarm counts it before.
    package let hasPublicConsumer: Bool

    init(_ name: String, hasPublicConsumer: Bool = true) {
        self.name = name
        self.hasPublicConsumer = hasPublicConsumer
    }
}

/// Who publishes to a stream.
package enum Publisher: String, Sendable {
    case apiOutbox = "API outbox"
    case coordinatorOutbox = "Coordinator outbox"
    case auditService = "Audit service"
    case apiDirect = "API, direct XADD"
    case unknown
}

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
