import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct AddressTests {
    @Test(arguments: ["127.0.0.1", "::1", "localhost"], RedisBinary.allCases)
    func reachesAServerByAddressAndByName(host: String, binary: RedisBinary) throws {
        try withServer(binary) { server in
            let port = try #require(server.port)
            let connection = try Connection.open(Endpoint(address: .tcp(host: host, port: port)), timeouts: patient)
            #expect(try connection.send(Command("PING")).text == "PONG")
            #expect(connection.server.version?.number == binary.rawValue)
        }
    }

    @Test func reachesAServerThatListensOnTheSecondAddressOfAName() throws {
        // localhost is ::1 and 127.0.0.1; the peer listens on the latter alone.
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .silent]])
        let endpoint = Endpoint(address: .tcp(host: "localhost", port: peer.port))
        #expect(try Connection.open(endpoint, timeouts: patient).server.version == ServerVersion("7.0.0"))
    }

    @Test(arguments: RedisBinary.allCases)
    func reachesAServerByItsSocket(binary: RedisBinary) throws {
        try withServer(binary, listening: .socket) { server in
            let connection = try server.connect()
            #expect(try connection.send(Command("PING")).text == "PONG")
            #expect(connection.endpoint.description == server.socketPath)
        }
    }

    @Test func nobodyListeningIsUnreachable() throws {
        let peer = try ScriptedPeer([])
        #expect(peer.finish())
        let error = try redisError { _ = try peer.connect() }
        #expect(
            error
                == RedisError(
                    target: peer.target,
                    phase: .connecting,
                    cause: .link(.unreachable(reason: "connection refused"))
                )
        )
    }

    @Test func aSocketThatIsNotThereIsUnreachable() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/none.sock"
        let error = try redisError {
            _ = try Connection.open(Endpoint(address: .unix(path: path)), timeouts: patient)
        }
        #expect(error.cause == .link(.unreachable(reason: "no such file or directory")))
        #expect(error.target == path)
    }

    @Test func aSocketPathTooLongForTheKernelIsUnreachable() throws {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        let error = try redisError {
            _ = try Connection.open(Endpoint(address: .unix(path: path)), timeouts: patient)
        }
        #expect(error.cause == .link(.unreachable(reason: "the path of the socket is too long")))
    }

    @Test func aNameThatDoesNotExistIsUnresolvable() throws {
        let error = try redisError {
            _ = try Connection.open(
                Endpoint(address: .tcp(host: "no-such-host.invalid", port: 6379)),
                timeouts: patient
            )
        }
        guard case .link(.unresolvable) = error.cause else {
            Issue.record("\(error)")
            return
        }
        #expect(error.phase == .connecting)
        #expect(error.target == "no-such-host.invalid:6379")
    }

    @Test func aRequestToStopEndsTheSearchForAnAddress() async {
        await #expect(processExitsWith: .success) {
            askToStop()
            do throws(LinkError) {
                _ = try Resolver.addresses(of: "localhost", port: 6379, until: .after(.seconds(30)))
            } catch {
                exit(error == .interrupted(signal: SIGINT) ? EXIT_SUCCESS : EXIT_FAILURE)
            }
            exit(EXIT_FAILURE)
        }
    }

    @Test func aSearchThatMustNotEndEarlyDoesNot() async {
        await #expect(processExitsWith: .success) {
            askToStop()
            var deadline = Deadline.after(.seconds(30))
            deadline.heedsInterrupts = false
            _ = try Resolver.addresses(of: "localhost", port: 6379, until: deadline)
        }
    }

    @Test func addressesAreDescribedAsTheyAreTyped() {
        #expect(Endpoint(address: .tcp(host: "redis", port: 6379)).description == "redis:6379")
        #expect(Endpoint(address: .tcp(host: "::1", port: 6379)).description == "[::1]:6379")
        #expect(Endpoint(address: .unix(path: "/run/redis.sock")).description == "/run/redis.sock")
    }
}

/// Has SIGINT ask this process to stop, even if whoever runs the tests ignores or blocks it.
private func askToStop() {
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
    signal(SIGINT, SIG_DFL)
    Interruption.catchSignals()
    raise(SIGINT)
}
