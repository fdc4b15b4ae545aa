import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

@Suite struct DoctorTests {
    @Test(arguments: RedisBinary.allCases)
    func aHealthyBusHasNoFailure(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish()
            try bus.consume()
            let diagnosis = Diagnosis(try bus.examine())
            #expect(diagnosis.problems == (binary == .v6_2 ? ["server-version: warning"] : []))
            #expect(
                diagnosis.named(.unknown)
                    == (binary == .v6_2 ? ["skipped-entries: unknown", "acl-rights: unknown"] : [])
            )
        }
    }

    @Test(arguments: BrokenBus.all)
    func eachThingThatIsWrongIsNamedAndNothingElse(broken: BrokenBus) throws {
        let extra = ["maxmemory 300mb", "dbfilename broken.rdb"] + broken.extra
        try withServer(.v8_2, extra: extra) { server in
            var bus = try DoctorBus(server)
            try broken.wreck(&bus)
            let problems = Diagnosis(try bus.examine()).problems
            #expect(problems == broken.problems)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func roundTripsGrowOnlyWithWhatWaits(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try server.fill("caracal.audit.events", 20_000, .small)
            try bus.run("XREADGROUP GROUP audit-ingestor c COUNT 5000 STREAMS caracal.audit.events >")
            try bus.run("SELECT 1", "SET rl:a:b:c 1", "SELECT 0")
            var fresh = DoctorBus(bus, on: try server.connect())
            fresh.keys = SignatureKeys()
            let before = try bus.connection.ask(Info("stats")).value?.unsigned("total_connections_received")
            let examination = try fresh.examine()
            let after = try bus.connection.ask(Info("stats")).value?.unsigned("total_connections_received")
            // Being let in, the streams, their groups, memory, unknown keys, the server, our rights (twice); besides, into db 1 and its keys.
            let always = 8
            // 15,000 entries that wait are counted 2,000 at a time, 5,000 pending ones are read 1,000 at a time.
            #expect(examination.roundTrips == always + 8 + 5)
            #expect((after ?? 0) - (before ?? 0) == 1)
            // No signature holds: where that begins takes five looks, fewer only where they are slow.
            let judged = try DoctorBus(bus, on: try server.connect()).examine()
            #expect((1...5).contains(judged.roundTrips - examination.roundTrips))
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func lookingChangesNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let bus = try DoctorBus(server)
            try bus.publish()
            try bus.run("XREADGROUP GROUP sts-keys c STREAMS caracal.keys.invalidate >")
            try bus.run("CONFIG RESETSTAT")
            let before = try bus.connection.run("INFO persistence").root.text.flatMap { InfoFields($0) }
            _ = try bus.examine()
            let after = try bus.connection.run("INFO persistence").root.text.flatMap { InfoFields($0) }
            #expect(before?.unsigned("rdb_changes_since_last_save") == after?.unsigned("rdb_changes_since_last_save"))
            let reads: Set<String> = [
                "acl", "eval", "eval_ro", "acl|whoami", "acl|dryrun",
                "client", "client|list", "client|setinfo", "client|setname", "command", "config", "config|get",
                "config|resetstat", "hello", "info", "memory", "memory|usage", "scan", "select", "slowlog",
                "slowlog|get", "time", "type",
                "xinfo",
                "xinfo|consumers", "xinfo|groups", "xinfo|stream", "xpending", "xrange", "xrevrange",
            ]
            #expect(Set(try bus.connection.commandCounts().keys).subtracting(reads).isEmpty)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func whatAUserMayNotSeeIsNotCheckedAndNeverOk(binary: RedisBinary) throws {
        let extra = ["maxmemory 2gb", withoutRights(to: "-config -info -client -acl -time -scan -memory -select")]
        try withServer(binary, extra: extra) { server in
            let bus = DoctorBus(try DoctorBus(server), on: try server.connect(as: narrow))
            let diagnosis = Diagnosis(try bus.examine())
            let unknown = [
                "refused-writes", "replication", "aof-writes", "snapshot", "future-ids", "clock-skew",
                "slow-calls", "shared-consumers",
                "maxmemory", "maxmemory-policy", "memory-forecast", "unknown-keys", "databases", "appendonly",
                "appendfsync", "save", "protected-mode", "bind", "timeout", "tcp-keepalive", "acl-rights",
            ]
            #expect(diagnosis.named(.unknown) == unknown.map { "\($0): unknown" })
            let checks = diagnosis.items.filter { $0.outcome.status == .ok }.map(\.check)
            #expect(Set(checks).isDisjoint(with: unknown))
        }
    }

    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func aUserThatMayNotDoEverythingIsToldWhatItLacks(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb", withoutRights(to: "-xpending -xadd -config|get")]) { server in
            let master = try DoctorBus(server)
            let all = Diagnosis(try master.examine())
            #expect(all.findings("acl-rights") == ["the user default has every right"])
            let diagnosis = Diagnosis(try DoctorBus(master, on: server.connect(as: narrow)).examine())
            #expect(
                diagnosis.items.filter { $0.check == "acl-rights" }.map(\.outcome) == [
                    CheckOutcome(
                        .warning,
                        "the user narrow lacks rights that looking needs: XPENDING, CONFIG GET",
                        evidence: "ACL DRYRUN",
                        fix: "redis-cli -u \"$REDIS_URL\" ACL SETUSER narrow '+xpending' '+config|get'"
                    ),
                    CheckOutcome(
                        .note,
                        "the user narrow lacks rights that changing things needs: XADD",
                        evidence: "ACL DRYRUN",
                        fix: "redis-cli -u \"$REDIS_URL\" ACL SETUSER narrow '+xadd'"
                    ),
                ]
            )
        }
    }

    /// It may run everything, on other keys: what it lacks is a pattern, and the fix gives it that.
    @Test(arguments: [RedisBinary.v7_0, .v8_2, .valkey9_1])
    func aUserWithoutTheKeysOfTheBusIsToldSo(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let master = try DoctorBus(server)
            _ = try server.connect().pipeline([
                Command("ACL", "SETUSER", "narrow", "on", ">pw", "+@all", "~caracal.sessions.*")
            ])
            let answers = try RightsLook().run(on: server.connect(as: narrow))
            guard case .known(_, let missing, let keyless) = answers else { throw Unexpected() }
            #expect(missing.isEmpty)
            #expect(keyless.contains { $0.command == "xinfo|stream" } && keyless.contains { $0.command == "xadd" })
            let diagnosis = Diagnosis(try DoctorBus(master, on: server.connect(as: narrow)).examine())
            let outcome = try #require(diagnosis.items.first { $0.check == "acl-rights" }?.outcome)
            #expect(outcome.status == .warning)
            #expect(outcome.fix == "redis-cli -u \"$REDIS_URL\" ACL SETUSER narrow '~caracal.*'")
            _ = try server.connect().pipeline([Command("ACL", "SETUSER", "narrow", "~caracal.*")])
            let fixed = Diagnosis(try DoctorBus(master, on: server.connect(as: narrow)).examine())
            #expect(fixed.findings("acl-rights") == ["the user narrow has every right"])
        }
    }

    private struct Unexpected: Error {}

    @Test func everyRightCanBeAskedFor() throws {
        try withServer { server in
            let connection = try server.connect()
            for right in CommandRight.all {
                let question = ACLDryRun(user: Array("default".utf8), words: RightSample.words(for: right.command))
                let answer = try connection.ask(question)
                #expect(answer == .success(.allowed), "\(right.command)")
            }
        }
    }

    @Test func whoMaySeeNoStreamIsToldSo() throws {
        try withServer(extra: ["user narrow on >pw ~other +@all"]) { server in
            let bus = DoctorBus(try DoctorBus(server), on: try server.connect(as: narrow))
            #expect { try bus.examine() } throws: { ($0 as? RedisError)?.refusal?.kind == .noPermission }
        }
    }

    @Test func aReplicaInStepTakesNoWritesAndThatIsAFailure() throws {
        try withServer(extra: ["maxmemory 2gb"]) { master in
            let bus = try DoctorBus(master)
            try withServer(extra: ["maxmemory 2gb", "replicaof 127.0.0.1 \(master.port ?? 0)"]) { server in
                let connection = try server.connect()
                func fact(_ name: String, _ on: Connection) throws -> String? {
                    try on.ask(Info("replication")).value?.bytes(name)?.readable
                }
                try eventually("it follows") { try fact("master_link_status", connection) == "up" }
                try eventually("it is followed") {
                    try fact("slave0", bus.connection)?.contains("state=online") == true
                }
                let diagnosis = Diagnosis(try DoctorBus(bus, on: connection).examine())
                #expect(diagnosis.problems == ["replication: failure"])
                #expect(
                    diagnosis.findings("replication")
                        == ["this is a replica of 127.0.0.1:\(master.port ?? 0): it takes no writes and may be behind"]
                )
                #expect(Diagnosis(try bus.examine()).findings("replication") == ["a master; replicas: 1"])
            }
        }
    }

    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func deletedEntriesLeaveItOpenWhetherAGroupSkippedSome(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            let ids = try (0..<5).map { try bus.publish(zone: "\($0)") }
            let read = "XREADGROUP GROUP sts-keys c COUNT 1 STREAMS caracal.keys.invalidate >"
            try bus.run(read)
            try bus.run("XDEL caracal.keys.invalidate \(ids[3])")
            // One that had not been delivered is gone, and that is certain as long as what it has read is counted.
            #expect(Diagnosis(try bus.examine()).problems == ["loss: failure"])
            try bus.run(read)
            let diagnosis = Diagnosis(try bus.examine())
            #expect(diagnosis.problems == [])
            #expect(
                diagnosis.findings("loss") == [
                    "sts-keys on caracal.keys.invalidate may have lost entries: one behind its position was deleted, and the server "
                        + "does not tell whether it had been delivered"
                ]
            )
            #expect(
                diagnosis.findings("skipped-entries") == [
                    "whether sts-keys on caracal.keys.invalidate skipped entries is not known: entries were deleted from its "
                        + "stream, and what it has read is not counted since"
                ]
            )
        }
    }

    /// A fix deletes nothing that somebody has still to read.
    @Test func aStreamIsBegunAnewOnlyOnceItIsRead() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish(id: "99999999999999-1")
            func fix() throws -> String? {
                Diagnosis(try bus.examine()).items.first { $0.check == "future-ids" }?.outcome.fix?.text
            }
            let anew =
                "test ! -e keys.invalidate.ndjson && caracalctl tail keys.invalidate --since - --no-follow -o ndjson "
                + ">keys.invalidate.ndjson && "
                + "redis-cli -u \"$REDIS_URL\" DEL caracal.keys.invalidate && caracalctl provision keys.invalidate --start 0"
            let look = "caracalctl pending keys.invalidate # once nothing is pending and nothing waits: \(anew)"
            #expect(try fix() == look)
            try bus.run("XREADGROUP GROUP sts-keys reader STREAMS caracal.keys.invalidate >")
            #expect(try fix() == look)
            try bus.consume()
            #expect(
                try fix()
                    == "\(anew) # its groups have read and acknowledged all there is. Stop its publishers first: what they "
                    + "add between the two is lost"
            )
        }
    }

    @Test func twoConnectionsThatReadAsOneConsumerShow() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            let readers = try bus.waitingReaders("pod-1", "pod-1")
            defer { for reader in readers { reader.close() } }
            let diagnosis = Diagnosis(try bus.examine())
            #expect(diagnosis.problems == ["shared-consumers: warning"])
            #expect(
                diagnosis.findings("shared-consumers") == [
                    "2 connections that call themselves pod-1 wait for entries, and a consumer has that name",
                    "2 connections wait for entries of groups, and there are only 1 consumers: some share one, or read "
                        + "streams outside the table",
                ]
            )
        }
    }

    @Test func oneConnectionAConsumerIsNoSignOfSharing() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            let readers = try bus.waitingReaders("pod-1", "pod-2")
            defer { for reader in readers { reader.close() } }
            #expect(Diagnosis(try bus.examine()).problems == [])
        }
    }
}

extension DoctorBus {
    /// Connections that wait for entries of `sts-keys` as consumers of these names.
    fileprivate func waitingReaders(_ names: String...) throws -> [Connection] {
        let readers = try names.map { name in
            let reader = try server.connect()
            try reader.run("CLIENT SETNAME \(name)")
            let read = ["GROUP", "sts-keys", name, "BLOCK", "0", "STREAMS", "caracal.keys.invalidate", ">"]
            reader.enqueue(Command("XREADGROUP", arguments: read.map { Array($0.utf8) }))
            try reader.flush(until: .after(.seconds(30)))
            return reader
        }
        try eventually("all wait") {
            try connection.ask(ConnectedClients()).value?.count(where: \.waitsForGroup) == names.count
        }
        return readers
    }

    /// The same bus over another connection.
    init(_ bus: DoctorBus, on connection: Connection) {
        server = bus.server
        self.connection = connection
    }
}
