import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

/// What is ok, and what only looks like it because nothing was looked at.
@Suite struct InspectionTests {
    @Test func nothingSeenIsUnknown() {
        #expect(
            Inspection().or("fine").outcomes(of: "lag")
                == [CheckOutcome(.unknown, "there was nothing for lag to look at")]
        )
        let none: [Int] = []
        #expect(Inspection(of: none) { _ in [] }.or("fine").outcomes(of: "lag").map(\.status) == [.unknown])
    }

    @Test func okIsWhatWasSeenAndHasNothingWrong() {
        #expect(Inspection(of: [1, 2]) { _ in [] }.or("fine").outcomes(of: "lag") == [CheckOutcome(.ok, "fine")])
    }

    @Test func whatStayedUnseenKeepsTheRestFromBeingOk() {
        var inspection = Inspection(of: [1]) { _ in [] }
        inspection.miss("one was not seen")
        #expect(inspection.or("fine").outcomes(of: "lag") == [CheckOutcome(.unknown, "one was not seen")])
    }

    @Test func aFactThatWasNotToldIsUnknown() {
        func outcome(_ fact: ServerFact<Int>) -> [CheckOutcome] {
            Inspection(fact, "the size", "INFO").or("fine").outcomes(of: "size")
        }
        #expect(outcome(.known(1)) == [CheckOutcome(.ok, "fine")])
        #expect(outcome(.notPermitted) == [CheckOutcome(.unknown, "the size is not known: this user may not INFO")])
        #expect(outcome(.unknown) == [CheckOutcome(.unknown, "the size is not known: the server does not tell it")])
    }

    @Test func streamsThatWereRefusedAlikeAreOneOutcome() {
        var refusal = Refusal(code: "NOPERM", message: Array("NOPERM".utf8))
        refusal = refusal.answering(
            Command("XINFO", "GROUPS", "caracal.a"),
            of: Endpoint(address: .unix(path: "/s"))
        )
        let refused = StreamTable.all.prefix(3).map { ObservedStream(definition: $0, state: .refused(refusal)) }
        var inspection = Inspection()
        inspection.miss(refused, "the groups")
        #expect(
            inspection.outcomes(of: "lag") == [
                CheckOutcome(
                    .unknown,
                    "the groups of caracal.audit.events and of 2 more could not be looked at: this user may not XINFO GROUPS"
                )
            ]
        )
    }

    /// Every check over a bus of which nothing could be looked at. The settings on this side are known all the same.
    @Test func noCheckIsOkWhenNothingCouldBeLookedAt() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            var examination = try DoctorBus(server).examine()
            let refusal = Refusal(code: "NOPERM", message: Array("NOPERM".utf8))
            let refused = { (stream: ObservedStream) in
                ObservedStream(definition: stream.definition, state: .refused(refusal))
            }
            examination.servers = []
            examination.pending = PendingReport(
                streams: examination.pending.streams.map(refused),
                groups: [],
                now: nil,
                findings: []
            )
            examination.deadLetters = examination.deadLetters.map(refused)
            examination.drift = [Finding(.unknownKeysUnchecked, .warning, "not looked for")]
            examination.clients = .failure(refusal)
            examination.signatures = SignatureReport(rules: SignatureRules(requiresSignatures: true))
            examination.rights = .unknown(refusal)
            examination.setup = LocalSetup()
            let diagnosis = Diagnosis(examination)
            #expect(diagnosis.items.filter { $0.outcome.status == .ok }.map(\.check) == ["connection-settings"])
            #expect(diagnosis.count(.failure) + diagnosis.count(.warning) == 0)
        }
    }

    @Test func theCountsOfChecksAddUp() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.run("DEL caracal.keys.invalidate", "SET caracal.keys.invalidate x", "DEL caracal.sessions.revoke")
            try bus.run("CONFIG SET timeout 5")
            let diagnosis = Diagnosis(try bus.examine())
            let counts = CheckOutcome.Status.allCases.map(diagnosis.checks)
            #expect(counts.reduce(0, +) == diagnosis.checks)
            #expect(diagnosis.count(.failure) == 2)
            #expect(counts[0] == 1, "a stream that is missing and one that is none are one check")
        }
    }

    /// A group of a host that is gone, and one of a host that only started late.
    @Test(
        arguments: [
            (0, 0, nil, false), (3, 0, nil, true), (0, 2, 3_600_000, true), (3, 2, 3_600_000, true),
            (3, 2, 3_599_999, false), (0, 0, 7_200_000, false),
        ] as [(UInt64, UInt64, UInt64?, Bool)]
    )
    func aHostsGroupIsLeftOverOnceNobodyReads(lag: UInt64, pending: UInt64, idle: UInt64?, isLeftOver: Bool) throws {
        let stream = try #require(StreamTable.all.first { !$0.knownGroupPrefixes.isEmpty })
        let name = Array("gateway-revocation:host-1".utf8)
        let info = GroupInfo(name: name, consumers: idle == nil ? 0 : 1, pending: pending, lastDeliveredID: .zero)
        var group = GroupStanding(stream: stream, name: name, info: info)
        group.lag = .exact(lag)
        group.consumers =
            idle.map { idle in
                let consumer = ConsumerInfo(
                    name: Array("c".utf8),
                    pending: pending,
                    idle: idle,
                    lastSuccess: .ago(idle)
                )
                return [ConsumerStanding(consumer, held: idle, claimIdle: 30_000)]
            } ?? []
        #expect(group.isLeftOver == isLeftOver)
        #expect(group.isCounted == (idle != nil && !isLeftOver))
        var own = GroupStanding(stream: stream, name: Array("sts-revocation".utf8), info: info)
        own.lag = .exact(lag)
        own.consumers = group.consumers
        #expect(!own.isLeftOver, "a group of the table never is")
        group.consumers = nil
        #expect(!group.isLeftOver, "nobody knows who reads it")
    }
}
