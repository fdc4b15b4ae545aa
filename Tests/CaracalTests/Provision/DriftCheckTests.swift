@testable import Caracal
import RESP
import Redis
import TestSupport
import Testing
import Text

@Suite struct DriftCheckTests {
    private func check(_ connection: Connection, _ streams: [StreamDefinition] = StreamTable.all) throws
        -> ProvisionReport
    {
        try DriftCheck(streams: streams, looksForUnknownKeys: streams.count == StreamTable.all.count)
            .run(on: connection)
    }

    @Test(arguments: RedisBinary.allCases)
    func aProvisionedServerHasNoDrift(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try provision(connection)
            let report = try check(connection)
            #expect(report.count(.exists) == 11)
            #expect(report.findings.isEmpty)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anEmptyServerLacksEverythingAndStaysEmpty(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let report = try check(connection)
            #expect(report.count(.missing) == 11)
            #expect(report.items.allSatisfy { $0.start == nil && $0.step == nil && $0.skipped == 0 })
            #expect(try connection.run("DBSIZE").root.integer == 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func everyKindOfDriftIsFound(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try provision(connection)
            try connection.run("XGROUP DESTROY caracal.audit.events siem-export")
            try connection.run("DEL caracal.agents.lifecycle caracal.policy.invalidate")
            try connection.run("SET caracal.agents.lifecycle text")
            try connection.run("XGROUP CREATE caracal.sessions.revoke gateway-revocation:host-1 $")
            try connection.run("XGROUP CREATE caracal.sessions.revoke stranger $")
            try connection.run("SET caracal.unknown 1")
            try connection.run("XADD caracal.sessions.revoke.dead * a b")
            try connection.run("SET other:key 1")
            _ = try connection.pipeline(
                (1...10_101).map { Command("XADD", "caracal.keys.invalidate", "\($0)", "a", "b") }
            )
            let report = try check(connection)
            let problems = report.items.filter { $0.result != .exists }.map {
                "\($0.stream.shortName) \($0.group?.name ?? "-") \($0.result.rawValue)"
            }
            #expect(
                problems == [
                    "audit.events siem-export missing", "policy.invalidate opa-engine missing",
                    "agents.lifecycle coordinator-relay refused",
                ]
            )
            #expect(
                report.findings.map { "\($0.code.rawValue) \($0.severity.rawValue) \($0.stream ?? "-")" } == [
                    "over_bound failure caracal.keys.invalidate", "known_group note caracal.sessions.revoke",
                    "unknown_group failure caracal.sessions.revoke", "unknown_key failure -",
                ]
            )
            #expect(report.findings.last?.message == "the key caracal.unknown is not in the table")
        }
    }

    @Test func someStreamsOnlyAreCheckedWithoutALookAtOtherKeys() throws {
        try withServer { server in
            let connection = try server.connect()
            try connection.run("SET caracal.unknown 1")
            let report = try check(connection, [StreamTable["keys.invalidate"]])
            #expect(report.items.map(\.stream.shortName) == ["keys.invalidate"])
            #expect(report.findings.isEmpty)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aUserWhoMayNotScanIsToldWhatWasNotLookedFor(binary: RedisBinary) throws {
        try withServer(binary, extra: ["user reader on >pw ~* +xinfo +type +time"]) { server in
            let reader = Credentials(user: "reader", password: Secret(Array("pw".utf8)))
            let report = try check(server.connect(as: reader))
            #expect(report.findings.map(\.code.rawValue) == ["unknown_keys_unchecked"])
        }
    }

    @Test func aDatabaseWithManyKeysIsWalkedToItsEnd() throws {
        try withServer { server in
            let connection = try server.connect()
            _ = try connection.pipeline((0..<20_000).map { Command("SET", "rl:\($0)", "1") })
            try connection.run("SET caracal.unknown 1")
            #expect(try check(connection).findings.map(\.code.rawValue) == ["unknown_key"])
        }
    }

    @Test func aCursorWithoutEndIsGivenUp() throws {
        let page = "*2\r\n$1\r\n7\r\n*1\r\n$9\r\ncaracal.x\r\n"
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send("+OK\r\n+OK\r\n+OK\r\n")]
                + [[PeerStep]](repeating: [.expectCommand, .send(page)], count: 1_000).flatMap(\.self) + [.silent]
        ])
        let connection = try peer.connect()
        let found = try KeyWalk(pattern: "caracal.*", limit: 10).run(on: connection).get()
        #expect(found.keys == [Array("caracal.x".utf8)])
        #expect(!found.isComplete)
    }
}
