import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

/// What keeps a server from taking writes, as `doctor` names it: first.
@Suite struct RefusedWritesTests {
    private func first(_ bus: DoctorBus) throws -> Diagnosis.Item? { Diagnosis(try bus.examine()).items.first }

    private func words(_ item: Diagnosis.Item?) -> String? { item?.outcome.sentence.text { "\($0) ms" }.text }

    @Test(arguments: RedisBinary.allCases)
    func tooFewReplicasComeFirst(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish()
            try bus.run("CONFIG SET min-replicas-to-write 2")
            #expect {
                try bus.connection.run("XADD caracal.keys.invalidate * a b")
            } throws: {
                ($0 as? RedisError)?.refusal?.kind == .noReplicas
            }
            let found = try first(bus)
            #expect(
                words(found) == "the server refuses writes (NOREPLICAS): it wants 2 replicas in step and has 0"
            )
            #expect(found?.outcome.status == .failure)
            #expect(
                found?.outcome.fix?.text
                    == "redis-cli -u \"$REDIS_URL\" CONFIG SET min-replicas-to-write 0 # until the replicas are back: see their logs; "
                    + "then set it to 2 again"
            )
        }
    }

    /// Keys of rate limits without expiry in db 1: they are named, and the streams are not blamed.
    @Test(arguments: RedisBinary.allCases)
    func whatFillsTheServerIsNamed(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish()
            try bus.consume()
            let fill = "for i = 1, 20000 do redis.call('SET', 'rl:zone:provider:' .. i, string.rep('x', 100)) end"
            try bus.run("SELECT 1")
            _ = try bus.connection.send(Command("EVAL", fill, "0"))
            try bus.run("SELECT 0", "CONFIG SET maxmemory 2mb")
            let found = Diagnosis(try bus.examine()).items.filter { $0.outcome.status == .failure }
            #expect(found.map(\.check) == ["refused-writes", "maxmemory"])
            #expect(found.map(\.explainedBy) == [nil, "refused-writes"])
            let text = try #require(words(found.first))
            #expect(text.hasPrefix("the server refuses writes (OOM), it is full; "), "\(text)")
            #expect(
                text.hasSuffix(
                    ": db 1 holds 20,000 keys without expiry (all of a sample of \(sampled(text)) begin with rl:)"
                ),
                "\(text)"
            )
            #expect(text.contains(" lie beside the streams, which take "), "\(text)")
            #expect(
                found.first?.outcome.fix?.text.hasPrefix(
                    "redis-cli -u \"$REDIS_URL\" -n 1 --scan --pattern 'rl:*' | xargs -d '\\n' -n 500 "
                        + "redis-cli -u \"$REDIS_URL\" -n 1 EVAL '"
                )
                    == true
            )
            // Those that expire are let be.
            let expire = "for i = 1, 20000 do redis.call('EXPIRE', 'rl:zone:provider:' .. i, 3600) end"
            try bus.run("SELECT 1")
            _ = try bus.connection.send(Command("EVAL", expire, "0"))
            try bus.run("SELECT 0")
            let left = try first(bus)
            #expect(words(left)?.contains(": db 1 holds 20,000 keys, all of which expire by themselves (") == true)
            #expect(left?.outcome.fix?.text == "caracalctl memory")
        }
    }

    /// How many names were looked at: what SCAN gave, which is no exact number.
    private func sampled(_ text: String) -> String {
        text.split(separator: "sample of ").last.map { String($0.prefix { $0.isNumber || $0 == "," }) } ?? ""
    }

    @Test func keysOfAnotherDatabaseAreNamedToo() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.run("SELECT 5")
            let fill =
                "for i = 1, 9000 do redis.call('SET', 'cache:' .. i, string.rep('x', 300), 'EX', i % 2 + 5000) end"
            _ = try bus.connection.send(Command("EVAL", fill, "0"))
            try bus.run("SET lasting 1", "SELECT 0", "CONFIG SET maxmemory 2mb")
            let text = try #require(words(try first(bus)))
            #expect(
                text.hasSuffix(": db 5 holds 9,001 keys, 1 of them without expiry (99% begin with cache:)"),
                "\(text)"
            )
        }
    }

    @Test func streamsAreNamedWhereStreamsFillIt() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            var bus = try DoctorBus(server)
            // What nobody signed is another finding.
            bus.setup = LocalSetup(keys: LocalSetup.usableKeys, requiresSignatures: false)
            let fill = "for i = 1, 3000 do redis.call('XADD', KEYS[1], i .. '-0', 'data', string.rep('x', 900)) end"
            _ = try bus.connection.send(Command("EVAL", fill, "1", "caracal.audit.events"))
            try bus.run("CONFIG SET maxmemory 3mb")
            let found = try first(bus)
            let text = try #require(words(found))
            #expect(text.contains("(OOM), it is full; the streams take "), "\(text)")
            #expect(text.contains(", caracal.audit.events alone "), "\(text)")
            #expect(found?.outcome.fix?.text.hasPrefix("caracalctl trim audit.events --dry-run") == true)
        }
    }

    @Test func memorySaysItInTheSameWords() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let connection = try server.connect()
            try connection.run("SELECT 1")
            let fill = "for i = 1, 5000 do redis.call('SET', 'rl:' .. i, string.rep('x', 300)) end"
            _ = try connection.send(Command("EVAL", fill, "0"))
            try connection.run("CONFIG SET maxmemory 2mb")
            let report = try Memory(streams: StreamTable.all).run(on: server.connect()).servers[0]
            let finding = try #require(report.findings.first { $0.code == .overUsed }?.message.text)
            #expect(
                finding.hasSuffix(": db 1 holds 5,000 keys without expiry (all begin with rl:)"),
                "\(finding)"
            )
            #expect(report.databases.value == [DatabaseKeys(number: 1, keys: 5_000, expiring: 0)])
        }
    }

    @Test func whatINFOSaysOfDatabasesIsReadOrLeftOut() {
        let info =
            "# Keyspace\r\ndb0:keys=9,expires=0,avg_ttl=0\r\ndb12:keys=7,expires=3,avg_ttl=1,subexpiry=0\r\n"
            + "dbx:keys=1,expires=1\r\ndb3:keys=-1,expires=0\r\ndb4:keys=5\r\ndb5:expires=9,keys=4\r\n"
        #expect(
            DatabaseKeys.all(InfoFields(Array(info.utf8))) == [
                DatabaseKeys(number: 0, keys: 9, expiring: 0), DatabaseKeys(number: 5, keys: 4, expiring: 9),
                DatabaseKeys(number: 12, keys: 7, expiring: 3),
            ]
        )
        #expect(DatabaseKeys(number: 5, keys: 4, expiring: 9).lasting == 0)
    }
}
