import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct MemoryTests {
    @Test(arguments: RedisBinary.allCases)
    func measuresTheServerAndAllStreamsInTwoRoundTrips(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 512mb"]) { server in
            let connection = try server.connect()
            try provision(connection)
            try server.fill("caracal.audit.events", 1000, .large)
            let before = connection.roundTrips
            let report = try Memory(streams: StreamTable.all).run(on: connection).servers[0]
            #expect(connection.roundTrips - before == 2)
            #expect(report.server.limit == .known(512 << 20))
            #expect(report.server.policy.value == Array("noeviction".utf8))
            #expect(report.server.used.value ?? 0 > 1 << 20)
            #expect(report.server.peak.value ?? 0 >= report.server.used.value ?? .max)
            #expect(report.server.fragmentation.value ?? 0 > 0)
            #expect(report.persistence.appendOnly == .known(true))
            #expect(report.persistence.fsync.value == Array("everysec".utf8))
            #expect(report.persistence.lastSaveSucceeded == .known(true))
            #expect(report.streams.map { $0.observed.state.info?.length } == [1000, 0, 0, 0, 0, 0, 0, 0, 1])
            #expect(report.streams[0].sampled > 100)
            #expect(report.streams[1].bytesPerEntry == nil, "an empty stream has no entry to measure")
            #expect(report.streams[1].bytesAtBound == nil)
            #expect(
                report.forecast.unmeasured
                    == ["audit.events.dlq", "policy.invalidate", "sessions.revoke", "keys.invalidate"].map {
                        "caracal." + $0
                    },
                "a sum that leaves them out must say so"
            )
            #expect(report.forecast.fits == false, "a million entries of a kilobyte do not fit into 512 MiB")
            #expect(report.findings.map(\.code.rawValue) == ["bounds_do_not_fit", "unmeasured"])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func looksAndTouchesNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let observer = try server.connect()
            try provision(observer)
            try server.fill("caracal.audit.events", 1000, .mixed)
            try observer.run("XADD caracal.keys.invalidate.dead * a b")
            try observer.run("XREADGROUP GROUP audit-ingestor c COUNT 10 STREAMS caracal.audit.events >")
            try observer.run("SELECT 1")
            try observer.run("SET rl:a 1")
            try observer.run("SELECT 0")
            let connection = try server.connect()
            let before = try ["XINFO STREAM caracal.audit.events", "XINFO GROUPS caracal.audit.events"]
                .map { try observer.run($0).root }
            try observer.run("CONFIG RESETSTAT")
            _ = try Memory(streams: StreamTable.all).run(on: connection)
            let names = Set(try observer.commandCounts().keys.map { String($0.prefix { $0 != "|" }) })
            let reading = ["type", "xinfo", "time", "info", "config", "memory", "xrange", "xrevrange", "scan"]
            #expect(names.subtracting(["hello", "client", "select"]) == Set(reading))
            let after = try ["XINFO STREAM caracal.audit.events", "XINFO GROUPS caracal.audit.events"]
                .map { try observer.run($0).root }
            #expect(before == after)
            #expect(try observer.run("INFO commandstats").root.text?.contains(UInt8(ascii: "!")) == false)
        }
    }

    @Test func deadLettersAreMeasuredWhereThereAreAny() throws {
        try withServer { server in
            try server.fill("caracal.sessions.revoke.dead", 10, .small)
            let report = try Memory(streams: StreamTable.all).run(on: server.connect()).servers[0]
            #expect(report.streams.map(\.observed.definition.name).dropFirst(9) == ["caracal.sessions.revoke.dead"])
            #expect(report.streams[9].bytes ?? 0 > 2000)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func keysOfDB1AreCountedByPrefix(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let none = try Memory(streams: []).run(on: connection).servers[0].otherKeys
            #expect(none.value?.rateLimits == 0)
            #expect(none.value?.isComplete == true)
            let other = try server.connect()
            try other.run("SELECT 1")
            for index in 0..<1500 { try other.run("SET rl:z:p:\(index) 1") }
            for index in 0..<20 { try other.run("SET chal:\(index) 1") }
            try other.run("SET stray 1")
            let keys = try #require(try Memory(streams: []).run(on: connection).servers[0].otherKeys.value)
            #expect([keys.rateLimits, keys.challenges, keys.others] == [1500, 20, 1])
            #expect(keys.isComplete)
            #expect(try connection.run("DBSIZE").root.integer == 0, "the connection is where it was")
        }
    }

    @Test func countingStopsAtALimit() throws {
        try withServer { server in
            let other = try server.connect()
            try other.run("SELECT 1")
            _ = try other.pipeline((0..<25_000).map { Command("SET", "rl:\($0)", "1") })
            let keys = try #require(try Memory(streams: []).run(on: server.connect()).servers[0].otherKeys.value)
            #expect(!keys.isComplete)
            #expect((10_000..<12_000).contains(keys.rateLimits))
        }
    }

    @Test func aServerWithoutDB1HasNoSuchKeys() throws {
        try withServer(extra: ["databases 1", withoutRights(to: "-info")]) { server in
            let report = try Memory(streams: []).run(on: server.connect(as: narrow)).servers[0]
            #expect(report.otherKeys == .unknown)
        }
    }
}
