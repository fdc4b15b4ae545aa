import CaracalCommands
import Glibc
import TestSupport

/// An incident in one size, and what has to be said of it.
struct StagedIncident: Sendable, CustomStringConvertible {
    /// What is done about it.
    enum Remedy: Sendable {
        /// The fix as it is typed, with a yes, makes the finding go.
        case typed
        /// The fix only looks, and ends with one of these; then the operator types these lines, and the finding goes.
        case looks(Set<Int32>, then: [String])
        /// The fix is a sentence; the operator types these lines, and the finding goes.
        case byHand([String])
        /// The fix only looks, and ends with one of these; the command that its remark names, with a yes, makes the finding go.
        case proposes(Set<Int32>)
        /// The fix only looks. What was found stays as long as its entries do.
        case stays(Set<Int32>)
        /// The fix leads to another server, where the finding is not made.
        case elsewhere
    }

    let incident: Incident
    /// The check whose finding is the first, and words that it has.
    let check: String
    let words: [String]
    /// Words that no finding may have.
    var never: [String] = []
    let remedy: Remedy
    /// What `check` ends with, and words of its line.
    let status: Int32
    let line: [String]
    /// The stream whose row tells of it in `watch`, and what that has.
    let stream: String
    let row: [String]
    var size = ""
    /// The check whose finding is the first before Redis 7, where the server does not tell of the cause: then that is unknown.
    var insteadBefore7: String?

    var description: String { "\(incident.name)\(size.isEmpty ? "" : ", \(size)")" }

    /// Whether sizes and pairs are asked for that take minutes (`make thorough`).
    static var isThorough: Bool { getenv("EVERY_BYTE") != nil }
}

