/// The provisioning table: every stream of the bus, with its bound, its consumer groups and who publishes to it.
///
/// To add a stream, add a literal, then see CONTRIBUTING.md.
package enum StreamTable {
    /// Every stream, in the order in which they are shown.
    package static let all: [StreamDefinition] = [
        StreamDefinition(
            auditEvents,
            bound: 1_000_000,
            publisher: .apiOutbox,
            scheme: .audit,
            groups: [GroupDefinition("audit-ingestor"), GroupDefinition("siem-export", hasPublicConsumer: false)]
        ),
        StreamDefinition(
            auditDeadLetters,
            bound: 100_000,
            publisher: .auditService,
            scheme: nil,
            groups: [GroupDefinition("audit-dlq-observer", hasPublicConsumer: false)]
        ),
        StreamDefinition(
            "caracal.policy.invalidate",
            bound: 10_000,
            publisher: .apiOutbox,
            scheme: .fields,
            groups: [GroupDefinition("opa-engine")]
        ),
        StreamDefinition(
            "caracal.sessions.revoke",
            bound: 10_000,
            publisher: .coordinatorOutbox,
            scheme: .fields,
            groups: [GroupDefinition("sts-revocation"), GroupDefinition("resource-revocation")],
            knownGroupPrefixes: ["gateway-revocation:"]
        ),
        StreamDefinition(
            "caracal.keys.invalidate",
            bound: 10_000,
            publisher: .apiOutbox,
            scheme: .fields,
            groups: [GroupDefinition("sts-keys")]
        ),
        StreamDefinition(
            "caracal.agents.lifecycle",
            bound: nil,
            publisher: .coordinatorOutbox,
            scheme: .fields,
            groups: [GroupDefinition("coordinator-relay")]
        ),
        StreamDefinition(
            "caracal.invocations.lifecycle",
            bound: nil,
            publisher: .coordinatorOutbox,
            scheme: .fields,
            groups: [GroupDefinition("invocations-observer", hasPublicConsumer: false)]
        ),
        StreamDefinition(
            "caracal.delegations.invalidate",
            bound: nil,
            publisher: .coordinatorOutbox,
            scheme: .fields,
            groups: [GroupDefinition("delegations-observer", hasPublicConsumer: false)]
        ),
        StreamDefinition(
            "caracal.providers.ratelimit",
            bound: 1,
            publisher: .apiDirect,
            scheme: nil,
            groups: [],
            seed: SeedEntry(field: "init", value: "1")
        ),
    ]

    /// The stream of that name; `caracal.` may be left out. One that is not in the table is ``StreamDefinition/unlisted(_:)``.
    package static subscript(name: String) -> StreamDefinition {
        find(name) ?? .unlisted(name)
    }

    /// The stream of that name, byte by byte; `caracal.` may be left out. Nil for one that is not in the table.
    package static func find(_ name: String) -> StreamDefinition? {
        all.first { $0.name.utf8.elementsEqual(name.utf8) || $0.shortName.utf8.elementsEqual(name.utf8) }
    }

    /// Whether the table has a stream of this name, byte by byte, or one whose dead letters are under it.
    static func isKnown(_ name: String) -> Bool { known.contains(Array(name.utf8)) }

    private static let known = Set(all.flatMap { [Array($0.name.utf8), Array($0.deadLetterName.utf8)] })

    /// The stream of audit events, which are signed by a scheme of their own.
    package static let auditEvents = "caracal.audit.events"

    /// The stream of the Audit service's dead letters.
    package static let auditDeadLetters = "caracal.audit.events.dlq"

    /// What every stream's name begins with; operators may leave it out.
    package static let prefix = "caracal."

    /// What the name of a stream's dead letters ends with, where services and connectors write them.
    package static let deadLetterSuffix = ".dead"

    /// How many entries one node of a stream holds by default: `MAXLEN ~` trims whole nodes, so a stream may lie this far
    /// over its bound and be in order (`stream-node-max-entries`).
    package static let nodeEntries: UInt64 = 100
}
