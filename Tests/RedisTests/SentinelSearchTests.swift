import Redis
import TestSupport
import Testing

@Suite struct SentinelSearchTests {
    @Test func theSearchForTheMasterDoesNotOutlastTheEndOfEverything() throws {
        let sentinel = try ScriptedPeer([[.silent]])
        let sentinels = Sentinels(
            endpoints: [Endpoint(address: .tcp(host: "127.0.0.1", port: sentinel.port))],
            masterName: "mymaster"
        )
        let timeouts = Timeouts(connect: .seconds(20), command: .seconds(20), end: .after(.milliseconds(200)))
        let error = try redisError { _ = try Deployment.sentinels(sentinels).open(timeouts: timeouts) }
        guard case .masterNotFound(let reasons) = error.cause,
            case .noAnswer(let failure)? = reasons.attempts.first?.outcome,
            case .link(.timedOut(let allowance)) = failure.cause
        else {
            Issue.record("\(error)")
            return
        }
        #expect(allowance <= .milliseconds(200))
    }
}
