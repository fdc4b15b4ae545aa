import Glibc
import RedisSandbox
import TestSupport
import Testing

/// The proxy that the tests of lost connections stand on.
@Suite struct FaultProxyTests {
    private let server: SandboxServer

    init() throws {
        server = try startServer(.v7_0)
    }

    @Test func withoutAFaultEverythingPasses() throws {
        let proxy = try FaultProxy(server, [])
        let client = try TestClient(port: proxy.port)
        client.send("PING\r\nECHO hello\r\nQUIT\r\n")
        #expect(client.readToEnd() == .end("+PONG\r\n$5\r\nhello\r\n+OK\r\n"))
    }

    @Test(arguments: 0...3)
    func aCutLetsSoManyRepliesPass(count: Int) throws {
        let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(count), .cut)])
        let client = try TestClient(port: proxy.port)
        client.send("ECHO a\r\nECHO b\r\nECHO c\r\nECHO d\r\n")
        let replies = ["a", "b", "c"].prefix(count).map { "$1\r\n\($0)\r\n" }.joined()
        #expect(client.readToEnd() == .end(replies))
        #expect(proxy.waitForFault())
    }

    @Test func aCutMayFallInsideAReply() throws {
        let proxy = try FaultProxy(server, [Fault(.toClient, after: .bytes(5), .cut)])
        let client = try TestClient(port: proxy.port)
        client.send("ECHO hello\r\n")
        #expect(client.readToEnd() == .end("$5\r\nh"))
    }

    @Test func aResetIsSeenByTheClient() throws {
        let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(1), .reset)])
        let client = try TestClient(port: proxy.port)
        client.send("PING\r\nPING\r\n")
        #expect(client.readToEnd() == .failed(ECONNRESET, after: "+PONG\r\n"))
    }

    @Test func aLostReplyComesAfterItsCommandRan() throws {
        let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(1), .swallowThenCut)])
        let client = try TestClient(port: proxy.port)
        client.send("SET first 1\r\n")
        #expect(client.read(5) == "+OK\r\n")
        client.send("SET second 2\r\n")
        #expect(client.readToEnd() == .end(""))
        #expect(try redisCLI(server, "GET", "second") == "2")
    }

    @Test func aLostCommandNeverRuns() throws {
        let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(1), .swallowThenCut)])
        let client = try TestClient(port: proxy.port)
        client.send("*3\r\n$3\r\nSET\r\n$5\r\nfirst\r\n$1\r\n1\r\n")
        #expect(client.read(5) == "+OK\r\n")
        client.send("*3\r\n$3\r\nSET\r\n$6\r\nsecond\r\n$1\r\n2\r\n")
        #expect(client.readToEnd() == .end(""))
        #expect(try redisCLI(server, "EXISTS", "first", "second") == "1")
    }

    @Test func whatIsHeldRunsOnlyWhenReleasedEvenAfterTheClientHasGone() throws {
        let proxy = try FaultProxy(server, [Fault(.toServer, after: .bytes(0), .hold)])
        let monitor = try TestClient(port: try #require(server.port))
        do {
            let client = try TestClient(port: proxy.port)
            client.send("PUBLISH late now\r\n")
            #expect(proxy.waitForFault())
        }
        monitor.send("SUBSCRIBE late\r\n")
        let subscribed = "*3\r\n$9\r\nsubscribe\r\n$4\r\nlate\r\n:1\r\n"
        #expect(monitor.read(subscribed.utf8.count) == subscribed)
        #expect(!monitor.hasSomethingToRead)
        proxy.release()
        let message = "*3\r\n$7\r\nmessage\r\n$4\r\nlate\r\n$3\r\nnow\r\n"
        #expect(monitor.read(message.utf8.count) == message)
    }

    @Test func aDelayedReplyArrivesAfterAll() throws {
        let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(0), .delay(.milliseconds(20)))])
        let client = try TestClient(port: proxy.port)
        client.send("PING\r\nQUIT\r\n")
        #expect(client.readToEnd() == .end("+PONG\r\n+OK\r\n"))
    }

    @Test func aSwallowedDirectionLeavesTheConnectionOpen() throws {
        let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(0), .swallow), nil])
        let client = try TestClient(port: proxy.port)
        client.send("SET swallowed 1\r\n")
        let other = try TestClient(port: proxy.port)
        other.send("CLIENT NO-EVICT off\r\nQUIT\r\n")
        #expect(other.readToEnd() == .end("+OK\r\n+OK\r\n"))
        #expect(!client.hasSomethingToRead)
    }

    @Test func aLotPassesBothWays() throws {
        let proxy = try FaultProxy(server, [])
        let client = try TestClient(port: proxy.port)
        let value = String(repeating: "v", count: 2_000_000)
        client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2000000\r\n\(value)\r\nGET k\r\nQUIT\r\n")
        #expect(client.readToEnd() == .end("+OK\r\n$2000000\r\n\(value)\r\n+OK\r\n"))
    }
}
