import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct HostileClusterTests {
    private static let short = Timeouts(connect: .seconds(30), command: .seconds(1))

    /// A peer that is let in by, and says this of its slots.
    private static func peer(slots: String, then steps: [PeerStep] = []) throws -> ScriptedPeer {
        try ScriptedPeer([
            clusterIntroduction + [.expectCommands(2), .send(slots)] + steps + [.silent]
        ])
    }

    @Test(arguments: [
        "+OK\r\n$2\r\nme\r\n", ":1\r\n$2\r\nme\r\n", "*1\r\n:1\r\n$2\r\nme\r\n", "*1\r\n*2\r\n:0\r\n:1\r\n$2\r\nme\r\n",
        "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\nh\r\n:1\r\n$2\r\nme\r\n",
        "*1\r\n*3\r\n:-1\r\n:5\r\n*2\r\n$1\r\nh\r\n:1\r\n$2\r\nme\r\n",
        "*1\r\n*3\r\n:5\r\n:4\r\n*2\r\n$1\r\nh\r\n:1\r\n$2\r\nme\r\n",
        "*2\r\n*3\r\n:0\r\n:5\r\n*2\r\n$1\r\nh\r\n:1\r\n*3\r\n:5\r\n:6\r\n*2\r\n$1\r\ni\r\n:1\r\n$2\r\nme\r\n",
    ])
    func refusesAMapThatMakesNoSense(slots: String) throws {
        let peer = try Self.peer(slots: slots)
        let error = try redisError { _ = try Cluster(over: peer.connect()) }
        #expect(error.cause == .unexpected("the reply to CLUSTER SLOTS makes no sense"))
        #expect(error.target == peer.target)
    }

    @Test(arguments: [
        "$0\r\n\r\n:0", "$3\r\na\u{1B}b\r\n:7000", "$1\r\n?\r\n:7000", "$1\r\nh\r\n:70000", "$1\r\nh\r\n:-1",
    ])
    func aServerThatNobodyCanReachServesNothing(node: String) throws {
        let slots = "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n\(node)\r\n$1\r\nx\r\n$2\r\nme\r\n"
        // Then whoever is there is asked, and says what is wrong.
        let peer = try Self.peer(slots: slots, then: [.expectCommand, .send("$1\r\nv\r\n")])
        #expect(try Cluster(over: peer.connect()).send(get("a")).text == "v")
    }

    @Test(arguments: ["$0\r\n\r\n", "$-1\r\n", "_\r\n"])
    func anEmptyHostIsTheOneThatWasAsked(host: String) throws {
        let other = try ScriptedPeer([
            clusterIntroduction + [.expectCommand, .send("$1\r\nv\r\n")]
        ])
        let slots = "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n\(host):\(other.port)\r\n$1\r\nx\r\n$2\r\nme\r\n"
        let peer = try Self.peer(slots: slots)
        #expect(try Cluster(over: peer.connect()).send(get("a")).text == "v")
        #expect(other.commands().last == ["GET", "a"])
    }

    @Test(arguments: [
        "MOVED", "MOVED 1", "MOVED x h:1", "MOVED 16384 h:1", "MOVED -1 h:1", "MOVED 1 h:0", "MOVED 1 h:70000",
        "MOVED 1 h",
        "MOVED 1 \u{1B}[31m:1", "MOVED 1 a b:1", "ASK 1 ?:7001", "ASK 99999999999999999999 h:1",
    ])
    func refusesToFollowNonsense(redirection: String) throws {
        let peer = try Self.peer(slots: allSlotsMine, then: [.expectCommand, .send("-\(redirection)\r\n")])
        let error = try redisError { _ = try Cluster(over: peer.connect()).send(set("a", "b")) }
        #expect(error.cause == .unexpected("it sends a key to where no server can be"))
        #expect(error.target == peer.target)
    }

    @Test(arguments: ["MOVED", "ASK"])
    func givesNoPasswordToAStranger(word: String) throws {
        let stranger = try ScriptedPeer([[.silent]])
        let round: [PeerStep] = [
            .expectCommand, .send("-\(word) 15495 127.0.0.1:\(stranger.port)\r\n"), .expectCommands(2),
            .send(allSlotsMine),
        ]
        let peer = try Self.peer(slots: allSlotsMine, then: Array(repeating: round, count: 100).flatMap { $0 })
        let cluster = try Cluster(over: peer.connect(as: credentials("hunter2"), timeouts: Self.short))
        let error = try redisError { _ = try cluster.send(set("a", "b")) }
        let words =
            "it sends a key to 127.0.0.1:\(stranger.port), which the cluster does not list: it is not given the password"
        #expect(error.cause == .unexpected(words))
        #expect(error.isUnknownWrite == false)
        #expect(stranger.received().isEmpty)
    }

    @Test func aClusterThatIsNoneSaysSo() throws {
        try withServer { server in
            let error = try redisError { _ = try Cluster(over: server.connect()) }
            #expect(error.refusal?.begins(with: "ERR This instance has cluster support disabled") == true)
        }
    }

    /// A cluster whose only master loses its first reply, is there again at once, and gives the second one.
    private static func withLostReply(
        then answer: String,
        _ body: (_ cluster: Cluster, _ owner: ScriptedPeer) throws -> Void
    ) throws {
        let owner = try ScriptedPeer([
            clusterIntroduction + [.expectCommand, .close],
            clusterIntroduction + [.expectCommand, .send(answer), .silent],
        ])
        let node = "*2\r\n$9\r\n127.0.0.1\r\n:\(owner.port)\r\n"
        let entrance = try ScriptedPeer([clusterIntroduction + clusterMaps("*1\r\n*3\r\n:0\r\n:16383\r\n\(node)")])
        try body(Cluster(over: entrance.connect(timeouts: short)), owner)
    }

    @Test func aWriteWhoseReplyIsLostIsNotRepeated() throws {
        try Self.withLostReply(then: "+OK\r\n") { cluster, owner in
            let error = try redisError { _ = try cluster.send(set("a", "b")) }
            #expect(error.phase == .awaiting)
            #expect(error.duringWrite().isUnknownWrite)
            #expect(owner.commands().filter { $0.first == "SET" }.count == 1)
        }
    }

    @Test func aReadWhoseReplyIsLostIsAskedForAgain() throws {
        try Self.withLostReply(then: "+b\r\n") { cluster, _ in
            let reply = try cluster.send(get("a"))
            #expect(reply.text == "b")
        }
    }
}
