import Caracal

/// What is on the bus of a demo: its history, and who reads: a consumer for each group that a service reads through, and two that are
/// in trouble.
enum DemoBus {
    /// A consumer of a group.
    struct Reader: Equatable {
        /// The stream's name, without `caracal.`.
        let stream: String
        /// The group.
        let group: String
        /// The consumer.
        let consumer: String

        /// The stream.
        var definition: StreamDefinition { StreamTable[stream] }
    }

    /// The group that a gateway adds by itself.
    static let gateway = Reader(
        stream: "sessions.revoke",
        group: "gateway-revocation:gw-1.eu-west.caracal.internal",
        consumer: "gw-1"
    )

    /// Those that read and acknowledge what comes.
    static let readers = [
        Reader(stream: "audit.events", group: "audit-ingestor", consumer: "audit-7d9f-x2k"),
        Reader(stream: "policy.invalidate", group: "opa-engine", consumer: "opa-0"),
        Reader(stream: "sessions.revoke", group: "sts-revocation", consumer: "sts-5c4d-1"),
        Reader(stream: "sessions.revoke", group: "resource-revocation", consumer: "rs-api-1"), gateway,
        Reader(stream: "keys.invalidate", group: "sts-keys", consumer: "sts-5c4d-1"),
        Reader(stream: "agents.lifecycle", group: "coordinator-relay", consumer: "coordinator-0"),
    ]

    /// One that asks for entries and acknowledges none of those that it holds.
    static let stuck = Reader(stream: "sessions.revoke", group: "resource-revocation", consumer: "rs-api-2")

    /// The revocation that the examples of help look for, by its number in the history, and its session: the stuck consumer holds it.
    static let example = (number: 91, session: "s-9")

    /// One that took entries and was not heard of again.
    static let gone = Reader(stream: "audit.events", group: "audit-ingestor", consumer: "audit-5c11-old")

    /// How many entries each stream had before the demo began, over how many minutes.
    static let history: [(stream: String, entries: Int, minutes: Int)] = [
        ("audit.events", 1000, 240), ("policy.invalidate", 40, 230), ("sessions.revoke", 120, 235),
        ("keys.invalidate", 12, 200), ("agents.lifecycle", 90, 238), ("invocations.lifecycle", 160, 239),
        ("delegations.invalidate", 30, 220),
    ]

    /// The streams that messages are published to, over and over again.
    static let turns = [
        "audit.events", "audit.events", "sessions.revoke", "audit.events", "invocations.lifecycle", "audit.events",
        "audit.events", "policy.invalidate", "audit.events", "agents.lifecycle", "audit.events", "sessions.revoke",
        "audit.events", "audit.events", "keys.invalidate", "audit.events", "delegations.invalidate", "audit.events",
        "audit.events", "invocations.lifecycle",
    ]
}
