import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport

@testable import Caracal
import Text

/// A bus with something wrong, made for real, and what `doctor` has to name: that, and nothing else.
struct BrokenBus: Sendable, CustomStringConvertible {
    let description: String
    let problems: [String]
    var extra: [String] = []
    let wreck: @Sendable (inout DoctorBus) throws -> Void

    init(
        _ description: String,
        _ problems: String...,
        extra: [String] = [],
        wreck: @escaping @Sendable (inout DoctorBus) throws -> Void
    ) {
        self.description = description
        self.problems = problems
        self.extra = extra
        self.wreck = wreck
    }

    static let all = settings + data

    /// What a flush puts right, or what is not on the server at all.
    static let data = table + groups + consumers + messages + here

    static let settings = [
        BrokenBus("a policy that evicts", "maxmemory-policy: failure") {
            try $0.run("CONFIG SET maxmemory-policy allkeys-lru")
        },
        BrokenBus("no maxmemory", "maxmemory: warning") { try $0.run("CONFIG SET maxmemory 0") },
        BrokenBus("memory nearly used up", "maxmemory: failure", "memory-forecast: warning") { bus in
            // So much that what our own connection takes is no matter.
            try bus.run("SELECT 1", "SETRANGE rl:a:b:c 20000000 x", "SELECT 0")
            let used = try bus.connection.ask(Info("memory")).value?.unsigned("used_memory") ?? 0
            try bus.run("CONFIG SET maxmemory \(used * 11 / 10)")
        },
        BrokenBus("bounds that do not fit", "memory-forecast: warning") { bus in
            try bus.publish(zone: String(repeating: "z", count: 60_000))
            try bus.consume()
        },
        BrokenBus("no append-only file", "appendonly: failure") { try $0.run("CONFIG SET appendonly no") },
        BrokenBus("fsync left to the system", "appendfsync: failure") { try $0.run("CONFIG SET appendfsync no") },
        BrokenBus("no snapshots", "save: warning", extra: ["save \"\""]) { _ in },
        BrokenBus("a snapshot that failed", "refused-writes: failure", "snapshot: failure") { bus in
            // The snapshot cannot take the place of a folder.
            mkdir(bus.server.folderPath + "/broken.rdb", 0o700)
            defer { rmdir(bus.server.folderPath + "/broken.rdb") }
            try bus.run("BGSAVE")
            try eventually("it has ended") {
                try bus.connection.ask(Info("persistence")).value?.flag("rdb_bgsave_in_progress") == false
            }
        },
        BrokenBus("calls that take long", "slow-calls: warning") { bus in
            try bus.run("CONFIG SET slowlog-max-len 128")
            // As long as it takes: on a fast machine the same work is soon done.
            var turns = 24_000_000
            while try bus.slowCallCount() < 3 {
                _ = try bus.connection.send(Command("EVAL", "for i = 1, \(turns) do end", "0"))
                turns += turns / 2
            }
        },
        BrokenBus("no protected mode", "protected-mode: failure") { try $0.run("CONFIG SET protected-mode no") },
        BrokenBus("idle clients thrown out", "timeout: warning") { try $0.run("CONFIG SET timeout 300") },
        BrokenBus("no keepalive", "tcp-keepalive: warning") { try $0.run("CONFIG SET tcp-keepalive 0") },
        BrokenBus("too few replicas", "refused-writes: failure") { try $0.run("CONFIG SET min-replicas-to-write 2") },
        BrokenBus("a server that is full", "refused-writes: failure", "maxmemory: failure", "memory-forecast: warning")
        {
            try $0.run("SELECT 1", "SETRANGE rl:a:b:c 20000000 x", "SELECT 0", "CONFIG SET maxmemory 10mb")
        },
        BrokenBus("a replica that lost its master", "replication: failure") {
            try $0.run("REPLICAOF 127.0.0.1 1")
        },
        BrokenBus("a clock that differs", "clock-skew: warning") { $0.clockError = 10_000 },
        BrokenBus("a clock that is plainly wrong", "clock-skew: failure") { $0.clockError = -120_000 },
        BrokenBus("an id of the future", "future-ids: warning") {
            try $0.run("XADD caracal.providers.ratelimit 99999999999999-1 a b")
        },
        BrokenBus("an id of the last millisecond there is", "future-ids: warning") {
            try $0.run("XADD caracal.providers.ratelimit 18446744073709551615-1 a b")
        },
        BrokenBus("a stream without ids left", "future-ids: failure") {
            try $0.run("XADD caracal.providers.ratelimit 18446744073709551615-18446744073709551615 a b")
        },
    ]

