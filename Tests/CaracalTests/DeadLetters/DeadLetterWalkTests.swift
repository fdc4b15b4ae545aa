import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct DeadLetterWalkTests {
    private static let count: UInt64 = 300

    /// The handshake, the look at the stream and at the clock, and one page: the next one is lost on its way.
    private static let replies = 3 + 3 + 1

    @Test func aLostConnectionLeavesNothingOutAndNothingTwice() throws {
        try withServer { server in
            let direct = try server.connect()
            let adding = (1...Self.count).map { Command("XADD", "caracal.audit.events.dlq", "\($0)-0", "reason", "x") }
            _ = try direct.pipeline(adding)
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(Self.replies), .swallowThenCut)])
            let line = ReconnectingChannel(try proxy.connect()) { () throws(RedisError) in direct }
            var pages: [UInt64] = []
            var visited: [UInt64] = []
            let target = try #require(SignatureTarget.deadLetters.first)
            let walk = DeadLetterWalk(DeadLetterSelection(targets: [target]))
            var judge = try DeadLetterJudge(keys: SignatureKeys())
            let stream = try #require(try walk.look(on: line.connection, clock: 0).streams.first)
            let refusal = try walk.read(stream, on: line, &judge) {
                pages.append($0)
            } visit: { visit, _ in
                visited.append(visit.id.milliseconds)
                return true
            }
            #expect(refusal == nil)
            #expect(proxy.waitForFault())
            #expect(visited == Array(1...Self.count))
            #expect(pages == [16, 32, 160, 300], "the walk begins anew behind the first page")
        }
    }
}
