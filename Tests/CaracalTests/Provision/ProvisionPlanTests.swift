import Caracal
import RESP
import Redis
import Testing
import Text

/// Plans are pure: what was observed goes in, the writes come out.
@Suite struct ProvisionPlanTests {
    private static let revoke = StreamTable["sessions.revoke"]
    private static let lifecycle = StreamTable["agents.lifecycle"]
    private static let ratelimit = StreamTable["providers.ratelimit"]

    private static func stream(_ length: UInt64, groups: String...) -> StreamState {
        let id = EntryID(milliseconds: 1_700_000_000_000, sequence: 0)
        return .stream(
            StreamInfo(
                length: length,
                lastGeneratedID: id,
                groups: UInt64(groups.count),
                firstID: length > 0 ? id : nil,
                lastID: length > 0 ? id : nil
            ),
            groups: groups.map { GroupInfo(name: Array($0.utf8), lastDeliveredID: id) }
        )
    }

    private static func plan(_ stream: StreamDefinition, _ state: StreamState, _ policy: StartPolicy = .automatic)
        -> ProvisionPlan
    {
        ProvisionPlan(observed: [ObservedStream(definition: stream, state: state)], policy: policy)
    }

    /// One case: what is there, under which policy, and the commands that follow.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let stream: StreamDefinition
        let state: StreamState
        var policy = StartPolicy.automatic
        let commands: [String]
        var results: [ProvisionItem.Result] = [.missing, .missing]
        var skipped: [UInt64] = [0, 0]
    }

    private static let create = "XGROUP CREATE caracal.sessions.revoke"

    static let cases = [
        Case(
            testDescription: "nothing is there",
            stream: revoke,
            state: .missing,
            commands: ["\(create) sts-revocation 0 MKSTREAM", "\(create) resource-revocation 0 MKSTREAM"]
        ),
        Case(
            testDescription: "nothing is there, start $",
            stream: revoke,
            state: .missing,
            policy: .end,
            commands: ["\(create) sts-revocation $ MKSTREAM", "\(create) resource-revocation $ MKSTREAM"]
        ),
        Case(
            testDescription: "an empty stream",
            stream: revoke,
            state: stream(0),
            commands: ["\(create) sts-revocation 0 MKSTREAM", "\(create) resource-revocation 0 MKSTREAM"]
        ),
        Case(
            testDescription: "a stream with entries and no group",
            stream: revoke,
            state: stream(7),
            commands: ["\(create) sts-revocation $ MKSTREAM", "\(create) resource-revocation $ MKSTREAM"],
            skipped: [7, 7]
        ),
        Case(
            testDescription: "a stream with entries, start 0",
            stream: revoke,
            state: stream(7),
            policy: .beginning,
            commands: ["\(create) sts-revocation 0 MKSTREAM", "\(create) resource-revocation 0 MKSTREAM"]
        ),
        Case(
            testDescription: "one group of two",
            stream: revoke,
            state: stream(7, groups: "sts-revocation", "another"),
            commands: ["\(create) resource-revocation $ MKSTREAM"],
            results: [.exists, .missing],
            skipped: [0, 7]
        ),
        Case(
            testDescription: "everything is there",
            stream: revoke,
            state: stream(7, groups: "resource-revocation", "sts-revocation"),
            commands: [],
            results: [.exists, .exists]
        ),
        Case(
            testDescription: "a key of another type",
            stream: revoke,
            state: .otherType(.known("string")),
            commands: [],
            results: [.refused, .refused]
        ),
        Case(
            testDescription: "a refused look",
            stream: revoke,
            state: .refused(Refusal(code: "NOPERM", message: Array("NOPERM no".utf8))),
            commands: [],
            results: [.refused, .refused]
        ),
        Case(
            testDescription: "a missing stream without groups",
            stream: ratelimit,
            state: .missing,
            commands: ["XADD caracal.providers.ratelimit 0-1 init 1"],
            results: [.missing],
            skipped: [0]
        ),
        Case(
            testDescription: "a stream without groups that is there, empty or not",
            stream: ratelimit,
            state: stream(0),
            commands: [],
            results: [.exists],
            skipped: [0]
        ),
        Case(
            testDescription: "a stream without groups under a key of another type",
            stream: ratelimit,
            state: .otherType(.refused(Refusal(code: "NOPERM", message: []))),
            commands: [],
            results: [.refused],
            skipped: [0]
        ),
    ]

    @Test(arguments: cases)
    func plans(_ example: Case) {
        let plan = Self.plan(example.stream, example.state, example.policy)
        #expect(plan.steps.map(\.command.description) == example.commands)
        #expect(plan.items.map(\.result) == example.results)
        #expect(plan.items.map(\.skipped) == example.skipped)
        #expect(plan.findings.map(\.code.rawValue) == example.skipped.filter { $0 > 0 }.map { _ in "skips_entries" })
        #expect(plan.steps.allSatisfy { $0.stream == example.stream })
    }

    @Test func refusalsSayWhy() {
        let refusal = Refusal(code: "NOPERM", message: Array("NOPERM no".utf8))
        #expect(
            Self.plan(Self.revoke, .otherType(.known("hash"))).items.map(\.refusal)
                == [.otherType(.known("hash")), .otherType(.known("hash"))]
        )
        #expect(Self.plan(Self.lifecycle, .refused(refusal)).items.map(\.refusal) == [.server(refusal)])
    }

    @Test func skippedEntriesAreCountedInAWarningWithTheWayOut() {
        let findings = Self.plan(Self.lifecycle, Self.stream(231_008)).findings
        #expect(findings.map(\.severity) == [.warning])
        #expect(findings.map(\.stream) == ["caracal.agents.lifecycle"])
        #expect(
            findings.map(\.message) == [
                "group coordinator-relay on caracal.agents.lifecycle would start at $ and not be given the 231,008 entries "
                    + "from before (--start 0 gives them to it)"
            ]
        )
    }

    @Test(arguments: [(10_000, false), (10_100, false), (10_101, true)] as [(UInt64, Bool)])
    func oneNodeOverTheBoundIsInOrder(length: UInt64, isOver: Bool) {
        let plan = Self.plan(Self.revoke, Self.stream(length, groups: "sts-revocation", "resource-revocation"))
        #expect(plan.findings.map(\.code.rawValue) == (isOver ? ["over_bound"] : []))
        #expect(plan.findings.allSatisfy { $0.severity == .warning })
    }

    @Test func aStreamWithoutABoundIsNeverOverIt() {
        #expect(Self.plan(Self.lifecycle, Self.stream(.max, groups: "coordinator-relay")).findings.isEmpty)
    }

    @Test func itemsComeInTheOrderOfTheTable() {
        let observed = StreamTable.all.map { ObservedStream(definition: $0, state: .missing) }
        let plan = ProvisionPlan(observed: observed, policy: .automatic)
        #expect(
            plan.items.map(\.stream.name)
                == StreamTable.all.flatMap { s in
                    [String](repeating: s.name, count: max(1, s.groups.count))
                }
        )
        #expect(plan.steps.count == 11)
    }

    @Test func whatSomebodyElseDidFirstCountsAsDone() {
        let step = Self.plan(Self.lifecycle, .missing).steps[0]
        let seed = Self.plan(Self.ratelimit, .missing).steps[0]
        func refusal(_ text: String) -> Refusal { Refusal(ErrorReply(message: Array(text.utf8))) }
        let busy = refusal("BUSYGROUP Consumer Group name already exists")
        let smaller = refusal("ERR The ID specified in XADD is equal or smaller than the target stream top item")
        #expect(step.isAlreadyDone(busy) && !step.isAlreadyDone(smaller))
        #expect(seed.isAlreadyDone(smaller) && !seed.isAlreadyDone(busy))
        #expect(!step.isAlreadyDone(refusal("OOM no")) && !seed.isAlreadyDone(refusal("OOM no")))
    }
}
