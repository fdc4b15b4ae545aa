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

    @Test(arguments: [
        "", "caracalctl-", "caracalctl-xyz", "caracalctl-12345678901234567", "other-1f", "caracalctl-1F",
        "caracalctl-1f-1f",
        "caracalctl-1234567890123456-", "caracalctl-1234567890123456-123456789012345g",
        "caracalctl-1234567890123456-1234567890123456-1234567890123456",
    ])
    func aNameThatIsNotOurOwnIsNotTaken(text: String) {
        #expect(ConnectionName(text) == nil)
    }

    @Test func anOwnNameIsReadBack() {
        let name = ConnectionName()
        #expect(ConnectionName(name.description) == name)
        #expect(name != ConnectionName())
        let working = ConnectionName(for: Array("resign x".utf8))
        #expect(ConnectionName(working.description) == working)
        #expect(working != ConnectionName(for: Array("resign x".utf8)))
        #expect(working.description.hasPrefix("caracalctl-af1e2d68dadcf251-"))
    }

    @Test(arguments: RedisBinary.allCases)
    func whoDoesTheSameWorkIsFound(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let work = Array("resign x".utf8)
            let first = try server.connect(named: ConnectionName(for: work))
            let others = try [ConnectionName(), ConnectionName(for: Array("resign y".utf8)), first.name].map {
                try server.connect(named: $0)
            }
            #expect(try !first.hasOtherRun())
            #expect(try !others[0].hasOtherRun())
            let second = try server.connect(named: ConnectionName(for: work))
            #expect(try first.hasOtherRun() && second.hasOtherRun())
            #expect(try !others[1].hasOtherRun())
        }
    }

    @Test func whoMayNotListClientsFindsNobody() throws {
        try withServer(.v7_0) { server in
            let work = Array("resign x".utf8)
            let first = try server.connect(named: ConnectionName(for: work))
            #expect(try !first.hasOtherRun())
            _ = try first.send(Command("ACL", "SETUSER", "default", "-client|list"))
            let second = try server.connect(named: ConnectionName(for: work))
            #expect(try !second.hasOtherRun())
            _ = try first.send(Command("ACL", "SETUSER", "default", "+client|list"))
            #expect(try second.hasOtherRun())
        }
    }
}

extension SandboxServer {
    fileprivate func connect(named name: ConnectionName) throws -> Connection {
        let endpoint = Endpoint(address: .tcp(host: "127.0.0.1", port: port ?? 0))
        return try Connection.open(endpoint, timeouts: patient, name: name)
    }
}
