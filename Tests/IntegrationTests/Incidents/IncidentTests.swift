import CaracalCommands
import RESP
import RedisSandbox
import TestSupport
import Testing

/// The incidents of the sandbox, prepared on real servers: the cause is doctor's first finding, its fix makes it go, and check and
/// watch tell of it.
@Suite struct IncidentTests {
    @Test(arguments: IncidentCase.small)
    func theCauseIsTheFirstFindingAndItsFixMakesItGo(testCase: IncidentCase) throws {
        try Self.examine(testCase, on: .v8_2)
    }

    /// On every server, in other sizes and on other streams.
    @Test(
        .enabled(if: IncidentCase.isThorough),
        arguments: RedisBinary.allCases,
        IncidentCase.small + IncidentCase.large
    )
    func itIsSoOnEveryServerAndInEverySize(binary: RedisBinary, testCase: IncidentCase) throws {
        try Self.examine(testCase, on: binary)
    }

    private static func examine(_ testCase: IncidentCase, on binary: RedisBinary) throws {
        let bus = try IncidentBus(binary, [testCase.incident])
        let findings = try bus.findings()
        let first = try #require(findings.first)
        if binary == .v6_2, let other = testCase.insteadBefore7 {
            #expect(first.check == other, "\(findings.prefix(4))")
            #expect(findings.contains { $0.check == testCase.check && $0.status == "unknown" }, "\(findings)")
            return
        }
        #expect(first.check == testCase.check, "\(findings.prefix(4))")
        let cause = try #require(findings.first { $0.check == testCase.check }, "\(findings)")
        for word in testCase.words { #expect(cause.description.contains(word), "\(word) in: \(cause)") }
        for other in testCase.others { #expect(findings.contains { $0.description.hasPrefix(other) }, "\(findings)") }
        for word in testCase.never { #expect(!"\(findings)".contains(word), "\(findings)") }
        let check = try bus.run("check")
        #expect(check.status == testCase.status, "\(check.stdout)")
        for word in testCase.line { #expect(check.stdout.contains(word), "\(word) in: \(check.stdout)") }
        let row = try bus.row(of: testCase.stream)
        for word in testCase.row { #expect(row.contains(word), "\(word) in: \(row)") }
        try follow(testCase, cause, on: bus)
    }

    /// Does what the finding asks for, after which it is made no more.
    private static func follow(_ testCase: IncidentCase, _ cause: IncidentBus.Finding, on bus: IncidentBus) throws {
        var lines: [String] = []
        switch testCase.remedy {
        case .typed: lines = [cause.fix.withYes]
        case .typedThen(let typed): lines = [cause.fix.withYes] + typed
        case .byHand(let typed): lines = typed
        case .looks(let statuses, let typed):
            let result = try bus.type(cause.fix)
            #expect(statuses.contains(result.status), "\(cause.fix): \(result.stderr)")
            lines = typed
        case .stays(let statuses):
            let result = try bus.type(cause.fix)
            #expect(statuses.contains(result.status), "\(cause.fix): \(result.stderr)")
            return
        case .elsewhere:
            let result = try bus.type(cause.fix)
            #expect(result.status <= 1, "\(cause.fix): \(result)")
            #expect(result.stdout.contains(" checks: "), "\(cause.fix): \(result)")
            #expect(!result.stdout.contains("takes no writes"), "\(cause.fix): \(result)")
            return
        }
        for line in lines {
            let result = try bus.type(line)
            #expect(result.status == 0, "\(line): \(result.stdout)\(result.stderr)")
        }
        let checks = [cause.check] + testCase.solves
        let left = try bus.findings().first {
            checks.contains($0.check) && ($0.check == cause.check ? $0.status != "note" : $0.isProblem)
        }
        #expect(left == nil, "\(lines) leaves: \(left?.description ?? "")")
    }

    /// Between doctor's look and its fix messages go on dying: the fix is about those that it counted.
    @Test func whatDiesMeanwhileStaysADeadLetter() throws {
        let bus = try IncidentBus(.v8_2, [.databaseOutage()])
        let cause = try #require(try bus.findings().first { $0.check == "dead-letters" })
        let dead = "caracal.audit.events.dlq"
        try bus.server.send("XADD \(dead) * reason hmac_verify_failed src_id 1-1 src_data {} src_sig 00")
        let result = try bus.type(cause.fix.withYes)
        #expect(result.status == 0, "\(cause.fix): \(result)")
        #expect(try bus.server.send("XLEN \(dead)")[0].root.integer == 1)
        #expect(try bus.server.send("XLEN caracal.sessions.revoke.dead")[0].root.integer == 0)
    }

    /// With the right key they can go back: nothing removes them under another one.
    @Test func withAnotherKeyNoDeadLetterIsRemoved() throws {
        let bus = try IncidentBus(.v8_2, [.databaseOutage()])
        let key = String(repeating: "b2", count: 32)
        let line = "AUDIT_HMAC_KEY_FILE= AUDIT_HMAC_KEY=\(key) caracalctl doctor --only dead-letters -o ndjson"
        let fix = try JSONNode.lines(try bus.type(line).stdout).compactMap(\.fix).first
        #expect(fix?.hasPrefix("caracalctl dlq export --stream audit.events.dlq --until ") == true, "\(fix ?? "")")
        #expect(
            fix?.hasSuffix("; most signatures in audit.events.dlq do not hold: is this the right key?") == true
                && fix?.contains("purge") == false,
            "\(fix ?? "")"
        )
        // The line that was judged with the right key, pasted where the other one is set.
        let cause = try #require(try bus.findings().first { $0.check == "dead-letters" })
        let length = try bus.server.send("XLEN caracal.audit.events.dlq")[0].root.integer
        let pasted = "export AUDIT_HMAC_KEY_FILE= AUDIT_HMAC_KEY=\(key); \(cause.fix.withYes)"
        #expect(try bus.type(pasted).status == 1)
        #expect(try bus.server.send("XLEN caracal.audit.events.dlq")[0].root.integer == length)
    }

    // MARK: Two at a time

    static let pairs: [(IncidentCase, IncidentCase)] = {
        let all = IncidentCase.small
        return all.indices.flatMap { first in all[(first + 1)...].map { (all[first], $0) } }.filter {
            // What begins empty has not the groups that these two need.
            let names = [$0.incident.name, $1.incident.name]
            let needsGroups = names.contains("ended-agents-running") || names.contains("revocations-slow")
            let isEmptied = names.contains("policy-no-effect")
            // Each of these begins with another bus than the others leave.
            let begins = ["policy-no-effect", "bus-empty", "revocations-missing"].filter(names.contains).count
            // A replica may lack what its master has: nothing is called lost there.
            let isReplica = names.contains("after-maintenance") && begins == 1 && !isEmptied
            // Only the newest signatures are looked at, and services publish in these after what a stranger signed.
            let checks = Set([$0.check, $1.check])
            let isCovered =
                checks.contains("signatures") && !checks.isDisjoint(with: ["outbox-dead", "outbox-waiting"])
            // Who works on a stream reads it to its end, so that nothing is skipped any more; a replica takes no writes whatever else
            // would refuse them.
            return $0.check != $1.check && begins < 2 && !isReplica && !isCovered
                && !(isEmptied && (needsGroups || $0.stream == $1.stream))
                && checks != ["replication", "refused-writes"]
        }
    }()

    /// Those that are prepared every time.
    private static let few = [
        ["revoked-still-accepted", "audit-stopped"], ["policy-no-effect", "dead-letters-grow"],
        ["ended-agents-running", "revocations-slow"], ["audit-stopped", "coordinator-unready"],
        ["dead-letters-grow", "policies-late"], ["revocations-slow", "bus-empty"],
        ["nonsense-ages", "revocations-missing"],
    ]

    @Test(arguments: pairs.filter { few.contains([$0.incident.name, $1.incident.name]) })
    func ofTwoCausesNeitherHidesTheOther(first: IncidentCase, second: IncidentCase) throws {
        let bus = try Self.examine(first, second)
        for testCase in [first, second] {
            let cause = try #require(try bus.findings().first { $0.check == testCase.check }, "\(testCase)")
            try Self.follow(testCase, cause, on: bus)
        }
    }

    @Test(.enabled(if: IncidentCase.isThorough), arguments: pairs)
    func noTwoCausesHideEachOther(first: IncidentCase, second: IncidentCase) throws {
        _ = try Self.examine(first, second)
    }

    @discardableResult
    private static func examine(_ first: IncidentCase, _ second: IncidentCase) throws -> IncidentBus {
        let both = [first, second]
        let bus = try IncidentBus(.v8_2, both.map(\.incident))
        let findings = try bus.findings()
        let checks = Set(both.map(\.check))
        #expect(findings.first.map { checks.contains($0.check) } == true, "\(findings.prefix(4))")
        for testCase in both {
            let place = findings.firstIndex { $0.check == testCase.check }
            #expect(place.map { $0 < 4 } == true, "\(testCase): \(findings.prefix(5))")
        }
        #expect(try bus.run("check").status == both.map(\.status).max())
        return bus
    }
}

extension String {
    /// A fix that asks, with its yes: nobody answers in a test.
    fileprivate var withYes: String {
        [
            "claim", "group seek", "group prune", "consumer prune", "ack", "trim", "outbox requeue", "outbox dispatch",
            "outbox reconcile", "publish", "dlq redrive", "dlq purge",
        ].reduce(self) {
            $0.replacing("caracalctl \($1) ", with: "caracalctl \($1) --yes ")
        }
    }
}

extension JSONNode {
    /// What is to be done about a finding.
    fileprivate var fix: String? {
        if case .string(let text)? = self["fix"] { text } else { nil }
    }
}
