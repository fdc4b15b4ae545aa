import RESP
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
@testable import Redis

/// What becomes of messages where the connection is lost while the mark before them is renewed: before anything of them was sent.
@Suite struct PublishChannelTests {
    private static let key = Array("caracal.sessions.revoke".utf8)

    /// Publishes one message, with a mark that is always old, on a connection that is lost before.
    private func publish(
        _ server: SandboxServer,
        published: @escaping (Int) -> Void = { _ in },
        reopen: @escaping () throws(RedisError) -> any CommandChannel
    ) throws -> (unsettled: [Int], doubt: UnsettledError?) {
        let direct = try server.connect()
        try direct.run("XADD caracal.sessions.revoke 1-1 a b")
        let connection = try server.connect()
        let rules = PublishRules(
            stream: StreamTable["sessions.revoke"],
            signing: nil,
            outboxID: .given(Array("m-1".utf8))
        )
        let look = try PublishTarget.look(at: rules.stream, asksForDisk: false, on: connection)
        let channel = PublishChannel(
            stream: Self.key,
            server: ReconnectingChannel(connection, reopen: reopen),
            mark: try look.get().mark,
            markAge: .zero
        ) { line, _ in published(line) }
        var encoder = try EntryEncoder(rules)
        var batch = channel.emptyBatch()
        var message = CheckSupport.message(["zone_id": "z", "session_id": "s"])
        try encoder.append(&message, to: &batch.frames)
        batch.close(line: 7)
        try direct.run("CLIENT KILL TYPE normal SKIPME yes")
        do throws(UnsettledError) {
            try channel.send(batch)
            try channel.finish()
            return (channel.unsettled.entries.map(\.line), nil)
        } catch {
            return (channel.unsettled.entries.map(\.line), error)
        }
    }

    @Test func aMessageIsUnsettledWhereTheServerStaysAway() throws {
        try withServer { server in
            let away = RedisError(target: "away", phase: .connecting, cause: .link(.unreachable(reason: "away")))
            let (unsettled, doubt) = try publish(server) { () throws(RedisError) in throw away }
            #expect(unsettled == [7])
            #expect(doubt == .unreachable(away))
        }
    }

    @Test func aMessageIsSentOnceWhereItComesBack() throws {
        try withServer { server in
            var published: [Int] = []
            let (unsettled, doubt) = try publish(server, published: { published.append($0) }) { () throws(RedisError) in
                do { return try server.connect() } catch { throw error as? RedisError ?? Self.unexpected }
            }
            #expect(unsettled.isEmpty)
            #expect(doubt == nil)
            #expect(published == [7])
            #expect(try server.connect().run("XLEN caracal.sessions.revoke").root.integer == 2)
        }
    }

    private static let unexpected = RedisError(
        target: "test",
        phase: .connecting,
        cause: .link(.unreachable(reason: "away"))
    )
}
