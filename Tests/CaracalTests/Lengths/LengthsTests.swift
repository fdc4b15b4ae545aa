import Caracal
import RESP
import Redis
import TestSupport
import Testing
import Text

@Suite struct LengthsTests {
    @Test(arguments: RedisBinary.allCases)
    func measuresAllStreamsInOneRoundTrip(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try provision(connection)
            try connection.run("XADD caracal.keys.invalidate 1700000000000-0 a b")
            try connection.run("XADD caracal.keys.invalidate 1700000000005-0 a b")
            let before = connection.roundTrips
            let report = try Lengths(streams: StreamTable.all).run(on: connection)
            #expect(connection.roundTrips - before == 1)
            #expect(report.streams.map { $0.state.info?.length } == [0, 0, 0, 0, 2, 0, 0, 0, 1])
            #expect(report.streams.map { $0.state.info?.groups } == [2, 1, 1, 2, 1, 1, 1, 1, 0])
            #expect(report.streams[4].state.info?.firstID == EntryID(milliseconds: 1_700_000_000_000, sequence: 0))
            #expect(report.streams[4].state.info?.lastID == EntryID(milliseconds: 1_700_000_000_005, sequence: 0))
            #expect(report.streams[4].fill == 0.0002)
            #expect(report.streams[5].fill == nil, "it has no bound")
            #expect(report.findings.isEmpty)
            #expect(try #require(report.now) > 1_700_000_000_000)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func looksAndTouchesNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let observer = try server.connect()
            let connection = try server.connect()
            try observer.run("CONFIG RESETSTAT")
            _ = try Lengths(streams: StreamTable.all, includesDeadLetters: true).run(on: connection)
            let names = try observer.commandCounts().keys.map { $0.prefix { $0 != "|" } }
            #expect(Set(names).subtracting(["config", "info"]) == ["type", "xinfo", "time"])
            #expect(try observer.run("DBSIZE").root.integer == 0)
        }
    }

    @Test func missingStreamsAndOtherTypesAreFindings() throws {
        try withServer { server in
            let connection = try server.connect()
            try connection.run("HSET caracal.audit.events a b")
            let report = try Lengths(streams: Array(StreamTable.all.prefix(2))).run(on: connection)
            #expect(report.streams.map(\.state) == [.otherType(.known("hash")), .missing])
            #expect(report.findings.map(\.code.rawValue) == ["wrong_type", "missing"])
            #expect(
                report.findings.map(\.message) == [
                    "caracal.audit.events is not a stream: it holds a hash",
                    "caracal.audit.events.dlq does not exist (caracalctl provision audit.events.dlq --start 0 creates it)",
                ]
            )
        }
    }

    @Test func deadLettersAreShownWhereThereAreAny() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            try connection.run("XADD caracal.sessions.revoke.dead * reason x")
            let report = try Lengths(streams: StreamTable.all, includesDeadLetters: true).run(on: connection)
            #expect(report.streams.map(\.definition.name).dropFirst(9) == ["caracal.sessions.revoke.dead"])
            #expect(report.findings.isEmpty)
        }
    }

    @Test(arguments: [(9_000, false), (9_001, true)] as [(Int, Bool)])
    func aCrossedLimitIsAFinding(trimmed: Int, isCrossed: Bool) throws {
        try withServer { server in
            let connection = try server.connect()
            _ = try connection.pipeline(
                (1...9_001).map { Command("XADD", "caracal.keys.invalidate", "\($0)", "a", "b") }
            )
            try connection.run("XTRIM caracal.keys.invalidate MAXLEN = \(trimmed)")
            let lengths = Lengths(streams: [StreamTable["keys.invalidate"]], maxFill: 0.9001)
            #expect(try lengths.run(on: connection).findings.map(\.code.rawValue) == (isCrossed ? ["over_fill"] : []))
        }
    }

    @Test func aBoundSmallerThanANodeIsNotJudged() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            let report = try Lengths(streams: [StreamTable["providers.ratelimit"]], maxFill: 0.5).run(on: connection)
            #expect(report.streams[0].fill == 1)
            #expect(report.findings.isEmpty)
        }
    }

    @Test func whatTheServerWillNotSayOfOneStreamIsUnknownAndTheOthersAreShown() throws {
        try withServer(extra: ["user narrow on >pw ~caracal.keys.* +@all"]) { server in
            try provision(server.connect())
            let narrow = Credentials(user: "narrow", password: Secret(Array("pw".utf8)))
            let report = try Lengths(streams: StreamTable.all).run(on: server.connect(as: narrow))
            #expect(report.streams.filter { $0.state.refusal?.kind == .noPermission }.count == 8)
            #expect(report.streams[4].state.info?.length == 0)
            #expect(report.findings.count == 8)
        }
    }

    @Test func aUserWhoMaySeeNothingIsToldOnce() throws {
        try withServer(extra: ["user blind on >pw ~other +@all"]) { server in
            let blind = Credentials(user: "blind", password: Secret(Array("pw".utf8)))
            let connection = try server.connect(as: blind)
            let error = try #require(throws: RedisError.self) {
                try Lengths(streams: StreamTable.all).run(on: connection)
            }
            #expect(error.refusal?.kind == .noPermission)
        }
    }

    @Test(
        arguments: [
            (1_700_000_000_000, 1_700_000_001_000, 1_000), (1_700_000_000_000, 1_700_000_000_000, 0),
            (1_700_000_000_001, 1_700_000_000_000, nil), (12, 1_700_000_000_000, nil), (1_700_000_000_000, nil, nil),
        ] as [(UInt64, UInt64?, UInt64?)]
    )
    func anAgeIsKnownOnlyWhereTheIDIsATime(id: UInt64, now: UInt64?, age: UInt64?) {
        #expect(EntryID(milliseconds: id, sequence: 0).age(at: now) == age)
    }
}
