import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Lost connections are found by their name, and closed.
@Suite struct ConnectionFenceTests {
    @Test(arguments: RedisBinary.allCases)
    func everyConnectionOfTheNameIsClosedButTheOneThatAsks(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let name = ConnectionName()
            let lost = try (0..<2).map { _ in try server.connect(named: name) }
            let stranger = try server.connect()
            let fresh = try server.connect(named: name)

            #expect(try #require(ConnectionFence(lost[0])).raise(on: fresh).value != nil)
            for connection in lost {
                #expect(throws: RedisError.self) { try connection.send(Command("PING")) }
            }
            #expect(try stranger.send(Command("PING")).text == "PONG")
            #expect(try fresh.send(Command("PING")).text == "PONG")
        }
    }

    @Test func aConnectionWhoseNameWasRefusedCannotBeFenced() throws {
        try withServer(.v7_0) { server in
            let admin = try server.connect()
            _ = try admin.send(Command("ACL", "SETUSER", "op", "on", ">pw", "~*", "+@all", "-client|setname"))
            let connection = try server.connect(as: credentials("pw", user: "op"))
            #expect(!connection.isNamed)
            #expect(ConnectionFence(connection) == nil)
            #expect(ConnectionFence(admin) != nil)
        }
    }

    @Test(arguments: ["", "caracalctl-", "caracalctl-xyz", "caracalctl-12345678901234567", "other-1f", "caracalctl-1F"])
    func aNameThatIsNotOurOwnIsNotTaken(text: String) {
        #expect(ConnectionName(text) == nil)
    }

    @Test func anOwnNameIsReadBack() {
        let name = ConnectionName()
        #expect(ConnectionName(name.description) == name)
        #expect(name != ConnectionName())
    }
}

extension SandboxServer {
    fileprivate func connect(named name: ConnectionName) throws -> Connection {
        let endpoint = Endpoint(address: .tcp(host: "127.0.0.1", port: port ?? 0))
        return try Connection.open(endpoint, timeouts: patient, name: name)
    }
}
