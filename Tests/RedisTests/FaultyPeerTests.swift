import Glibc
import RESP
import Redis
import TestSupport
import Testing

/// Servers that break off, talk nonsense or turn a client away.
@Suite struct FaultyPeerTests {
    @Test func oneThatClosesAtOnceIsDisconnectedWhileConnecting() throws {
        let peer = try ScriptedPeer([[.close]])
        let error = try redisError { _ = try peer.connect() }
        #expect(error.phase == .connecting)
        // Whether our bytes or its end came first is chance: both are the same failure.
        guard case .link(.disconnected) = error.cause else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func oneThatClosesAfterReadingIsDisconnectedInOrder() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .close]])
        let error = try redisError { _ = try peer.connect() }
        #expect(
            error == RedisError(target: peer.target, phase: .connecting, cause: .link(.disconnected(reason: nil)))
        )
    }

    @Test func oneThatClosesInTheMiddleOfAReplyLeavesAWriteUnknown() throws {
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send(welcome), .expectCommand, .send("$10\r\nhalf"), .close]
        ])
        let connection = try peer.connect()
        let error = try redisError { _ = try connection.send(Command("XADD", "s", "*", "a", "b")) }
        #expect(error == RedisError(target: peer.target, phase: .awaiting, cause: .link(.disconnected(reason: nil))))
        #expect(error.duringWrite().isUnknownWrite)
        #expect(!error.isUnknownWrite)
    }

    @Test func oneThatHalfClosesHasSaidItsLastWord() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .halfClose, .silent]])
        let connection = try peer.connect()
        let error = try redisError { _ = try connection.send(Command("PING")) }
        #expect(error.cause == .link(.disconnected(reason: nil)))
    }

    @Test func aResetInTheMiddleOfAReplySaysSo() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .reset]])
        let connection = try peer.connect()
        let error = try redisError { _ = try connection.send(Command("PING")) }
        #expect(error.cause == .link(.disconnected(reason: "connection reset by peer")))
        #expect(error.phase == .awaiting)
    }

    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", ProtocolError.httpServer),
        ("\u{15}\u{3}\u{3}\u{0}\u{2}\u{2}\u{28}", .tlsServer),
        ("SSH-2.0-OpenSSH_9.2\r\n", .unknownType(UInt8(ascii: "S"))),
        ("\r\n", .unknownType(13)),
        ("$9223372036854775807\r\n", .payloadTooLong(.bulkString, limit: 536_870_912)),
        ("*4294967297\r\n", .tooManyElements(limit: 4_000_000)),
    ])
    func oneThatDoesNotSpeakRedisIsNamedForWhatItIs(bytes: String, violation: ProtocolError) throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(bytes), .silent]])
        let error = try redisError { _ = try peer.connect() }
        #expect(error == RedisError(target: peer.target, phase: .connecting, cause: .malformed(violation)))
    }

    @Test func garbageForAReplyLeavesAWriteUnknownAndTheConnectionClosed() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .send("?!\r\n"), .silent]])
        let connection = try peer.connect()
        let error = try redisError { _ = try connection.send(Command("PING")) }
        #expect(error.cause == .malformed(.unknownType(UInt8(ascii: "?"))))
        #expect(error.duringWrite().isUnknownWrite)
        #expect(peer.finish(), "the client did not close")
        for policy in [nil, RetryPolicy(say: { _ in })] {
            connection.retry = policy
            let after = try redisError { _ = try connection.send(Command("PING")) }
            #expect(after.cause == error.cause)
            #expect(!after.duringWrite().isUnknownWrite, "nothing can have been sent: \(after)")
        }
    }

    @Test func aReplyThatNobodyAskedForPoisonsTheConnection() throws {
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send(welcome), .expectCommand, .send("+A\r\n+B\r\n"), .silent]
        ])
        let connection = try peer.connect()
        let error = try redisError { _ = try connection.send(Command("PING")) }
        #expect(error.cause == .unexpected("it sent a reply that no command had asked for"))
        #expect(peer.finish(), "the client did not close")
    }

    @Test func aReplyThatCameBeforeItsCommandIsNotTakenForTheAnswer() throws {
        let (answered, sent) = (try Latch(), try Latch())
        let surplus: [PeerStep] = [.wait(answered), .send("+EARLY\r\n"), .open(sent), .silent]
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send(welcome), .expectCommand, .send("+PONG\r\n")] + surplus
        ])
        let connection = try peer.connect()
        #expect(try connection.send(Command("PING")).text == "PONG")
        answered.open()
        #expect(sent.wait())
        let error = try redisError { _ = try connection.send(Command("DEL", "x")) }
        #expect(error.cause == .unexpected("it sent a reply that no command had asked for"))
        #expect(!error.duringWrite().isUnknownWrite, "the command was not sent")
        #expect(peer.finish())
        #expect(peer.commands().last == ["PING"])
    }

    @Test func garbageThatNobodyAskedForLeavesNothingInDoubt() throws {
        let (answered, sent) = (try Latch(), try Latch())
        let garbage: [PeerStep] = [.wait(answered), .send("?!\r\n"), .open(sent), .silent]
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send(welcome), .expectCommand, .send("+PONG\r\n")] + garbage
        ])
        let connection = try peer.connect()
        #expect(try connection.send(Command("PING")).text == "PONG")
        answered.open()
        #expect(sent.wait())
        let error = try redisError { _ = try connection.send(Command("DEL", "x")) }
        #expect(error.cause == .malformed(.unknownType(UInt8(ascii: "?"))))
        #expect(!error.duringWrite().isUnknownWrite, "the command was not sent")
        #expect(peer.finish())
        #expect(peer.commands().last == ["PING"])
    }

    @Test func encodedCommandsAreNotSentBehindAReplyThatNobodyAskedForEither() throws {
        let (answered, sent) = (try Latch(), try Latch())
        let surplus: [PeerStep] = [.wait(answered), .send("+EARLY\r\n"), .open(sent), .silent]
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send(welcome), .expectCommand, .send("+PONG\r\n")] + surplus
        ])
        let connection = try peer.connect()
        #expect(try connection.send(Command("PING")).text == "PONG")
        answered.open()
        #expect(sent.wait())
        var encoder = CommandEncoder()
        encoder.append(Command("DEL", "x"))
        let frames = encoder.bytes
        let error = try redisError { try connection.send(frames.span, commands: 1, until: .after(.seconds(30))) }
        #expect(error.cause == .unexpected("it sent a reply that no command had asked for"))
        #expect(error.phase == .sending)
        #expect(peer.finish())
        #expect(peer.commands().last == ["PING"])
    }

    @Test func aCommandBehindOneThatIsOwedItsReplyLeavesThatInDoubt() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .reset]])
        let connection = try peer.connect()
        try connection.send([Command("DEL", "x")], until: .after(.seconds(30)))
        #expect(peer.finish())
        let error = try redisError {
            while true { try connection.send([Command("PING")], until: .after(.seconds(30))) }
        }
        #expect(error.duringWrite().isUnknownWrite, "the first command was sent whole: \(error)")
    }

    @Test func aServerThatHungUpMeanwhileIsSentNothing() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .send("+PONG\r\n"), .close]])
        let connection = try peer.connect()
        #expect(try connection.send(Command("PING")).text == "PONG")
        #expect(peer.finish())
        let error = try redisError { _ = try connection.send(Command("DEL", "x")) }
        #expect(error.cause == .link(.disconnected(reason: nil)))
        #expect(error.phase == .sending)
        #expect(!error.duringWrite().isUnknownWrite)
    }

    @Test func aPipelineThatWasPartlySentIsAnUnknownWrite() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .reset]])
        let connection = try peer.connect()
        let value = [UInt8](repeating: 0, count: 8_000_000)
        let error = try redisError {
            _ = try connection.pipeline([Command("PING"), Command("SET", arguments: [[0x6B], value])])
        }
        #expect(error.duringWrite().isUnknownWrite, "the first command was sent whole: \(error)")
    }

    @Test func aCommandThatWasNotSentWholeCannotHaveRun() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectBytes(10), .reset]])
        let connection = try peer.connect()
        let value = [UInt8](repeating: 0, count: 8_000_000)
        let error = try redisError { _ = try connection.send(Command("SET", arguments: [[0x6B], value])) }
        #expect(error.phase == .sending)
        #expect(!error.duringWrite().isUnknownWrite)
    }

    @Test(arguments: [
        ("DENIED Redis is running in protected mode because protected mode is enabled", RefusalKind.denied),
        ("ERR max number of clients reached", .other),
    ])
    func aGreetingThatTurnsUsAwayIsTheReason(message: String, kind: RefusalKind) throws {
        for script: [PeerStep] in [
            [.send("-\(message)\r\n"), .close], [.expectCommands(3), .send("-\(message)\r\n"), .close],
            [.send("-\(message)\r\n"), .halfClose, .silent],
        ] {
            let peer = try ScriptedPeer([script])
            let error = try redisError { _ = try peer.connect() }
            #expect(error.refusal == Refusal(code: kind.rawValue, message: Array(message.utf8)), "\(script)")
            #expect(error.phase == .connecting)
        }
    }

    @Test func aReplyOfTheWrongShapeIsNamedByItsCommand() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .send(":5\r\n"), .silent]])
        let connection = try peer.connect()
        let error = try redisError { _ = try connection.ask(XInfoStream(key: Array("s".utf8))) }
        #expect(error.cause == .unexpected("the reply to XINFO does not have its documented shape"))
        #expect(peer.finish(), "the client did not close")
    }

    @Test func aHelloOfAnotherShapeLeavesTheServerUnknown() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send("+OK\r\n+OK\r\n+OK\r\n"), .silent]])
        #expect(try peer.connect().server == ServerIdentity())
    }
}
