import RESP
import Redis
import TestSupport
import Testing

/// What a connection does by itself when it is lost: never anything twice.
@Suite struct RetryPolicyTests {
    /// Sends a command on a connection that is lost in the middle of it, and has a successor.
    private func lose(_ command: Command) throws -> (reply: Result<Reply, any Error>, repeated: [[String]]) {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .close]])
        let other = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .send("+OK\r\n"), .silent]])
        let connection = try peer.connect()
        let endpoint = Endpoint(address: .tcp(host: "127.0.0.1", port: other.port))
        connection.retry = RetryPolicy(
            reopen: { () throws(RedisError) in try Connection.open(endpoint, timeouts: patient) },
            say: { _ in }
        )
        let reply = Result { try connection.send(command) }
        connection.close()
        return (reply, Array(other.commands().dropFirst(3)))
    }

    @Test func whatOnlyLooksIsAskedAgainElsewhere() throws {
        let (reply, repeated) = try lose(Command("GET", "a").reading(key: 0))
        #expect(try reply.get().text == "OK")
        #expect(repeated == [["GET", "a"]])
    }

    @Test(arguments: [Command("SET", "a", "b").writing(key: 0), Command("SET", "a", "b")])
    func whatMayChangeSomethingIsNot(command: Command) throws {
        let (reply, repeated) = try lose(command)
        let error = try redisError { _ = try reply.get() }
        #expect(error.duringWrite().isUnknownWrite)
        #expect(repeated.isEmpty)
    }
}
