import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

/// What `doctor` finds and `check` judges as well has one severity in both: who is woken by the one asks the other.
@Suite struct CheckAndDoctorTests {
    /// The checks of doctor that judge the same as check.
    private static let shared: Set<String> = [
        "refused-writes", "replication", "signatures", "skipped-entries", "loss", "future-ids", "streams", "groups",
        "dead-letters",
    ]

    /// Why the others of doctor need not agree with check.
    private static let apart = [
        "check has limits of its own for it, in figures that are watched": [
            "lag", "silent-readers", "stuck-consumers", "maxmemory", "outbox-dead", "outbox-waiting",
        ],
        "a database that cannot be asked is no fault of the bus that is known: UNKNOWN": ["outbox-tables"],
        "whether writes go on decides, of which refused-writes tells; where they do, check warns": [
            "snapshot", "aof-writes",
        ],
        "how a server is set up changes with its operator, and wakes nobody": [
            "appendonly", "appendfsync", "save", "protected-mode", "bind", "timeout", "tcp-keepalive",
            "maxmemory-policy", "tls-certificate", "server-version", "key-files", "connection-settings", "acl-rights",
        ],
        "it takes more round trips than a check may, or more than one server's word": [
            "clock-skew", "slow-calls", "memory-forecast", "databases", "unknown-keys", "outbox-lost",
            "dead-letter-signatures",
        ],
        "a hint about what may come, or about the past": [
            "deliveries", "shared-consumers", "left-over-groups", "consumers", "unknown-groups", "stream-bounds",
            "outbox-retrying", "outbox-locks", "outbox-growth",
        ],
    ]

    @Test func everyCheckOfDoctorIsOneOfTheseOrHasAReason() {
        let all = Self.shared.sorted() + Self.apart.values.flatMap { $0 }
        #expect(all.sorted() == HealthCheck.all.map(\.id).sorted())
    }

    /// Beside the broken buses of doctor, those on which the two did not agree.
    private static let more = [
        BrokenBus("a group beyond the end of its stream", "skipped-entries: failure") { bus in
            try bus.publish()
            try bus.consume()
            try bus.run("XGROUP SETID caracal.keys.invalidate sts-keys 99999999999999-0")
        },
        BrokenBus("a host's group that began at the end") { bus in
            try bus.publish("caracal.sessions.revoke")
            try bus.consume("caracal.sessions.revoke", "sts-revocation")
            try bus.consume("caracal.sessions.revoke", "resource-revocation")
            try bus.run(
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:h1 $",
                "XGROUP CREATECONSUMER caracal.sessions.revoke gateway-revocation:h1 c"
            )
        },
    ]

    /// Whose server cannot be as it was before.
    @Test(arguments: BrokenBus.settings.filter { $0.description != slow })
    func whatBothJudgeOfTheServerHasOneSeverity(broken: BrokenBus) throws {
        try Self.withServer(broken.extra) { server in try Self.expectAgreement(on: broken, server) }
    }

    @Test func whatBothJudgeOfTheDataHasOneSeverity() throws {
        try Self.withServer { server in
            for broken in BrokenBus.data + Self.more {
                try server.connect().run("FLUSHALL")
                try Self.expectAgreement(on: broken, server)
            }
        }
    }

    /// It takes processor time, and check does not judge it.
    private static let slow = "calls that take long"

    private static func withServer(_ extra: [String] = [], _ body: (SandboxServer) throws -> Void) throws {
        try TestSupport.withServer(.v8_2, extra: ["maxmemory 300mb", "dbfilename broken.rdb"] + extra, body)
    }

    private static func expectAgreement(on broken: BrokenBus, _ server: SandboxServer) throws {
        var bus = try DoctorBus(server)
        try broken.wreck(&bus)
        // Nobody is known to miss a group that no public service reads through: doctor warns, and no alarm counts it.
        let found = Diagnosis(try bus.examine()).problems.filter { problem in
            problem != "groups: warning" && shared.contains { problem.hasPrefix("\($0): ") }
        }
        let check = Check(
            keys: bus.keys,
            requiresSignatures: bus.setup.requiresSignatures,
            claimIdle: bus.setup.claimIdle
        )
        #expect(judged(try check.run(on: bus.connection)) == Set(found), "\(broken)")
    }

    /// What check judges, as doctor would name it.
    private static func judged(_ report: CheckReport) -> Set<String> {
        let faults = report.faults.compactMap { fault in check(fault).map { ($0, fault.state) } }
        let figures = report.measures.filter { $0.figure == .deadLetters }.map { ("dead-letters", $0.state) }
        return (faults + figures).reduce(into: []) { judged, item in
            switch item.1 {
            case .warning: judged.insert("\(item.0): warning")
            case .critical: judged.insert("\(item.0): failure")
            case .ok, .unknown: break
            }
        }
    }

    /// The check of doctor that finds the same; nil for one with limits of its own.
    private static func check(_ fault: CheckProblem) -> String? {
        switch fault {
        case .stream(.otherType(let stream, _)) where !StreamTable.all.contains(where: { $0.key == stream.key }):
            "dead-letters"
        case .stream: "streams"
        case .missingGroup: "groups"
        case .lost: "loss"
        case .replica: "replication"
        case .writesRefused: "refused-writes"
        case .skipped, .beyondEnd: "skipped-entries"
        case .futureID, .lastID: "future-ids"
        case .signatures: "signatures"
        case .silentReader, .snapshotFailed, .outboxes: nil
        }
    }
}
