import RESP
import Redis
import TestSupport
import Testing

/// A pipeline of which one server has done its part, and another cannot be reached.
@Suite struct ClusterDoubtTests {
    private static let short = Timeouts(connect: .seconds(30), command: .seconds(5))

    /// The error of a pipeline over a server that answers, and one that is gone. The slot of `b` is at the former, that of
    /// `a` at the latter.
    private func failure(_ commands: [Command], answer: String) throws -> RedisError {
        let gone = try ScriptedPeer([])
        #expect(gone.finish())
        let own = "*3\r\n$9\r\n127.0.0.1\r\n:7000\r\n$2\r\nme\r\n"
        let other = "*2\r\n$9\r\n127.0.0.1\r\n:\(gone.port)\r\n"
        let maps = clusterMaps("*2\r\n*3\r\n:0\r\n:8191\r\n\(own)*3\r\n:8192\r\n:16383\r\n\(other)")
        let peer = try ScriptedPeer([
            clusterIntroduction + maps.prefix(2) + [.expectCommand, .send(answer)] + maps.dropFirst(2)
        ])
        let cluster = try Cluster(over: peer.connect(timeouts: Self.short))
        let error = try redisError { _ = try cluster.pipeline(commands) }
        #expect(error.target == "127.0.0.1:\(gone.port)")
        #expect(error.cause == .link(.unreachable(reason: "connection refused")))
        return error
    }

    @Test func aWriteThatWasCarriedOutElsewhereIsInDoubt() throws {
        let error = try failure([set("b", "1"), set("a", "1")], answer: "+OK\r\n")
        #expect(error.duringWrite().isUnknownWrite)
    }

    @Test func aWriteThatWasRefusedElsewhereIsNot() throws {
        let error = try failure([set("b", "1"), set("a", "1")], answer: "-OOM no\r\n")
        #expect(error.phase == .connecting)
    }

    @Test func whatOnlyLookedElsewhereLeavesNoDoubt() throws {
        let error = try failure([get("b"), set("a", "1")], answer: "+x\r\n")
        #expect(error.phase == .connecting)
    }
}
