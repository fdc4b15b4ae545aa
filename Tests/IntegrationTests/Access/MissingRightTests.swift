import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Which right is missing, and what is not known for want of it.
@Suite struct MissingRightTests {
    /// Runs a command as an operator that lacks one right.
    private func run(
        _ line: String,
        without right: String,
        preparations: [String] = [],
        _ check: (CommandResult) throws -> Void
    ) throws {
        try withServer { server in
            let bench = try AccessBench(server)
            try bench.makeProbe("operator", without: right)
            try check(try bench.run(AccessRun(line: line, roles: [], preparations: preparations), as: "probe"))
        }
    }

    private static func lack(_ command: String, _ right: String, _ role: String = "observer") -> String {
        "the user \"probe\" may not run \(command) (ACL SETUSER probe \(right); "
            + "caracalctl provision --emit-acl \(role))"
    }

    private static let noTime = lack("TIME", "+time")

    static let timeless = [
        ("xlen sessions.revoke", "the ages of entries are not known"),
        ("pending audit.events audit-ingestor", "the ages of entries are not known"),
        ("claim audit.events audit-ingestor --to c2 --min-idle 0s --dry-run", "the ages of entries are not known"),
        ("ack audit.events audit-ingestor --trimmed --dry-run", "the ages of entries are not known"),
        ("dlq", "ages are by the clock of this machine"),
        ("dlq ls", "ages are by the clock of this machine"),
        ("verify-sig policy.invalidate --from -2h", "times are by the clock of this machine"),
        ("tail policy.invalidate --from -2h --no-follow", "times are by the clock of this machine"),
    ]

    @Test(arguments: timeless)
    func withoutTimeItIsSaidWhatIsNotKnown(line: String, consequence: String) throws {
        try run(line, without: "+time") { result in
            let lines = result.stderr.split(separator: "\n").filter { $0.contains("TIME") }
            #expect(lines == ["caracalctl: warning: \(consequence): \(Self.noTime)"], "\(result.stderr)")
        }
    }

    @Test(arguments: ["pending", "verify-sig --all", "tail policy.invalidate --from 1-0 --no-follow"])
    func whoNeedsNoTimeSaysNothingOfIt(line: String) throws {
        try withServer { server in
            let bench = try AccessBench(server)
            try bench.makeProbe("operator", without: "+time")
            let run = AccessRun(line: line, roles: [])
            let (whole, result) = (try bench.run(run, as: nil), try bench.run(run, as: "probe"))
            #expect(result.status == whole.status, "\(result.stderr)")
            #expect(!(result.stdout + result.stderr).contains("TIME"))
        }
    }

    static let scripts = [
        ("trim policy.invalidate --yes", "+xtrim", "XTRIM on caracal.policy.invalidate"),
        ("dlq redrive --yes", "+xadd", "XADD on caracal.audit.events"),
        ("ack audit.events audit-ingestor 1-1 --yes", "+xack", "XACK on caracal.audit.events"),
        ("claim audit.events audit-ingestor --to c2 --min-idle 0s --yes", "+xclaim", "XCLAIM on caracal.audit.events"),
        (
            "group rm audit.events siem-export --force --yes", "+xgroup|destroy",
            "XGROUP DESTROY on caracal.audit.events"
        ),
    ]

    /// Older servers name only the line of the script, and newer ones the command: an operator is told the same by both.
    @Test(arguments: RedisBinary.allCases, scripts)
    func ofTheCommandsInAScriptTheOneIsNamedThatLacksItsRight(
        binary: RedisBinary,
        script: (line: String, right: String, place: String)
    ) throws {
        try withServer(binary) { server in
            let bench = try AccessBench(server)
            try bench.makeProbe("operator", without: script.right)
            let result = try bench.run(AccessRun(line: script.line, roles: []), as: "probe")
            let lack = Self.lack(script.place, script.right, "operator")
            #expect(result.stderr.contains(lack), "\(result.stderr)")
            #expect(result.status == 77)
        }
    }

