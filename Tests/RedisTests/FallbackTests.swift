import RESP
import Redis
import TestSupport
import Testing

/// Servers without HELLO: older than 6.0, or with the command renamed away.
@Suite struct FallbackTests {
    @Test(arguments: RedisBinary.allCases)
    func speaksRESP2WhereHELLOIsRenamedAway(binary: RedisBinary) throws {
        try withServer(binary, extra: ["rename-command HELLO \"\""]) { server in
            let connection = try server.connect()
            #expect(connection.server == ServerIdentity())
            #expect(try connection.send(Command("CONFIG", "GET", "port")).root.kind == .array)
            #expect(try connection.send(Command("CLIENT", "GETNAME")).text?.hasPrefix("caracalctl") == true)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func letsItselfInWithAUTHWhereHELLOIsRenamedAway(binary: RedisBinary) throws {
        let extra = ["rename-command HELLO \"\"", "requirepass sesame", "user operator on >barley ~* +@all"]
        try withServer(binary, extra: extra) { server in
            #expect(try server.connect(as: credentials("sesame")).send(Command("ACL", "WHOAMI")).text == "default")
            let named = try server.connect(database: 3, as: credentials("barley", user: "operator"))
            #expect(try named.send(Command("ACL", "WHOAMI")).text == "operator")
            let error = try redisError { _ = try server.connect(as: credentials("not sesame")) }
            #expect(error.refusal?.kind == .wrongPassword)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func noPasswordWhereOneIsNeededIsRefusedWithoutHELLOToo(binary: RedisBinary) throws {
        try withServer(binary, extra: ["rename-command HELLO \"\"", "requirepass sesame"]) { server in
            let error = try redisError { _ = try server.connect() }
            #expect(error.refusal?.kind == .noAuthentication)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aPasswordThatIsNotAskedForIsNoHindranceWithoutHELLOToo(binary: RedisBinary) throws {
        try withServer(binary, extra: ["rename-command HELLO \"\""]) { server in
            let connection = try server.connect(as: credentials("surplus"))
            #expect(try connection.send(Command("PING")).text == "PONG")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aDatabaseThatDoesNotExistIsRefusedWithoutHELLOToo(binary: RedisBinary) throws {
        try withServer(binary, extra: ["rename-command HELLO \"\""]) { server in
            let error = try redisError { _ = try server.connect(database: 16) }
            #expect(error.refusal?.isBadDatabase == true)
        }
    }

    @Test func fallsBackForAServerOfOldTimes() throws {
        let peer = try ScriptedPeer([
            [
                .expectCommands(3),
                .send("-ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `default`, `sesame`, \r\n"),
                .send("-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n"),
                .expectCommands(3),
                .send("+OK\r\n-ERR Unknown subcommand or wrong number of arguments for 'SETINFO'\r\n+OK\r\n"),
                .expectCommand, .send("+PONG\r\n"), .silent,
            ]
        ])
        let connection = try peer.connect(as: credentials("sesame"))
        #expect(try connection.send(Command("PING")).text == "PONG")
        #expect(
            peer.commands().map { $0.prefix(2) + $0.dropFirst(2).map { $0.hasPrefix("caracalctl") ? "*" : $0 } } == [
                ["HELLO", "3", "AUTH", "default", "sesame"], ["CLIENT", "SETINFO", "LIB-NAME", "*"],
                ["CLIENT", "SETNAME", "*"], ["AUTH", "sesame"],
                ["CLIENT", "SETINFO", "LIB-NAME", "*"], ["CLIENT", "SETNAME", "*"], ["PING"],
            ]
        )
    }

    @Test func fallsBackForAServerThatDoesNotKnowRESP3() throws {
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send("-NOPROTO unsupported protocol version\r\n+OK\r\n+OK\r\n"),
                .expectCommands(2), .send("+OK\r\n+OK\r\n"), .silent,
            ]
        ])
        #expect(try peer.connect().server == ServerIdentity())
    }

    /// What proxies say to HELLO: they know AUTH alone, and some want it before anything else.
    @Test(arguments: [
        "-invalid request", "-ERR unsupported command 'hello'", "-ERR handle request, command 'HELLO' is not allowed",
        "-NOAUTH Authentication required.", "-ERR wrong number of arguments for 'hello' command",
    ])
    func fallsBackForAProxyThatRefusesHELLOInItsOwnWords(refusal: String) throws {
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send("\(refusal)\r\n-NOAUTH Authentication required.\r\n\(refusal)\r\n"),
                .expectCommands(3), .send("+OK\r\n-ERR unsupported\r\n-ERR unsupported\r\n"),
                .expectCommand, .send("+PONG\r\n"), .silent,
            ]
        ])
        let connection = try peer.connect(as: credentials("sesame", user: "op"))
        #expect(try connection.send(Command("PING")).text == "PONG")
        #expect(peer.commands()[3] == ["AUTH", "op", "sesame"])
        #expect(!connection.isNamed)
    }

    @Test func connectsAgainWithoutHELLOToAProxyThatHangsUpOnIt() throws {
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send("-ERR unknown request\r\n"), .close],
            [.expectCommands(3), .send("+OK\r\n+OK\r\n+OK\r\n"), .expectCommand, .send("+PONG\r\n"), .silent],
        ])
        let connection = try peer.connect(as: credentials("sesame"))
        #expect(try connection.send(Command("PING")).text == "PONG")
        #expect(peer.commands(on: 1).first == ["AUTH", "sesame"])
    }

    @Test func aPeerThatHangsUpOnEverythingIsQuotedOnHELLO() throws {
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send("-ERR go away, sesame\r\n"), .close], [.expectCommands(3), .close],
        ])
        let error = try redisError { _ = try peer.connect(as: credentials("sesame")) }
        #expect(error.refusal?.message == Array("ERR go away, ***".utf8))
    }

    @Test func withoutAPasswordOneThatIsWantedIsAskedForAtOnce() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send("-NOAUTH Authentication required.\r\n"), .silent]])
        let error = try redisError { _ = try peer.connect() }
        #expect(error.refusal?.kind == .noAuthentication)
    }

    @Test func aServerThatEchoesArgumentsDoesNotBringThePasswordIntoTheError() throws {
        let peer = try ScriptedPeer([
            [
                .expectCommands(3),
                .send("-ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'default' 'sesame'\r\n"),
                .send("+OK\r\n+OK\r\n"), .expectCommands(3),
                .send("-ERR unknown command 'AUTH', with args beginning with: 'sesame' \r\n+OK\r\n+OK\r\n"), .silent,
            ]
        ])
        let error = try redisError { _ = try peer.connect(as: credentials("sesame")) }
        let message = try #require(error.refusal?.message)
        #expect(
            String(decoding: message, as: UTF8.self)
                == "ERR unknown command 'AUTH'"
        )
    }

    @Test func anEchoedHELLORefusalDoesNotBringThePasswordIntoTheError() throws {
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send("-DENIED not you with sesame and sesame\r\n+OK\r\n+OK\r\n"), .silent]
        ])
        let error = try redisError { _ = try peer.connect(as: credentials("sesame")) }
        #expect(error.refusal?.message == Array("DENIED not you with *** and ***".utf8))
        #expect(error.refusal?.kind == .denied)
    }
}
