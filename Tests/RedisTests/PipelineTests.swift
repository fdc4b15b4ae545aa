import RESP
import Redis
import TestSupport
import Testing

@Suite struct PipelineTests {
    @Test(arguments: RedisBinary.allCases)
    func answersTenThousandCommandsInOrderAndInOneRoundTrip(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let replies = try connection.pipeline((0..<10_000).map { Command("ECHO", String($0)) })
            #expect(replies.map(\.text) == (0..<10_000).map { String($0) })
            #expect(connection.roundTrips == 2)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func commandsAndRepliesLargerThanEverySocketBufferDoNotBlockEachOther(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let value = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let replies = try connection.pipeline((0..<32).map { _ in Command("ECHO", arguments: [value]) })
            #expect(replies.count == 32)
            #expect(replies.allSatisfy { Array($0.root.text ?? []) == value })
        }
    }

    /// Redis itself always reads on; a proxy before it may not.
    @Test func aPeerThatReadsNothingUntilItIsReadFromIsReadFrom() throws {
        let large = String(repeating: "x", count: 16 << 20)
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send(welcome), .expectCommand, .send("$\(large.utf8.count)\r\n\(large)\r\n"),
                .expectCommand, .send("+OK\r\n"), .silent,
            ]
        ])
        let replies = try peer.connect().pipeline([Command("GET", "a"), Command("SET", "a", large)])
        #expect(replies.map { $0.root.text?.count } == [large.utf8.count, 2])
    }

    @Test(arguments: RedisBinary.allCases)
    func bytesOfEveryKindComeBackAsTheyWere(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let value = Array(UInt8.min...UInt8.max) + Array("\r\n$3\r\n+OK\r\n".utf8)
            _ = try connection.send(Command("SET", arguments: [Array("k\r\n".utf8), value]))
            #expect(try connection.send(Command("GET", "k\r\n")).root.text?.elementsEqual(value) == true)
        }
    }

    @Test func aValueOfSixtyFourMegabytesComesBackWhole() throws {
        try withServer { server in
            let connection = try server.connect()
            _ = try connection.send(Command("SETRANGE", "big", "67108863", "x"))
            let value = try #require(try connection.send(Command("GET", "big")).root.text)
            #expect(value.count == 67_108_864)
            #expect(value.last == UInt8(ascii: "x"))
        }
    }

    @Test func anErrorInAPipelineIsAReplyLikeAnyOther() throws {
        try withServer { server in
            let connection = try server.connect()
            let replies = try connection.pipeline([
                Command("SET", "text", "x"), Command("XLEN", "text"), Command("NONSENSE"), Command("PING"),
            ])
            #expect(replies[0].text == "OK")
            #expect(replies[1].refusal?.kind == .wrongType)
            #expect(replies[2].refusal?.isUnknownCommand == true)
            #expect(replies[3].text == "PONG")
        }
    }

    @Test func aRefusedCommandIsThrownAndTheConnectionGoesOn() throws {
        try withServer { server in
            let connection = try server.connect()
            let error = try redisError { _ = try connection.send(Command("XINFO", "STREAM", "none")) }
            #expect(error.refusal?.isNoSuchKey == true)
            #expect(error.phase == .awaiting)
            #expect(!error.duringWrite().isUnknownWrite)
            #expect(try connection.send(Command("PING")).text == "PONG")
        }
    }

    @Test func anEmptyPipelineSendsNothing() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .silent]])
        let connection = try peer.connect()
        #expect(try connection.pipeline([]).isEmpty)
        #expect(connection.roundTrips == 1)
    }

    @Test func pushesBetweenRepliesAreDropped() throws {
        let push = ">2\r\n+message\r\n+hello\r\n"
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send(push + welcome + push), .expectCommands(2),
                .send(push + "+one\r\n" + push + push + "+two\r\n" + push), .expectCommand, .send("+three\r\n"),
                .silent,
            ]
        ])
        let connection = try peer.connect()
        #expect(try connection.pipeline([Command("PING"), Command("PING")]).map(\.text) == ["one", "two"])
        #expect(try connection.send(Command("PING")).text == "three")
    }

    @Test func repliesSplitByteByByteAreTheSame() throws {
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .drip(Array(welcome.utf8), every: .zero), .expectCommands(2),
                .drip(Array("*2\r\n$2\r\na\n\r\n:-12\r\n".utf8), every: .zero),
                .drip(Array("-WRONGTYPE no\r\n".utf8), every: .zero), .silent,
            ]
        ])
        let connection = try peer.connect()
        let replies = try connection.pipeline([Command("A"), Command("B")])
        #expect(replies[0].root[0]?.text?.elementsEqual("a\n".utf8) == true)
        #expect(replies[0].root[1]?.integer == -12)
        #expect(replies[1].refusal?.kind == .wrongType)
    }
}
