import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing
import Text

/// What is planned where the server will not say whether an entry still exists: nothing that only what is gone allows.
@Suite struct UnknownPresenceTests {
    private static let withoutXRANGE = ["user default on nopass ~* +@all -xrange"]

    /// Four pending entries, of which only XRANGE tells; the first of them is the first of the stream.
    private func withUndecidedEntries(_ body: (Connection) throws -> Void) throws {
        try withServer(extra: Self.withoutXRANGE) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 5)
            try Stuck.deliver(4, to: "old", connection)
            try connection.run("XDEL caracal.audit.events 2-0")
            try body(connection)
        }
    }

    @Test func whatMayStillExistIsNotTakenForTrimmed() throws {
        try withUndecidedEntries { connection throws in
            let operation = Acknowledge(stream: Stuck.stream, group: Stuck.group, selection: .lost)
            #expect(try operation.plan(on: connection).get().changes == [])
        }
    }

    @Test func whatMayStillExistIsWarnedOfLikeWhatDoes() throws {
        try withUndecidedEntries { connection in
            let ids = [2, 3, 4].map { Stuck.id($0) }
            let operation = Acknowledge(stream: Stuck.stream, group: Stuck.group, selection: .ids(ids))
            let plan = try operation.plan(on: connection).get()
            #expect(plan.changes.map(\.presence) == [.unknown, .unknown, .unknown])
            #expect(
                plan.findings.map(\.message) == [
                    "3 entries still exist: once they are acknowledged, nobody in audit-ingestor will process them"
                ]
            )
        }
    }
}
