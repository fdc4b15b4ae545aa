import CaracalCommands
import Glibc
import TestSupport

/// An incident in one size, and what has to be said of it.
struct IncidentCase: Sendable, CustomStringConvertible {
    /// What is done about it.
    enum Remedy: Sendable {
        /// The fix as it is typed, with a yes, makes the finding go.
        case typed
        /// The fix as it is typed, with a yes; then these lines stand for what the consumers do where they run, and the finding goes.
        case typedThen([String])
        /// The fix only looks, and ends with one of these; then the operator types these lines, and the finding goes.
        case looks(Set<Int32>, then: [String])
        /// The fix is a sentence; the operator types these lines, and the finding goes.
        case byHand([String])
        /// The fix only looks. What was found stays as long as its entries do.
        case stays(Set<Int32>)
        /// The fix leads to another server, where the finding is not made.
        case elsewhere
    }

    let incident: Incident
    /// The check whose finding is the first, and words that it has.
    let check: String
    let words: [String]
    /// What further findings have, each of them.
    var others: [String] = []
    /// Words that no finding may have.
    var never: [String] = []
    let remedy: Remedy
    /// The checks whose failures and warnings the same fix makes go.
    var solves: [String] = []
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

extension IncidentCase {
    static func anotherKey(on stream: String, valid: Int, invalid: Int) -> IncidentCase {
        IncidentCase(
            incident: .anotherKey(on: stream, valid: valid, invalid: invalid),
            check: "signatures",
            words: [invalid == 1 ? "the one entry" : "all \(grouped(invalid))", "since", "another key", stream],
            never: ["right key?"],
            // One alone may be forged: nobody proposes to sign it. Of audit events no other stream tells whose key is another.
            remedy: invalid == 1 || stream == "audit.events" ? .stays([1]) : .typed,
            status: 2,
            line: [stream, "invalid"],
            stream: stream,
            row: [#""marks":["bad_signatures"],"groups""#],
            size: "\(invalid) of \(valid + invalid) on \(stream)"
        )
    }

    static func twoPublishers(on stream: String, invalid: Int) -> IncidentCase {
        IncidentCase(
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

    static func lastDelivery(held: Int, failing: Int) -> IncidentCase {
        IncidentCase(
            incident: .lastDelivery(held: held, failing: failing),
            check: "deliveries",
            words: [
                "\(grouped(failing)) of \(grouped(held))", "audit-ingestor", "one delivery from the dead letter stream",
            ],
            never: ["--to CONSUMER"],
            // Whoever is given them acknowledges them.
            remedy: .typedThen([
                "redis-cli -u $REDIS_URL XPENDING caracal.audit.events audit-ingestor - + 100000 audit-7d9f-q8m | "
                    + "grep -E '^[0-9]{13}-' | xargs redis-cli -u $REDIS_URL XACK caracal.audit.events audit-ingestor"
            ]),
            solves: ["stuck-consumers"],
            status: 2,
            line: ["audit.events/audit-ingestor", "oldest pending"],
            stream: "audit.events",
            row: [#""pending":\#(held)"#, #""most_deliveries":7"#],
            size: "\(failing) of \(held)"
        )
    }

    static func fullMemory(keys: Int) -> IncidentCase {
        IncidentCase(
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

    static func emptyStart(skipped: Int, waiting: Int) -> IncidentCase {
        IncidentCase(
            incident: .emptyStart(skipped: skipped, waiting: waiting),
            check: "skipped-entries",
            words: [
                "opa-engine", "behind \(grouped(skipped)) \(skipped == 1 ? "entry" : "entries")", "policy.invalidate",
            ],
            remedy: .typed,
            solves: ["streams", "groups"],
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
    ) -> IncidentCase {
        IncidentCase(
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

    static func movedMaster() -> IncidentCase {
        IncidentCase(
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

    static func leftOverNames(names: Int, holding: Int) -> IncidentCase {
        IncidentCase(
            incident: .leftOverNames(names: names, holding: holding),
            check: "stuck-consumers",
            words: [
                holding == 1 ? "holds 1 entry" : "\(grouped(holding)) of \(grouped(names)) consumers", "gone",
                "resource-revocation", "--to rs-api-1",
            ],
            remedy: .typed,
            solves: ["consumers", "silent-readers", "lag"],
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

    static func futureID(on stream: String, days: UInt64) -> IncidentCase {
        IncidentCase(
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

    static func databaseOutage(replayable: Int, altered: Int, withoutAnchor: Int) -> IncidentCase {
        IncidentCase(
            incident: .databaseOutage(replayable: replayable, altered: altered, withoutAnchor: withoutAnchor),
            check: "dead-letters",
            words: ["\(grouped(replayable)) can go back", "\(altered)", "evidence"],
            remedy: .typed,
            solves: ["dead-letter-signatures"],
            // More than a hundred are critical.
            status: replayable + altered > 100 ? 2 : 1,
            line: ["audit.events.dlq dead letters \(grouped(replayable + altered))"],
            stream: "audit.events.dlq",
            row: [#""length":\#(replayable + altered)"#],
            size: "\(replayable) can go back"
        )
    }

    static func slowServer(calls: Int) -> IncidentCase {
        IncidentCase(
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

    static func fullDisk() -> IncidentCase {
        IncidentCase(
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

    static func missingReplica() -> IncidentCase {
        IncidentCase(
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

    static func crashedServer(lost: Int, before: Int) -> IncidentCase {
        let limit = 3 * lost > 1000 ? " --limit \(3 * lost)" : ""
        return IncidentCase(
            incident: .crashedServer(lost: lost, before: before),
            check: "outbox-lost",
            words: [
                "failure " + losses("the API", ["audit.events": lost, "policy.invalidate": lost]),
                "; nothing was ever removed from the stream [caracalctl outbox reconcile --since 2h\(limit) --requeue # where it began earlier, with an earlier --since]",
            ],
            others: ["failure " + losses("the Coordinator", ["sessions.revoke": lost])],
            remedy: .typed,
            status: 0,
            line: ["CARACAL OK"],
            stream: "sessions.revoke",
            row: [#""marks":[]"#],
            size: "\(lost) lost of each stream",
            insteadBefore7: "maxmemory"
        )
    }

    static func flushedServer(lost: Int, since: Int) -> IncidentCase {
        // What the bus had before is lost as well.
        let all = lost + 40
        return IncidentCase(
            incident: .flushedServer(lost: lost, since: since),
            check: "outbox-lost",
            words: [
                "failure "
                    + losses(
                        "the API",
                        ["policy.invalidate": all, "audit.events": 40, "keys.invalidate": 12],
                        within: ""
                    ),
                "nothing was ever removed from it: it was made anew [caracalctl outbox reconcile --since 1",
                " --requeue # consumers that had read some get those twice]",
            ],
            others: [
                "failure "
                    + losses(
                        "the Coordinator",
                        [
                            "agents.lifecycle": all, "sessions.revoke": all, "invocations.lifecycle": 40,
                            "delegations.invalidate": 30,
                        ],
                        within: ""
                    )
            ],
            remedy: .typed,
            status: 0,
            line: ["CARACAL OK"],
            stream: "sessions.revoke",
            row: [#""marks":[]"#],
            size: "\(lost) lost of each stream, \(since) since",
            insteadBefore7: "maxmemory"
        )
    }

    /// What doctor says of lost rows, up to when they were published.
    private static func losses(
        _ owner: String,
        _ streams: [String: Int],
        within time: String = " in the last hour"
    ) -> String {
        let count = streams.values.reduce(0, +)
        let sorted = streams.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let names = sorted.map { "\($0.key) \(grouped($0.value))" }.joined(separator: ", ")
        let (rows, are) = count == 1 ? ("row", "is") : ("rows", "are")
        return """
            outbox-lost: \(grouped(count)) \(rows) of \(owner)'s outbox \(count == 1 ? "was" : "were") published\(time) \
            and \(are) in no stream (\(names)): lost; published from \

            """
    }

    static func deadRows(coordinator: Int, api: Int) -> IncidentCase {
        let (half, all) = (coordinator / 2, coordinator + api)
        let limit = all > 1000 ? " --limit \(all)" : ""
        return IncidentCase(
            incident: .deadRows(coordinator: coordinator, api: api),
            check: "outbox-dead",
            words: [
                """
                failure outbox-dead: \(grouped(2 * half)) rows of the Coordinator's outbox are dead \
                (sessions.revoke \(grouped(half)), agents.lifecycle \(grouped(half))): the Coordinator's /ready answers 503; \
                the Coordinator keeps no errors [caracalctl outbox requeue --dead\(limit) # once their cause is gone]
                """
            ],
            others: [
                """
                failure outbox-dead: \(grouped(api)) \(api == 1 ? "row" : "rows") of the API's outbox \(api == 1 ? "is" : "are") \
                dead (keys.invalidate \(grouped(api))): the API is not ready above API_READY_OUTBOX_DEAD_MAX (0); \
                connect ECONNREFUSED 10.0.3.17 (\(grouped(api))) \
                [caracalctl outbox requeue --dead\(limit) # once their cause is gone]
                """
            ],
            remedy: .typed,
            status: 2,
            line: [
                "outbox api dead rows \(grouped(api)) (above 0)",
                "outbox coordinator dead rows \(grouped(coordinator)) (above 0)",
            ],
            stream: "sessions.revoke",
            row: [#""exists":true"#],
            size: "\(coordinator) of the Coordinator, \(api) of the API"
        )
    }

    static func vanishedWorker(locked: Int, waiting: Int) -> IncidentCase {
        IncidentCase(
            incident: .vanishedWorker(locked: locked, waiting: waiting),
            check: "outbox-waiting",
            words: [
                """
                failure outbox-waiting: \(grouped(locked + waiting)) rows wait in the API's outbox for policy.invalidate, \
                the oldest for 4
                """,
                "m; made at ",
                """
                 published within an hour; no dispatcher takes over rows whose lock ran out: none runs \
                [caracalctl outbox dispatch --outbox api # or start its service: either publishes them]
                """,
            ],
            others: [
                """
                warning outbox-locks: \(grouped(locked)) \(locked == 1 ? "row of the API has a lock" : "rows of the API have locks") \
                of worker api-6f4c9b-q7d2x that ran out and nobody took over; the first ran out \

                """
            ],
            remedy: .typed,
            solves: ["outbox-locks"],
            status: 2,
            // Forty-one minutes, and those that a slow machine adds.
            line: ["CARACAL CRITICAL - outbox api oldest row 4", "m (above 30m)"],
            stream: "policy.invalidate",
            row: [#""exists":true"#],
            size: "\(locked) locked, \(waiting) wait"
        )
    }

    /// A count, as findings have it.
    private static func grouped(_ count: Int) -> String {
        count < 1000 ? "\(count)" : grouped(count / 1000) + "," + String("\(1000 + count % 1000)".dropFirst())
    }
}

extension IncidentCase {
    /// Each once, in a size that is staged in a moment.
    static let small: [IncidentCase] = [
        .anotherKey(on: "sessions.revoke", valid: 100, invalid: 50),
        .twoPublishers(on: "policy.invalidate", invalid: 12),
        .lastDelivery(held: 300, failing: 20), .fullMemory(keys: 30_000), .emptyStart(skipped: 40, waiting: 40),
        .unreadLoss(on: "agents.lifecycle", of: "coordinator-relay", lost: 220, waiting: 200), .movedMaster(),
        .leftOverNames(names: 301, holding: 9), .futureID(on: "keys.invalidate", days: 400),
        .databaseOutage(replayable: 60, altered: 1, withoutAnchor: 4), .fullDisk(), .slowServer(calls: 5),
        .missingReplica(), .crashedServer(lost: 6, before: 40), .flushedServer(lost: 60, since: 20),
        .deadRows(coordinator: 24, api: 5), .vanishedWorker(locked: 32, waiting: 90),
    ]

    /// Other sizes and streams.
    static let large: [IncidentCase] = [
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
        .databaseOutage(replayable: 1, altered: 1, withoutAnchor: 1), .crashedServer(lost: 1, before: 40),
        .crashedServer(lost: 600, before: 1), .flushedServer(lost: 6, since: 1),
        .deadRows(coordinator: 3000, api: 1),
        .vanishedWorker(locked: 1, waiting: 0), .vanishedWorker(locked: 2000, waiting: 4000),
    ]
}
