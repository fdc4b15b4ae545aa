import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

@Suite struct MemoryFindingsTests {
    @Test(
        arguments: [
            (["maxmemory 100mb", "maxmemory-policy allkeys-lru"], ["policy"]), (["maxmemory 0"], ["no_limit"]),
            (["maxmemory 100mb", "appendonly no"], ["aof_off"]), (["maxmemory 2mb"], ["over_used"]),
            (["maxmemory 100mb"], []),
        ]
    )
    func eachIsFoundAlone(directives: [String], codes: [String]) throws {
        try withServer(.v7_0, extra: directives) { server in
            let report = try Memory(streams: [], rules: MemoryRules(maxUsed: 0.3)).run(on: server.connect()).servers[0]
            #expect(report.findings.map(\.code.rawValue) == codes)
            #expect(report.findings.map(\.severity) == codes.map { $0 == "no_limit" ? .warning : .failure })
        }
    }

    @Test func whatTheServerCouldNotWriteIsFound() throws {
        let info = InfoFields(
            Array(
                """
                # Persistence\r
                aof_enabled:1\r
                rdb_last_bgsave_status:err\r
                aof_last_bgrewrite_status:err\r
                aof_last_write_status:err\r
                """.utf8
            )
        )
        let report = report(persistence: info)
        #expect(report.findings.map(\.code.rawValue) == ["aof_write_failed", "aof_rewrite_failed", "save_failed"])
        #expect(report.findings.map(\.severity) == [.failure, .failure, .failure])
    }

    @Test func numbersBeyondAllMeasureAreNoTrap() {
        let report = report(memory: InfoFields(Array("used_memory:18446744073709551615\r\nmaxmemory:1\r\n".utf8)))
        #expect(report.findings.map(\.code.rawValue) == ["over_used", "bounds_do_not_fit"])
        #expect(report.forecast.neededBytes == .max)
    }

    @Test(
        arguments: [
            (79, 100, []), (80, 100, ["over_used"]), (100, 120, ["over_used"]),
            (100, 119, ["over_used", "bounds_do_not_fit"]),
        ] as [(Int, Int, [String])]
    )
    func aLimitThatIsJustReachedIsCrossedAndANeedThatJustFitsFits(used: Int, limit: Int, codes: [String]) {
        let info = InfoFields(Array("used_memory:\(used)\r\nmaxmemory:\(limit)\r\n".utf8))
        #expect(report(memory: info).findings.map(\.code.rawValue) == codes)
    }

    /// Before Redis 7 only the time of the last snapshot tells whether there was one: at the start it is the start's.
    @Test(arguments: [(1_000, false), (1_001, false), (1_002, true), (2_000, true)])
    func beforeRedis7ASnapshotShowsInItsTime(saved: UInt64, hasSaved: Bool) {
        let info = "rdb_last_save_time:\(saved)\r\nrdb_last_bgsave_status:ok\r\nrdb_last_bgsave_time_sec:-1\r\n"
        let server = "uptime_in_seconds:5000\r\nserver_time_usec:6000999999\r\n"
        let told = ServerPersistence(
            .success(InfoFields(Array(info.utf8))),
            .success(ConfigValues()),
            server: InfoFields(Array(server.utf8))
        )
        #expect(told.hasSaved == .known(hasSaved))
        #expect(told.lastSave == (hasSaved ? .known(saved) : .unknown))
        let unknown = ServerPersistence(.success(InfoFields(Array(info.utf8))), .success(ConfigValues()))
        #expect(unknown.hasSaved == .unknown)
    }

    private func report(
        memory: InfoFields = InfoFields([]),
        persistence: InfoFields = InfoFields([])
    ) -> ServerMemoryReport {
        let server = ServerMemory(.success(memory), nil)
        return ServerMemoryReport(
            rules: MemoryRules(),
            server: server,
            persistence: ServerPersistence(.success(persistence), .success(ConfigValues())),
            streams: [],
            otherKeys: .unknown,
            databases: .unknown,
            fill: nil,
            growth: nil,
            forecast: MemoryForecast([], server, headroom: 0.2, growth: nil),
            now: nil,
            refusals: []
        )
    }

    @Test func aMissingStreamIsAWarningAndAnotherTypeAFailure() throws {
        try withServer(extra: ["maxmemory 100mb"]) { server in
            try server.connect().run("HSET caracal.audit.events a b")
            let report = try Memory(streams: Array(StreamTable.all.prefix(2))).run(on: server.connect()).servers[0]
            #expect(report.findings.map(\.code.rawValue) == ["wrong_type", "missing", "unmeasured"])
            #expect(report.findings.map(\.severity) == [.failure, .warning, .note])
            #expect(report.streams[0].bytes ?? 0 > 0, "it takes memory all the same")
        }
    }
}
