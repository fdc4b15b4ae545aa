import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What happens on a TLS connection once there is one.
@Suite struct TLSStreamTests {
    private static let cut = LinkError.disconnected(reason: "TLS ended without a close_notify")

    private func open(
        _ steps: [PeerStep],
        timeouts: Timeouts = patient,
        _ change: (inout TLSFront.Manners) -> Void = { _ in },
        _ body: (Connection, ScriptedPeer) throws -> Void
    ) throws {
        var manners = TLSFront.Manners()
        change(&manners)
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome)] + steps])
        let front = try TLSFront(before: peer.port, manners)
        try body(try connect(to: front.port, .test(), timeouts: timeouts), peer)
    }

    @Test func aCutInTheMiddleOfAReplyLeavesAWriteUnknown() throws {
        try open([.expectCommand, .send("$10\r\nhalf"), .close], { $0.ending = .cut }) { connection, _ in
            let error = try redisError { _ = try connection.send(Command("XADD", "s", "*", "a", "b")) }
            #expect(error.cause == .link(Self.cut))
            #expect(error.phase == .awaiting)
            #expect(error.duringWrite().isUnknownWrite)
        }
    }

    @Test func aFarewellInTheMiddleOfAReplyIsNoBetter() throws {
        try open([.expectCommand, .send("$10\r\nhalf"), .close]) { connection, _ in
            let error = try redisError { _ = try connection.send(Command("XADD", "s", "*", "a", "b")) }
            #expect(error.cause == .link(.disconnected(reason: nil)))
            #expect(error.duringWrite().isUnknownWrite)
        }
    }

    @Test func aCompleteReplyStandsWhateverFollowsIt() throws {
        try open([.expectCommands(2), .send("+one\r\n+tw"), .close], { $0.ending = .cut }) { connection, _ in
            connection.enqueue(Command("PING"))
            connection.enqueue(Command("PING"))
            let deadline = Deadline.after(.seconds(30))
            try connection.flush(until: deadline)
            #expect(try connection.receive(until: deadline).text == "one")
            let error = try redisError { _ = try connection.receive(until: deadline) }
            #expect(error.cause == .link(Self.cut))
        }
    }

    @Test func aConnectionThatWasCutMeanwhileTakesNoFurtherCommand() throws {
        try open([.expectCommand, .send("+PONG\r\n"), .close], { $0.ending = .cut }) { connection, peer in
            #expect(try connection.send(Command("PING")).text == "PONG")
            #expect(peer.finish())
            let error = try redisError {
                while true { _ = try connection.send(Command("PING")) }
            }
            #expect(error.cause == .link(Self.cut))
        }
    }

    @Test func aServerThatSaysNothingIsGivenUpAtTheDeadline() throws {
        let timeouts = Timeouts(connect: .seconds(30), command: .milliseconds(100))
        try open([.silent], timeouts: timeouts) { connection, _ in
            let error = try redisError { _ = try connection.send(Command("PING")) }
            #expect(error.cause == .link(.timedOut(after: .milliseconds(100))))
            #expect(error.phase == .awaiting)
        }
    }

    @Test func aServerThatReadsNothingIsGivenUpAtTheDeadline() throws {
        let timeouts = Timeouts(connect: .seconds(30), command: .milliseconds(200))
        try open([.stall], timeouts: timeouts) { connection, _ in
            let large = Command("SET", arguments: [Array("k".utf8), [UInt8](repeating: 0, count: 30_000_000)])
            let error = try redisError { _ = try connection.send(large) }
            #expect(error.phase == .sending)
            #expect(error.cause == .link(.timedOut(after: .milliseconds(200))))
        }
    }

    @Test func aFloodOfRepliesDoesNotOutlastTheDeadline() throws {
        let timeouts = Timeouts(connect: .seconds(30), command: .milliseconds(100))
        try open([.flood(Array(">2\r\n+a\r\n+b\r\n".utf8))], timeouts: timeouts) { connection, _ in
            let error = try redisError { _ = try connection.send(Command("PING")) }
            #expect(error.cause == .link(.timedOut(after: .milliseconds(100))))
        }
    }

    @Test(arguments: [false, true])
    func megabytesGoBothWaysAtOnce(changesKeys: Bool) throws {
        try withServer(.v7_0) { server in
            var manners = TLSFront.Manners()
            manners.changesKeys = changesKeys
            let front = try TLSFront(before: server.port ?? 0, manners)
            let connection = try connect(to: front.port, .test())
            let echoes = (0..<64).map { number in
                Command("ECHO", arguments: [[UInt8](repeating: UInt8(number), count: 20_000 + number)])
            }
            let replies = try connection.pipeline(echoes)
            for (number, reply) in replies.enumerated() {
                #expect(reply.root.text == ArraySlice(repeating: UInt8(number), count: 20_000 + number))
            }
        }
    }

    @Test func aReplyThatIsCutAtAnyByteIsAnError() throws {
        try withTLSServer { server in
            let size = 40_000
            // Where the handshake ends is not known to the byte: every cut lies behind it, and before the reply's end.
            for count in stride(from: 6_000, to: size, by: 1_501) {
                let proxy = try FaultProxy(server, [Fault(.toClient, after: .bytes(count), .cut)])
                let connection = try connect(to: proxy.port, .test())
                let error = try redisError {
                    _ = try connection.send(Command("ECHO", arguments: [[UInt8](repeating: 1, count: size)]))
                }
                #expect(error.cause == .link(Self.cut))
                #expect(error.phase == .awaiting)
            }
        }
    }

    @Test func aServerThatIsKilledCutsTheConnection() throws {
        try withTLSServer { server in
            let connection = try connect(to: server.port, .test())
            #expect(try connection.send(Command("PING")).text == "PONG")
            kill(server.processIdentifier, SIGKILL)
            var ended = pollfd(fd: server.endDescriptor, events: Int16(POLLIN), revents: 0)
            #expect(poll(&ended, 1, 30_000) == 1)
            let error = try redisError { _ = try connection.send(Command("PING")) }
            #expect(error.cause == .link(Self.cut))
            #expect(error.phase == .sending)
        }
    }
}
