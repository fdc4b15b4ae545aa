import Testing

@testable import Rendering

struct NearestMatchTests {
    private let streams = [
        "sessions.revoke", "keys.invalidate", "audit.events", "audit.events.dlq", "agents.lifecycle", "policy.updates",
    ]

    @Test(arguments: [
        ("audit.evnts", "audit.events"), ("audit.event", "audit.events"), ("auidt.events", "audit.events"),
        ("AUDIT.EVENTS", "audit.events"), ("audit.events.dql", "audit.events.dlq"),
        ("agent.lifecycl", "agents.lifecycle"),
    ])
    func aMistypedStreamIsFound(_ typed: String, _ meant: String) {
        #expect(NearestMatch.find(typed, in: streams) == meant)
    }

    @Test(arguments: ["orders", "", "x", "completely.different", String(repeating: "a", count: 1_000_000)])
    func nothingSimilarIsNothing(_ typed: String) {
        #expect(NearestMatch.find(typed, in: streams) == nil)
    }

    @Test(arguments: [
        ("audit.event", ["audit.events"]), ("audit", ["audit.events", "audit.events.dlq"]),
        ("EVENTS", ["audit.events", "audit.events.dlq"]), ("revoke", ["sessions.revoke"]), ("au", []), ("zzz", []),
        ("events.", []),
    ])
    func aPartOfANameStandsForTheNameWhereNothingIsMistyped(_ typed: String, _ meant: [String]) {
        #expect(NearestMatch.several(typed, in: streams) == meant)
        #expect(NearestMatch.several(typed, in: streams, limit: 1) == Array(meant.prefix(1)))
    }

    @Test func theFirstOfEquallyNearIsTaken() {
        #expect(NearestMatch.find("cat", in: ["bat", "rat"]) == "bat")
        #expect(NearestMatch.find("rat", in: ["bat", "rat"]) == "rat")
    }

    @Test func hostileCandidatesAreNotCompared() {
        #expect(NearestMatch.find("cat", in: [String(repeating: "c", count: 1_000_000)]) == nil)
        #expect(NearestMatch.find("cat", in: [String]()) == nil)
    }

    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("ca", "ac", 1), ("abc", "abc", 0), ("kitten", "sitting", 3),
        ("abcd", "badc", 2), ("é", "e", 1), ("ca", "abc", 3),
    ])
    func distanceCountsEditsAndSwaps(_ first: String, _ second: String, _ distance: Int) {
        #expect(NearestMatch.distance(first, second) == distance)
        #expect(NearestMatch.distance(second, first) == distance)
    }
}
