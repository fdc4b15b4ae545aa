import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

/// In which order findings are shown, and what stands below what.
@Suite struct DiagnosisTests {
    @Test func whatHurtsNowStandsAboveWhatMayHurtOneDay() throws {
        let order = try order([
            ("a", [CheckOutcome(.warning, "x", urgency: .later)]),
            ("b", [CheckOutcome(.failure, "x", urgency: .later)]),
            ("c", [CheckOutcome(.note, "x")]), ("d", [CheckOutcome(.unknown, "x")]),
            ("e", [CheckOutcome(.warning, "x")]),
            ("f", [CheckOutcome(.failure, "x")]), ("g", [CheckOutcome(.warning, "x", urgency: .lost)]),
            ("h", [CheckOutcome(.failure, "x", urgency: .lost)]), ("i", []),
        ])
        #expect(order == ["h", "g", "f", "e", "b", "a", "d", "c", "i"])
    }

    @Test func whatIsOfEqualWeightKeepsTheOrderOfTheChecks() throws {
        let order = try order(["b", "a", "c"].map { ($0, [CheckOutcome(.warning, "x")]) })
        #expect(order == ["b", "a", "c"])
    }

    @Test func aSymptomStandsBelowItsCauseWhereverThatStands() throws {
        let order = try order([
            ("cause", [CheckOutcome(.warning, "x", stream: "s", group: [1], urgency: .later, explains: ["symptom"])]),
            ("other", [CheckOutcome(.warning, "x")]),
            (
                "symptom",
                [
                    CheckOutcome(.failure, "x", stream: "s", group: [1]),
                    CheckOutcome(.failure, "x", stream: "s", group: [2]),
                    CheckOutcome(.unknown, "x", stream: "s", group: [1]),
                ]
            ),
        ])
        // The family is as weighty as its worst; another group's finding, and what is unknown, is none of it.
        #expect(order == ["cause", "symptom<cause", "symptom", "other", "symptom"])
    }

    @Test func whatIsAboutAWholeStreamOrTheServerExplainsAllBelowIt() throws {
        let symptoms = [
            CheckOutcome(.warning, "x", stream: "s", group: [1]), CheckOutcome(.warning, "x", stream: "t"),
            CheckOutcome(.warning, "x"),
        ]
        #expect(
            try order([("cause", [CheckOutcome(.failure, "x", explains: ["symptom"])]), ("symptom", symptoms)])
                == ["cause", "symptom<cause", "symptom<cause", "symptom<cause"]
        )
        #expect(
            try order([
                ("cause", [CheckOutcome(.failure, "x", stream: "s", explains: ["symptom"])]), ("symptom", symptoms),
            ])
                == ["cause", "symptom<cause", "symptom", "symptom"]
        )
    }

    /// One command for all of them, whatever stream each is about, and whichever check found it.
    @Test func whatTheFixOfTheFirstSolvesStandsBelowIt() throws {
        let found = [
            CheckOutcome(.failure, "x", stream: "s", covers: ["rows", "locks"]),
            CheckOutcome(.failure, "x", stream: "t", covers: ["rows", "locks"]),
            CheckOutcome(.unknown, "x", stream: "u"),
        ]
        #expect(
            try order([
                ("rows", found), ("other", [CheckOutcome(.failure, "x", stream: "s")]),
                ("locks", [CheckOutcome(.warning, "x")]),
            ])
                == ["rows", "rows<rows", "locks<rows", "other", "rows"]
        )
    }

    @Test func causesOfCausesAreFollowedAndNoneExplainsWhatComesBefore() throws {
        let chain = try order([
            ("a", [CheckOutcome(.warning, "x", explains: ["b"])]),
            ("b", [CheckOutcome(.warning, "x", explains: ["c", "a"])]),
            ("c", [CheckOutcome(.failure, "x", explains: ["a"])]),
        ])
        #expect(chain == ["a", "b<a", "c<a"])
    }

    @Test func everyCheckThatIsExplainedIsOne() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.run("FLUSHALL")
            let ids = Set(HealthCheck.all.map(\.id))
            let explained = Diagnosis(try bus.examine()).items.flatMap(\.outcome.explains)
            #expect(!explained.isEmpty && Set(explained).isSubset(of: ids))
        }
    }

    /// The ids of checks with these outcomes, in the order of their findings, with what explains them.
    private func order(_ found: [(String, [CheckOutcome])]) throws -> [String] {
        try withServer { server in
            let checks = found.map { id, outcomes in
                HealthCheck(id, subject: "", reason: "", remedy: "") { (_: Examination) in
                    Inspection(of: [outcomes]) { $0 }
                }
            }
            return Diagnosis(try DoctorBus(server).examine(), checks).items.map { item in
                item.check + (item.explainedBy.map { "<\($0)" } ?? "")
            }
        }
    }
}