    private static let table = [
        BrokenBus("a missing stream", "streams: failure") { try $0.run("DEL caracal.keys.invalidate") },
        BrokenBus("a key of another type", "streams: failure") {
            try $0.run("DEL caracal.keys.invalidate", "SET caracal.keys.invalidate x")
        },
        BrokenBus("a missing group", "groups: failure") {
            try $0.run("XGROUP DESTROY caracal.keys.invalidate sts-keys")
        },
        BrokenBus("a missing group that no service reads through", "groups: warning") {
            try $0.run("XGROUP DESTROY caracal.invocations.lifecycle invocations-observer")
        },
        BrokenBus("a group outside the table", "unknown-groups: warning") {
            try $0.run("XGROUP CREATE caracal.keys.invalidate sts-kyes 0")
        },
        BrokenBus("a key outside the table", "unknown-keys: warning") {
            try $0.run("XADD caracal.key.invalidate * a b")
        },
        BrokenBus("a stream over its bound", "stream-bounds: warning") { bus in
            for _ in 0..<110 { try bus.run("XADD caracal.providers.ratelimit * a b") }
        },
        BrokenBus("a stranger in db 1", "databases: warning") { try $0.run("SELECT 1", "SET x 1", "SELECT 0") },
        BrokenBus("a stream in db 1", "databases: failure") {
            try $0.run("SELECT 1", "XADD caracal.sessions.revoke * a b", "SELECT 0")
        },
    ]

    private static let groups = [
        BrokenBus("a group put behind entries", "skipped-entries: warning") { bus in
            try bus.publish()
            try bus.run("XGROUP SETID caracal.keys.invalidate sts-keys $")
        },
        BrokenBus("entries that nobody reads", "lag: failure") { try $0.publish() },
        BrokenBus("a group about to be overtaken", "lag: warning") { try $0.fill(8_000) },
        BrokenBus("a group behind by the whole bound", "lag: failure") { try $0.fill(10_000) },
        BrokenBus("entries trimmed before they were delivered", "loss: failure") { bus in
            try bus.publish()
            try bus.consume()
            for number in 0..<10 { try bus.publish(zone: "\(number)") }
            try bus.run("XTRIM caracal.keys.invalidate MAXLEN = 2")
        },
    ]

    private static let consumers = [
        BrokenBus("a consumer that is stuck", "stuck-consumers: warning") { bus in
            let id = try bus.publish()
            try bus.run("XREADGROUP GROUP sts-keys c STREAMS caracal.keys.invalidate >")
            try bus.run("XCLAIM caracal.keys.invalidate sts-keys c 0 \(id) IDLE 60000")
        },
        BrokenBus("a reader that is silent", "silent-readers: failure") { bus in
            try bus.publish(id: "1000000000001-0")
            try bus.consume()
            try bus.publish(id: "1000000000002-0", zone: "b")
            bus.setup = LocalSetup(claimIdle: 1)
            let look = XInfoConsumers(key: Array("caracal.keys.invalidate".utf8), group: Array("sts-keys".utf8))
            try eventually("it was long ago") { try bus.connection.ask(look).value?.first?.idle ?? 0 >= 10 }
        },
        BrokenBus("a consumer that is gone", "stuck-consumers: failure") { bus in
            try bus.publish()
            try bus.run("XREADGROUP GROUP sts-keys c STREAMS caracal.keys.invalidate >")
            bus.setup = LocalSetup(claimIdle: 1)
            let look = XInfoConsumers(key: Array("caracal.keys.invalidate".utf8), group: Array("sts-keys".utf8))
            try eventually("it was long ago") { try bus.connection.ask(look).value?.first?.idle ?? 0 >= 10 }
        },
        BrokenBus("an entry on its last delivery", "deliveries: warning") { bus in
            let id = try bus.add(CheckSupport.audited("{}"), to: "caracal.audit.events")
            try bus.run("XREADGROUP GROUP audit-ingestor c STREAMS caracal.audit.events >")
            try bus.run("XCLAIM caracal.audit.events audit-ingestor c 0 \(id) RETRYCOUNT 7")
        },
    ]

