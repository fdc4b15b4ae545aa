import RESP
import Redis
import TestSupport
import Testing

/// For how long a connection tries again, and after what.
@Suite struct PatientConnectionTests {
    private static let loading = "-LOADING Redis is loading the dataset in memory\r\n"
    private static let get = Command("GET", "a").reading(key: 0)
    private static let set = Command("SET", "a", "b").writing(key: 0)

    private static func connection(_ steps: PeerStep...) -> [PeerStep] {
        [.expectCommands(3), .send(welcome)] + steps
    }

    @Test func whatIsRefusedForNowIsAskedAgainAndSaid() throws {
        let peer = try ScriptedPeer([
            Self.connection(
                .expectCommands(2),
                .send("$1\r\nx\r\n" + Self.loading),
                .expectCommands(2),
                .send("$1\r\nx\r\n$1\r\ny\r\n"),
                .silent
            )
        ])
        let connection = try peer.connect()
        let said = Box<[RedisError.Cause]>([])
        connection.retry = RetryPolicy { said.value.append($0.cause) }
        #expect(try connection.pipeline([Self.get, Self.get]).map(\.text) == ["x", "y"])
        let refusal = Refusal(code: "LOADING", message: Array(Self.loading.utf8.dropFirst().dropLast(2)))
        #expect(said.value == [.refused(refusal)])
    }

    @Test func nothingIsSentAgainWhereAWriteGotThrough() throws {
        let peer = try ScriptedPeer([
            Self.connection(.expectCommands(2), .send("+OK\r\n" + Self.loading), .silent)
        ])
        let connection = try peer.connect(timeouts: Timeouts(connect: .seconds(30), command: .seconds(1)))
        connection.retry = RetryPolicy { _ in Issue.record("nothing was to be tried again") }
        let replies = try connection.pipeline([Self.set, Self.set])
        #expect(replies[0].text == "OK")
        #expect(replies[1].refusal?.kind == .loading)
    }

    @Test func aLostConnectionWithoutASuccessorIsTheEnd() throws {
        let peer = try ScriptedPeer([Self.connection(.expectCommand, .close)])
        let connection = try peer.connect()
        connection.retry = RetryPolicy { _ in Issue.record("nothing was to be tried again") }
        let error = try #require(throws: RedisError.self) { try connection.pipeline([Self.get]) }
        #expect(error.cause == .link(.disconnected(reason: nil)))
    }

    @Test func successorsThatAreLostTooComeToAnEnd() throws {
        let lost = [[PeerStep]](repeating: Self.connection(.expectCommand, .close), count: 8)
        let peer = try ScriptedPeer(lost)
        let connection = try peer.connect()
        let opened = Box(0)
        connection.retry = RetryPolicy(
            reopen: { () throws(RedisError) in
                opened.value += 1
                return try Self.open(peer)
            },
            say: { _ in }
        )
        let error = try #require(throws: RedisError.self) { try connection.pipeline([Self.get]) }
        #expect(error.cause == .link(.disconnected(reason: nil)))
        #expect(opened.value == 3)
    }

    private static func open(_ peer: ScriptedPeer) throws(RedisError) -> Connection {
        try Connection.open(
            Endpoint(address: .tcp(host: "127.0.0.1", port: peer.port)),
            timeouts: Timeouts(connect: .seconds(30), command: .seconds(30))
        )
    }
}
