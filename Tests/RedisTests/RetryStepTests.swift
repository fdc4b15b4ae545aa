import RESP
import Redis
import Testing

/// The rule for coming back after an error.
@Suite struct RetryStepTests {
    private func error(_ phase: RedisError.Phase, _ cause: RedisError.Cause) -> RedisError {
        RedisError(target: "redis:6379", phase: phase, cause: cause)
    }

    private func refused(_ code: String, _ text: String = "") -> RedisError {
        error(.awaiting, .refused(Refusal(code: code, message: Array("\(code) \(text)".utf8))))
    }

    @Test(arguments: [LinkError.disconnected(reason: nil), .timedOut(after: .seconds(5)), .unreachable(reason: "gone")])
    func aLostConnectionIsReplacedUnlessAWriteIsInDoubt(cause: LinkError) {
        for isRepeatable in [false, true] {
            #expect(error(.connecting, .link(cause)).nextStep(isRepeatable: isRepeatable) == .reconnect)
            #expect(error(.sending, .link(cause)).nextStep(isRepeatable: isRepeatable) == .reconnect)
        }
        #expect(error(.awaiting, .link(cause)).nextStep(isRepeatable: true) == .reconnect)
        #expect(error(.awaiting, .link(cause)).nextStep(isRepeatable: false) == .stop)
    }

    @Test(arguments: [RedisError.Phase.connecting, .sending, .awaiting])
    func whoIsAskedToStopAndWhoMeetsNonsenseStops(phase: RedisError.Phase) {
        #expect(error(phase, .link(.interrupted(signal: 2))).nextStep(isRepeatable: true) == .stop)
        #expect(error(phase, .malformed(.httpServer)).nextStep(isRepeatable: true) == .stop)
        #expect(error(phase, .unexpected("nonsense")).nextStep(isRepeatable: true) == .stop)
    }

    /// A refused request was not carried out, so it may be a write.
    @Test(arguments: ["LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN"])
    func whoIsNotReadyIsAskedAgain(code: String) {
        #expect(refused(code).nextStep(isRepeatable: false) == .askAgain)
    }

    @Test func aFullTableOfClientsEmptiesAndAWaitThatWasEndedGoesOnElsewhere() {
        #expect(refused("ERR", "max number of clients reached").nextStep(isRepeatable: false) == .askAgain)
        #expect(refused("UNBLOCKED").nextStep(isRepeatable: false) == .reconnect)
    }

    @Test(arguments: ["ERR", "NOPERM", "WRONGTYPE", "OOM", "READONLY", "MISCONF", "NOREPLICAS", "MOVED", "ASK"])
    func anyOtherRefusalIsAnAnswer(code: String) {
        #expect(refused(code).nextStep(isRepeatable: true) == .stop)
    }

    /// Those who go on until they are stopped wait for an operator who acts on the server too.
    @Test(arguments: ["LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "READONLY", "OOM", "MISCONF", "NOREPLICAS"])
    func whoGoesOnUntilItIsStoppedOutlivesWhatIsRefusedForNow(code: String) {
        #expect(refused(code).mayPass)
    }

    @Test func whoGoesOnUntilItIsStoppedOutlivesLostConnections() {
        let causes = [
            LinkError.disconnected(reason: nil), .timedOut(after: .seconds(5)), .unreachable(reason: "gone"),
            .unresolvable(reason: "Temporary failure in name resolution"), .tls(.noAnswer(after: .seconds(2))),
        ]
        for cause in causes { #expect(error(.connecting, .link(cause)).mayPass, "\(cause)") }
        #expect(error(.awaiting, .link(.disconnected(reason: nil))).mayPass)
        #expect(error(.connecting, .emptyReplica(master: nil)).mayPass)
    }

    /// Trying a wrong password over and over locks its user out.
    @Test(arguments: ["NOAUTH", "WRONGPASS", "NOPERM", "DENIED", "ERR", "WRONGTYPE"])
    func whatSomebodyMustActOnEndsEvenThem(code: String) {
        #expect(!refused(code).mayPass)
    }

    @Test func anUntrustedServerAndNonsenseEndEvenThem() {
        let untrusted = TLSError.untrusted(.selfSigned)
        #expect(!error(.connecting, .link(.tls(untrusted))).mayPass)
        #expect(!error(.awaiting, .malformed(.httpServer)).mayPass)
        #expect(!error(.awaiting, .link(.interrupted(signal: 2))).mayPass)
    }

    @Test func aFailoverPassesAndASentinelMayComeUp() {
        let lost = error(.awaiting, .link(.disconnected(reason: nil)))
        let denied = refused("NOAUTH")
        let steps: [(MasterNotFound.Outcome, RetryStep)] = [
            (.notMaster("redis:6379"), .askAgain), (.unusable(lost), .askAgain), (.noAnswer(lost), .reconnect),
            (.noAnswer(denied), .stop), (.unknownMaster(known: []), .stop),
        ]
        for (outcome, step) in steps {
            let reasons = MasterNotFound(masterName: "m", attempts: [.init(sentinel: "s:26379", outcome: outcome)])
            #expect(error(.connecting, .masterNotFound(reasons)).nextStep(isRepeatable: true) == step, "\(outcome)")
        }
    }
}