extension StagedIncident {
    static func anotherKey(on stream: String, valid: Int, invalid: Int) -> StagedIncident {
        StagedIncident(
            incident: .anotherKey(on: stream, valid: valid, invalid: invalid),
            check: "signatures",
            words: [invalid == 1 ? "the one entry" : "all \(grouped(invalid))", "since", "another key", stream],
            never: ["right key?"],
            // One alone may be forged: nobody proposes to sign it.
            remedy: invalid == 1 ? .stays([1]) : .proposes([1]),
            status: 2,
            line: [stream, "invalid"],
            stream: stream,
            row: [#""marks":["bad_signatures"],"groups""#],
            size: "\(invalid) of \(valid + invalid) on \(stream)"
        )
    }

    static func twoPublishers(on stream: String, invalid: Int) -> StagedIncident {
        StagedIncident(
            incident: .anotherKey(on: stream, valid: 20, invalid: invalid, isInterleaved: true),
            check: "signatures",
            words: ["two publishers", "two keys", stream],
            never: ["right key?"],
            remedy: .stays([1]),
            status: 2,
            line: [stream, "invalid"],
            stream: stream,
            row: [#""marks":["bad_signatures"],"groups""#],
            size: "\(invalid) among others on \(stream)"
        )
    }

    static func lastDelivery(held: Int, failing: Int) -> StagedIncident {
        StagedIncident(
            incident: .lastDelivery(held: held, failing: failing),
            check: "deliveries",
            words: [
                "\(grouped(failing)) of \(grouped(held))", "audit-ingestor", "one delivery from the dead letter stream",
            ],
            never: ["--to CONSUMER"],
            remedy: .looks(
                [0, 1],
                then: [
                    "redis-cli -u $REDIS_URL XPENDING caracal.audit.events audit-ingestor IDLE 7000000 - + 100000 | "
                        + "grep -E '^[0-9]{13}-' | xargs redis-cli -u $REDIS_URL XACK caracal.audit.events audit-ingestor"
                ]
            ),
            status: 2,
            line: ["audit.events/audit-ingestor", "oldest pending"],
            stream: "audit.events",
            row: [#""pending":\#(held)"#, #""most_deliveries":7"#],
            size: "\(failing) of \(held)"
        )
    }

    static func fullMemory(keys: Int) -> StagedIncident {
        StagedIncident(
            incident: .fullMemory(keys: keys),
            check: "refused-writes",
            words: ["db 1", grouped(keys), "without expiry", "rl:"],
            never: ["UNLINK", "DEL "],
            // It deletes nothing: each key gets the expiry that it lacked, and then the minute passes.
            remedy: .looks(
                [0],
                then: [
                    "redis-cli -u $REDIS_URL INFO keyspace | tr -d '\\r' | grep -E '^db1:keys=([0-9]+),expires=\\1,' "
                        + "&& redis-cli -u $REDIS_URL -n 1 FLUSHDB"
                ]
            ),
            status: 2,
            line: ["CRITICAL - the server refuses writes (OOM): it has reached maxmemory; memory "],
            stream: "audit.events",
            row: [#""exists":true"#],
            size: "\(keys) keys"
        )
    }

    static func emptyStart(skipped: Int, waiting: Int) -> StagedIncident {
        StagedIncident(
            incident: .emptyStart(skipped: skipped, waiting: waiting),
            check: "skipped-entries",
            words: [
                "opa-engine", "behind \(grouped(skipped)) \(skipped == 1 ? "entry" : "entries")", "policy.invalidate",
            ],
            remedy: .typed,
            status: 2,
            line: ["does not exist"],
            stream: "policy.invalidate",
            row: [#""marks":["skipped"],"groups""#],
            size: "\(skipped) skipped, \(waiting) wait",
            insteadBefore7: "streams"
        )
    }

    static func unreadLoss(
        on stream: String,
        of group: String,
        lost: Int,
        waiting: Int
    ) -> StagedIncident {
        StagedIncident(
            incident: .unreadLoss(on: stream, of: group, lost: lost, waiting: waiting),
            check: "loss",
            words: ["\(grouped(lost))", group, stream, "XTRIM", "cannot be seen any more"],
            never: ["raise the bound"],
            remedy: .byHand([
                "redis-cli -u $REDIS_URL XREADGROUP GROUP \(group) c COUNT \(waiting) STREAMS caracal.\(stream) '>' >reply"
            ]),
            status: 2,
            line: ["\(stream)/\(group)", "lost"],
            stream: stream,
            row: [#""marks":["lost""#, #""lag":\#(waiting)"#],
            size: "\(lost) lost, \(waiting) wait on \(stream)",
            insteadBefore7: "silent-readers"
        )
    }

    static func movedMaster() -> StagedIncident {
        StagedIncident(
            incident: .movedMaster(),
            check: "replication",
            words: ["replica of 127.0.0.1:", "takes no writes"],
            remedy: .elsewhere,
            status: 2,
            line: ["replica of 127.0.0.1:"],
            stream: "audit.events",
            row: [#""exists":true"#]
        )
    }

    static func leftOverNames(names: Int, holding: Int) -> StagedIncident {
        StagedIncident(
            incident: .leftOverNames(names: names, holding: holding),
            check: "stuck-consumers",
            words: [
                holding == 1 ? "holds 1 entry" : "\(grouped(holding)) of \(grouped(names)) consumers", "gone",
                "resource-revocation", "--to rs-api-1",
            ],
            remedy: .typed,
            status: 2,
            line: ["sessions.revoke/resource-revocation"],
            stream: "sessions.revoke",
            // Of very many no frame asks.
            row: [
                #""pending":\#(holding)"#,
                names > 5000 ? #""marks":[],"groups""# : #""marks":["gone"],"groups""#,
            ],
            size: "\(holding) of \(names)"
        )
    }

    static func futureID(on stream: String, days: UInt64) -> StagedIncident {
        StagedIncident(
            incident: .futureID(on: stream, days: days),
            check: "future-ids",
            words: ["\(grouped(Int(days))) days ahead", stream, "clock is right"],
            never: ["timedatectl"],
            remedy: .typed,
            status: 1,
            line: [stream, "ahead"],
            stream: stream,
            row: [#""marks":["future"],"groups""#],
            size: "\(days) days on \(stream)"
        )
    }

    static func databaseOutage(replayable: Int, altered: Int, withoutAnchor: Int) -> StagedIncident {
        StagedIncident(
            incident: .databaseOutage(replayable: replayable, altered: altered, withoutAnchor: withoutAnchor),
            check: "dead-letters",
            words: ["\(grouped(replayable)) can go back", "\(altered)", "evidence"],
            // It asks before it puts anything back.
            remedy: .looks(
                [64],
                then: [
                    "caracalctl dlq redrive --yes",
                    "for stream in audit.events.dlq sessions.revoke.dead; do "
                        + "caracalctl dlq export --stream $stream --to $stream && "
                        + "caracalctl dlq purge --exported $stream --yes || exit; done",
                ]
            ),
            // More than a hundred are critical.
            status: replayable + altered > 100 ? 2 : 1,
            line: ["audit.events.dlq dead letters \(grouped(replayable + altered))"],
            stream: "audit.events.dlq",
            row: [#""length":\#(replayable + altered)"#],
            size: "\(replayable) can go back"
        )
    }

    static func slowServer(calls: Int) -> StagedIncident {
        StagedIncident(
            incident: .slowServer(calls: calls),
            check: "slow-calls",
            words: ["\(calls) calls of EVAL", "0.1 s or longer", "nothing else is served"],
            // Who calls is not here any more; what was logged counts for a quarter of an hour.
            remedy: .looks([0], then: ["redis-cli -u $REDIS_URL SLOWLOG RESET"]),
            status: 0,
            line: ["CARACAL OK"],
            stream: "audit.events",
            row: [#""marks":[]"#],
            size: "\(calls) calls"
        )
    }

    static func fullDisk() -> StagedIncident {
        StagedIncident(
            incident: .fullDisk(),
            check: "refused-writes",
            words: ["MISCONF", "refuses writes"],
            remedy: .byHand([
                "rmdir \"$(redis-cli -u $REDIS_URL CONFIG GET dir | tail -1)/dump.rdb\" && redis-cli -u $REDIS_URL SAVE"
            ]),
            status: 2,
            line: ["MISCONF"],
            stream: "audit.events",
            row: [#""exists":true"#]
        )
    }

    static func missingReplica() -> StagedIncident {
        StagedIncident(
            incident: .missingReplica(),
            check: "refused-writes",
            words: ["NOREPLICAS", "refuses writes"],
            remedy: .typed,
            status: 2,
            line: ["NOREPLICAS"],
            stream: "audit.events",
            row: [#""exists":true"#]
        )
    }

    /// A count, as findings have it.
    private static func grouped(_ count: Int) -> String {
        count < 1000 ? "\(count)" : grouped(count / 1000) + "," + String("\(1000 + count % 1000)".dropFirst())
    }
}

extension StagedIncident {
    /// Each once, in a size that is staged in a moment.
    static let small: [StagedIncident] = [
        .anotherKey(on: "sessions.revoke", valid: 100, invalid: 50),
        .twoPublishers(on: "policy.invalidate", invalid: 12),
        .lastDelivery(held: 300, failing: 20), .fullMemory(keys: 30_000), .emptyStart(skipped: 40, waiting: 40),
        .unreadLoss(on: "agents.lifecycle", of: "coordinator-relay", lost: 220, waiting: 200), .movedMaster(),
        .leftOverNames(names: 301, holding: 9), .futureID(on: "keys.invalidate", days: 400),
        .databaseOutage(replayable: 60, altered: 1, withoutAnchor: 4), .fullDisk(), .slowServer(calls: 5),
        .missingReplica(),
    ]

    /// Other sizes and streams.
    static let large: [StagedIncident] = [
        .anotherKey(on: "policy.invalidate", valid: 3000, invalid: 1),
        .anotherKey(on: "agents.lifecycle", valid: 1, invalid: 999),
        .anotherKey(on: "audit.events", valid: 5000, invalid: 2500),
        .twoPublishers(on: "sessions.revoke", invalid: 400),
        .lastDelivery(held: 12_000, failing: 400), .lastDelivery(held: 150, failing: 150),
        .lastDelivery(held: 2000, failing: 1), .fullMemory(keys: 226_088), .emptyStart(skipped: 1, waiting: 1),
        .emptyStart(skipped: 2500, waiting: 1200),
        .unreadLoss(on: "agents.lifecycle", of: "coordinator-relay", lost: 11_000, waiting: 10_000),
        .unreadLoss(on: "policy.invalidate", of: "opa-engine", lost: 1, waiting: 100),
        .unreadLoss(on: "sessions.revoke", of: "sts-revocation", lost: 1500, waiting: 120),
        .leftOverNames(names: 3001, holding: 90), .leftOverNames(names: 2, holding: 1),
        .leftOverNames(names: 20_000, holding: 2000), .futureID(on: "sessions.revoke", days: 2),
        .futureID(on: "audit.events", days: 36_500), .databaseOutage(replayable: 2500, altered: 40, withoutAnchor: 1),
        .databaseOutage(replayable: 1, altered: 1, withoutAnchor: 1),
    ]
}