    private static let messages = [
        BrokenBus("a dead letter", "dead-letters: warning") { try $0.bury(CheckSupport.audited("{}", "src_")) },
        BrokenBus("a forged dead letter", "dead-letter-signatures: failure", "dead-letters: warning") {
            try $0.bury(CheckSupport.audited("{}", "src_", with: CheckSupport.otherKey))
        },
        BrokenBus("a .dead stream", "dead-letters: warning") { bus in
            let source = CheckSupport.json(try CheckSupport.signed(["zone_id": "a"]))
            let letter = CheckSupport.message(["source_id": "1-1", "reason": "x", "payload": source])
            try bus.add(letter, to: "caracal.sessions.revoke.dead")
        },
        BrokenBus("a .dead key of another type", "dead-letters: failure") {
            try $0.run("SET caracal.sessions.revoke.dead x")
        },
        BrokenBus("an audit DLQ of another type", "streams: failure") {
            try $0.run("DEL caracal.audit.events.dlq", "SET caracal.audit.events.dlq x")
        },
        BrokenBus("a signature that does not hold", "signatures: failure") { bus in
            let message = try CheckSupport.signed(
                ["zone_id": "a"],
                for: "caracal.keys.invalidate",
                with: CheckSupport.otherKey
            )
            try bus.add(message, to: "caracal.keys.invalidate")
            try bus.consume()
        },
        BrokenBus("a message without a signature", "signatures: failure") { bus in
            try bus.add(CheckSupport.message(["zone_id": "a"]), to: "caracal.keys.invalidate")
            try bus.consume()
        },
        BrokenBus("a signature that comes twice", "signatures: warning") { bus in
            try bus.publish()
            try bus.publish()
            try bus.consume()
        },
    ]

    private static let here = [
        BrokenBus("a key file for all to read", "key-files: warning") {
            let state = LocalSetup.State.exposed(KeyFileWarning(path: "/etc/key", mode: 0o644))
            $0.setup = LocalSetup(keys: [LocalSetup.Key(scheme: .fields, variable: "STREAMS_HMAC_KEY", state: state)])
        },
        BrokenBus("a key that cannot be used", "key-files: failure") {
            let state = LocalSetup.State.unusable("no key")
            $0.setup = LocalSetup(keys: [LocalSetup.Key(scheme: .fields, variable: "STREAMS_HMAC_KEY", state: state)])
        },
        BrokenBus("a password file for all to read", "connection-settings: warning") {
            $0.setup = LocalSetup(doubts: [
                Finding(.passwordFileReadable, .warning, "the file can be read by others")
            ])
        },
    ]
}

extension DoctorBus {
    /// Publishes so many entries that all wait for a group with a consumer, in pipelines, without the keys to check them.
    mutating func fill(_ count: Int) throws {
        keys = SignatureKeys()
        try run("XADD caracal.keys.invalidate * a b", "XREADGROUP GROUP sts-keys c STREAMS caracal.keys.invalidate >")
        try consume()
        setup = LocalSetup(requiresSignatures: false)
        for _ in 0..<(count / 500) {
            _ = try connection.pipeline(
                (0..<500).map { _ in Command("XADD", "caracal.keys.invalidate", "MAXLEN", "\(count)", "*", "a", "b") }
            )
        }
    }

    /// Adds a dead letter of the Audit service.
    func bury(_ source: Message) throws {
        var letter = source
        letter.append(name: Array("reason".utf8), value: Array("pg_permanent_error: x".utf8))
        letter.append(name: Array("src_id".utf8), value: Array("1-1".utf8))
        try add(letter, to: "caracal.audit.events.dlq")
    }
}
