import Glibc
import RedisSandbox
import TestSupport
import Testing

/// The scripted server that the tests of hostile and faulty servers stand on.
@Suite struct ScriptedPeerTests {
    @Test func followsItsScriptAndRecordsTheCommands() throws {
        let peer = try ScriptedPeer([[.expectCommand, .send("+PO"), .send("NG\r\n"), .expectCommand, .send(":7\r\n")]])
        let client = try TestClient(port: peer.port)
        client.send("*1\r\n$4\r\nPI")
        client.send("NG\r\n*2\r\n$4\r\nXLEN\r\n$1\r\ns\r\n")
        #expect(client.readToEnd() == .end("+PONG\r\n:7\r\n"))
        #expect(peer.finish())
        #expect(peer.commands() == [["PING"], ["XLEN", "s"]])
        #expect(peer.received() == Array("*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nXLEN\r\n$1\r\ns\r\n".utf8))
    }

    @Test func expectedBytesAndCommandsMayFollowEachOther() throws {
        let peer = try ScriptedPeer([[.expectBytes(3), .send("a"), .expectBytes(3), .send("b")]])
        let client = try TestClient(port: peer.port)
        client.send("123456")
        #expect(client.readToEnd() == .end("ab"))
    }

    @Test func aResetIsSeenAsOne() throws {
        let peer = try ScriptedPeer([[.expectBytes(1), .reset]])
        let client = try TestClient(port: peer.port)
        client.send("x")
        #expect(client.readToEnd() == .failed(ECONNRESET, after: ""))
    }

    @Test func drippedBytesArriveWhole() throws {
        let peer = try ScriptedPeer([[.drip(Array("+OK\r\n".utf8), every: .milliseconds(1)), .close]])
        #expect(try TestClient(port: peer.port).readToEnd() == .end("+OK\r\n"))
    }

    @Test func everyConnectionHasItsScriptAndFurtherOnesAreRefused() throws {
        let peer = try ScriptedPeer([[.send("one")], [.send("two")]])
        #expect(try TestClient(port: peer.port).readToEnd() == .end("one"))
        #expect(try TestClient(port: peer.port).readToEnd() == .end("two"))
        #expect(peer.finish())
        #expect(throws: (any Error).self) { try TestClient(port: peer.port) }
    }

    @Test func latchesTieAScriptToTheTest() throws {
        let (reached, mayGoOn) = (try Latch(), try Latch())
        let peer = try ScriptedPeer([[.open(reached), .wait(mayGoOn), .send("now")]])
        let client = try TestClient(port: peer.port)
        #expect(reached.wait())
        #expect(!client.hasSomethingToRead)
        mayGoOn.open()
        #expect(client.readToEnd() == .end("now"))
    }

    @Test func listensOnAUnixSocketToo() throws {
        let folder = try TemporaryFolder()
        let peer = try ScriptedPeer([[.send("+OK\r\n")]], at: .unix(folder.path + "/peer.sock"))
        #expect(try TestClient(unixPath: folder.path + "/peer.sock").readToEnd() == .end("+OK\r\n"))
        #expect(peer.port == 0)
    }

    @Test(arguments: 0..<5)
    func stoppingEndsAnyScript(index: Int) throws {
        let endless: [[PeerStep]] = [[.stall], [.silent], [.expectCommand], [.wait(try Latch())], [.flood([1])]]
        let peer = try ScriptedPeer([endless[index]])
        let client = try TestClient(port: peer.port)
        peer.stop()
        // A peer that floods may be cut off in the middle, but nothing keeps the connection open.
        if case .failed(let code, _) = client.readToEnd() { #expect(code == ECONNRESET) }
    }
}