    @Test func watchSaysWhyItKnowsNoRates() throws {
        try run("watch -o ndjson --count 1", without: "+time") { result in
            #expect(result.status == 0)
            #expect(result.stdout.contains("\"in_per_second\":null"))
            #expect(
                result.stdout.contains(
                    #""warnings":[{"code":"time_unknown","message":"rates are not known: the user \"probe\" may not run TIME"#
                )
            )
        }
    }

    @Test func theTypeOfAKeyIsNotKnown() throws {
        let key = "caracal.keys.invalidate"
        let preparations = ["DEL \(key)", "SET \(key) 1"]
        let reason =
            "it holds a different type (which one is not known: "
            + Self.lack("TYPE on \(key)", "+type") + ")"
        try run("xlen keys.invalidate", without: "+type", preparations: preparations) { result in
            expect(
                result,
                status: 1,
                stdout: """
                    STREAM                 LENGTH  BOUND  FILL  OLDEST  NEWEST  GROUPS
                    keys.invalidate  NOT A STREAM

                    """,
                stderr: "caracalctl: \(key) is not a stream: \(reason)\n"
            )
        }
        try run("check", without: "+type", preparations: preparations) { result in
            #expect(result.status == 2)
            #expect(
                result.stdout.contains(
                    "keys.invalidate is not a stream: it holds a different type (the ACL user lacks the right to TYPE)"
                )
            )
        }
        try run("trim keys.invalidate --yes", without: "+type", preparations: preparations) { result in
            expect(result, status: 1, stderr: "caracalctl: \(key) is not a stream: \(reason)\n")
        }
    }

    @Test func checkSaysWhyDeadLettersAreNotCounted() throws {
        try run("check", without: "+xlen") { result in
            #expect(
                result.stdout.contains("audit.events.dlq dead letters unknown: the ACL user lacks the right to XLEN"),
                "\(result.stdout)"
            )
        }
    }

    @Test func checkSaysWhyTheOldestPendingEntryIsNotKnown() throws {
        try run("check", without: "+xpending") { result in
            #expect(
                result.stdout.contains(
                    "audit.events/audit-ingestor oldest pending entry unknown: the ACL user lacks the right to XPENDING"
                ),
                "\(result.stdout)"
            )
        }
    }

    @Test(arguments: [
        ("+time", "clock-skew", "by how much the clocks differ is not known: this user may not TIME"),
        ("+slowlog|get", "slow-calls", "which calls took long is not known: this user may not SLOWLOG GET"),
        ("+time", "future-ids", "whether ids lie ahead of the server's clock is not known: this user may not TIME"),
        (
            "+client|list", "shared-consumers",
            "whether consumers are shared is not known: this user may not CLIENT LIST"
        ),
    ])
    func doctorSaysWhatItCouldNotFindOut(right: String, check: String, finding: String) throws {
        try run("doctor --only \(check)", without: right) { result in
            #expect(result.stdout.contains(finding), "\(result.stdout)")
        }
    }

    @Test func publishSaysWhyItDoesNotKnowWhoReads() throws {
        let line = "publish sessions.revoke zone_id=z session_id=s outbox_id=m-1"
        try run(line, without: "+xinfo|groups") { result in
            #expect(result.status == 0)
            #expect(
                result.stderr
                    == "caracalctl: warning: which groups read caracal.sessions.revoke is not known: "
                    + Self.lack("XINFO GROUPS on caracal.sessions.revoke", "+xinfo|groups") + "\n"
            )
        }
    }

    @Test func rawSaysWhyItAsks() throws {
        try run("raw GEODIST key a b", without: "+command|info") { result in
            #expect(result.status == 64)
            #expect(
                result.stderr.hasPrefix(
                    "caracalctl: warning: whether GEODIST only looks is not known, so it counts as writing: "
                        + Self.lack("COMMAND INFO", "+command|info") + "\n"
                ),
                "\(result.stderr)"
            )
        }
    }
}
