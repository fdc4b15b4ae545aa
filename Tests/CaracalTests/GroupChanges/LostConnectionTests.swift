import Caracal
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What claiming and acknowledging say of commands whose replies are lost.
@Suite struct LostConnectionTests {
    private static let ids = [1, 2, 3].map { Stuck.id($0) }

    /// A server with three stuck entries, and a proxy that breaks the first connection.
    private func withFault(
        _ fault: Fault,
        _ body: (SandboxServer, FaultProxy) throws -> Void
    ) throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 5)
            try Stuck.deliver(3, to: "old", connection)
            try connection.run("XGROUP CREATECONSUMER caracal.audit.events audit-ingestor new")
            try body(server, try FaultProxy(server, [fault]))
        }
    }

    private var acknowledge: Acknowledge {
        Acknowledge(stream: Stuck.stream, group: Stuck.group, selection: .ids(Self.ids))
    }

    private var claim: Claim {
        Claim(stream: Stuck.stream, group: Stuck.group, consumer: Array("new".utf8), selection: .ids(Self.ids))
    }

    /// Somebody who may end no connection.
    private func watcher(on server: SandboxServer) throws -> Credentials {
        try server.connect().run("ACL SETUSER watcher on nopass ~* +@all -client|kill")
        return Credentials(user: "watcher", password: Secret([]))
    }

    /// How many replies come before the one to the script: those to HELLO and two CLIENT commands, the look (four), the
    /// entries' lines, whether those are there that are not the first of the stream, and for claims the consumers.
    private static let repliesBeforeAcks = repliesOfHandshake + 4 + 3 + 2
    private static let repliesBeforeClaims = repliesOfHandshake + 4 + 1 + 3 + 2
    /// All that come before it where the plan was made over another connection, so that only what is held is waited for in vain.
    private static let repliesOfHandshake = 3

    @Test func acknowledgementsWhoseRepliesAreLostAreSeenOnTheList() throws {
        let lost = Fault(.toClient, after: .messages(Self.repliesBeforeAcks), .swallowThenCut)
        try withFault(lost) { server, proxy in
            let connection = try proxy.connect()
            let operation = acknowledge
            let plan = try operation.plan(on: connection).get()
            let done = operation.apply(plan, on: channel(connection, server))
            #expect(proxy.waitForFault())
            #expect(done.changes.map(\.outcome) == [.done, .done, .done])
            #expect(try Stuck.holders(server.connect()) == [])
        }
    }

    @Test func acknowledgementsThatNeverArrivedAreKnownNotToBeDone() throws {
        let lost = Fault(.toServer, after: .messages(Self.repliesBeforeAcks), .swallowThenCut)
        try withFault(lost) { server, proxy in
            let connection = try proxy.connect()
            let operation = acknowledge
            let plan = try operation.plan(on: connection).get()
            let done = operation.apply(plan, on: channel(connection, server))
            #expect(done.changes.map(\.outcome) == [.planned, .planned, .planned])
            #expect(try Stuck.holders(server.connect()).count == 3)
        }
    }

    /// The commands are still under way when the outcome is looked for: they must never run afterwards.
    @Test func whatALostConnectionStillCarriesIsNeverAcknowledged() throws {
        let held = Fault(.toServer, after: .messages(Self.repliesOfHandshake), .hold)
        try withFault(held) { server, proxy in
            let operation = acknowledge
            let plan = try operation.plan(on: server.connect()).get()
            let connection = try proxy.connect(command: .seconds(1))
            let done = operation.apply(plan, on: channel(connection, server))
            #expect(done.changes.map(\.outcome) == [.planned, .planned, .planned])
            #expect(proxy.waitForFault())
            proxy.release()
            proxy.stop()
            #expect(try Stuck.holders(server.connect()).count == 3)
        }
    }

    /// What is still on the list may yet be taken off it by a connection that nobody could end.
    @Test func withoutTheRightToEndTheLostConnectionTheOutcomeIsUnknown() throws {
        let held = Fault(.toServer, after: .messages(Self.repliesOfHandshake), .hold)
        try withFault(held) { server, proxy in
            let watcher = try watcher(on: server)
            let operation = acknowledge
            let plan = try operation.plan(on: server.connect()).get()
            let connection = try proxy.connect(command: .seconds(1))
            let done = operation.apply(plan, on: channel(connection, server, as: watcher))
            #expect(done.changes.map(\.outcome) == [.unknown, .unknown, .unknown])
            #expect(proxy.waitForFault())
        }
    }

    @Test func withoutASecondConnectionTheOutcomeIsUnknown() throws {
        let lost = Fault(.toClient, after: .messages(Self.repliesBeforeAcks), .swallowThenCut)
        try withFault(lost) { _, proxy in
            let connection = try proxy.connect()
            let operation = acknowledge
            let plan = try operation.plan(on: connection).get()
            let reason = RedisError(target: "", phase: .connecting, cause: .link(.unreachable(reason: "gone")))
            let channel = ReconnectingChannel(connection) { () throws(RedisError) in throw reason }
            let done = operation.apply(plan, on: channel)
            #expect(done.changes.map(\.outcome) == [.unknown, .unknown, .unknown])
            #expect(done.unsettled == reason)
        }
    }

    @Test func claimsWhoseRepliesAreLostAreSeenOnTheList() throws {
        let lost = Fault(.toClient, after: .messages(Self.repliesBeforeClaims), .swallowThenCut)
        try withFault(lost) { server, proxy in
            let connection = try proxy.connect()
            let operation = claim
            let plan = try operation.plan(on: connection).get()
            let done = operation.apply(plan, on: channel(connection, server))
            #expect(proxy.waitForFault())
            #expect(done.changes.map(\.outcome) == [.done, .done, .done])
            #expect(try Stuck.holders(server.connect()) == ["1-0 new 1", "2-0 new 1", "3-0 new 1"])
        }
    }

    @Test func claimsThatMayStillArriveAreUnknown() throws {
        let held = Fault(.toServer, after: .messages(Self.repliesOfHandshake), .hold)
        try withFault(held) { server, proxy in
            let watcher = try watcher(on: server)
            let operation = claim
            let plan = try operation.plan(on: server.connect()).get()
            let connection = try proxy.connect(command: .seconds(1))
            let done = operation.apply(plan, on: channel(connection, server, as: watcher))
            #expect(done.changes.map(\.outcome) == [.unknown, .unknown, .unknown])
            #expect(proxy.waitForFault())
        }
    }

    private func channel(
        _ connection: Connection,
        _ server: SandboxServer,
        as user: Credentials? = nil
    ) -> ReconnectingChannel {
        ReconnectingChannel(connection) { () throws(RedisError) in try self.reopen(server, as: user) }
    }

    private func reopen(_ server: SandboxServer, as user: Credentials? = nil) throws(RedisError) -> Connection {
        try Connection.open(
            Endpoint(address: .tcp(host: "127.0.0.1", port: server.port ?? 0), credentials: user),
            timeouts: Timeouts(connect: .seconds(30), command: .seconds(30))
        )
    }
}
