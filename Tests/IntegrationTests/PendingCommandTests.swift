import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// `pending`, `claim`, `ack` and `trim` as an operator runs them, against real servers with stuck consumers.
@Suite struct PendingCommandTests {
    /// Ten audit events; `old` was given three, idle for three days, the first of them trimmed and the second near its
    /// limit; `new` was given two.
    private func withStuckConsumer(
        _ binary: RedisBinary = .v8_2,
        extra: [String] = [],
        _ body: (SandboxServer) throws -> Void
    ) throws {
        try withServer(binary, extra: extra) { server in
            #expect(try server.run("provision").status == 0)
            for id in 1...10 { try server.send("XADD caracal.audit.events \(id)-0 data {}") }
            let read = "XREADGROUP GROUP audit-ingestor"
            try server.send("\(read) old COUNT 3 STREAMS caracal.audit.events >")
            try server.send("\(read) new COUNT 2 STREAMS caracal.audit.events >")
            for (id, deliveries) in [(1, 1), (2, 7), (3, 8)] {
                let age = "IDLE 266400000 RETRYCOUNT \(deliveries) JUSTID"
                try server.send("XCLAIM caracal.audit.events audit-ingestor old 0 \(id)-0 \(age)")
            }
            try server.send("XTRIM caracal.audit.events MINID 2-0")
            try body(server)
        }
    }

    private static let group = ["audit.events", "audit-ingestor"]
    /// `new` is not called stuck where a slow machine takes half a minute.
    private static let lenient = ["AUDIT_CLAIM_IDLE_SECS": "86400"]

    /// The lines with single spaces; what was a moment ago is `0s`, however slow the machine.
    private func cells(_ table: String) -> [String] {
        table.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            let isShort = { (word: Substring) in word.wholeMatch(of: /[0-9]+s|[0-9]m[0-9]{2}s|[0-9]+m/) != nil }
            return words.map { isShort($0) ? "0s" : String($0) }.joined(separator: " ")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func theSummaryHasALineForEveryGroup(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            expect(
                try server.run("pending", "audit.events", environment: Self.lenient),
                status: 0,
                stdout: """
                    STREAM        GROUP           PENDING  LAG   BEHIND  OLDEST  TRIES  CONSUMERS
                    audit.events  audit-ingestor        5    5  unknown   3d02h    8/8  1 active, 1 stuck
                    audit.events  siem-export           0    9  unknown       -      -  -

                    """
            )
            let lines = try server.run("pending").stdout.split(separator: "\n")
            #expect(lines.count == 11)
            #expect(
                lines.last == "delegations.invalidate  delegations-observer        0    0        -       -      -  -"
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupShowsItsConsumersAndThenItsEntries(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { server in
            let result = try server.run("pending", "audit.events", "audit-ingestor", environment: Self.lenient)
            #expect(result.status == 0 && result.stderr.isEmpty, "\(result)")
            #expect(
                cells(result.stdout) == [
                    "CONSUMER STATE PENDING HELD IDLE LAST SUCCESS", "new active 2 0s 0s 0s", "old stuck 3 3d02h 0s 0s",
                    "ID AGE IDLE TRIES CONSUMER ENTRY", "1-0 - 3d02h 1/8 old trimmed cannot be delivered any more",
                    "2-0 - 3d02h 7/8 old present one more failure sends it to the DLQ",
                    "3-0 - 3d02h 8/8 old present the next failure sends it to the DLQ",
                    "4-0 - 0s 1/8 new present", "5-0 - 0s 1/8 new present",
                ]
            )
        }
    }

    /// Nothing at all could be taken for a group that is not there.
    @Test func aGroupWithNothingPendingSaysSo() throws {
        try withStuckConsumer(.v7_0) { server in
            let exporter = ["pending", "audit.events", "siem-export"]
            let runner = CommandRunner(for: server)
            expect(try runner.run(exporter), status: 0, stdout: "nothing is pending\n")
            expect(try runner.run(exporter + ["--lost"]), status: 0, stdout: "nothing is pending\n")
            expect(try runner.run(exporter + ["-q"]), status: 0)
            #expect(try runner.run(exporter + ["-o", "csv"]).stdout == "ID,AGE,IDLE,TRIES,CONSUMER,ENTRY,NOTE\n")
            let none = try server.run("pending", "audit.events", "audit-ingestor", "--min-idle", "30d")
            #expect(none.stdout.hasSuffix("\nno pending entry matches (5 pending)\n"), "\(none.stdout)")
        }
    }

    @Test func aConsumerThatIsNotThereIsSaidAndNoEmptyList() throws {
        try withStuckConsumer { server in
            expect(
                try server.run(["pending"] + Self.group + ["--consumer", "nosuch"]),
                status: 1,
                stderr:
                    "caracalctl: there is no consumer nosuch in audit-ingestor on caracal.audit.events (caracalctl pending lists "
                    + "them)\n"
            )
            #expect(try server.run(["pending"] + Self.group + ["--consumer", "old", "-q"]).status == 0)
        }
    }

    /// Those that hold something come first; the rest is counted.
    @Test func aGroupWithManyConsumersShowsThoseThatMatter() throws {
        try withStuckConsumer { server in
            for number in 0..<150 {
                try server.send("XGROUP CREATECONSUMER caracal.audit.events audit-ingestor a\(number)")
            }
            let result = try server.run(["pending"] + Self.group)
            let lines = result.stdout.split(separator: "\n")
            #expect(lines.count == 1 + 100 + 1 + 5)
            #expect(lines[1].hasPrefix("old "))
            #expect(lines[2].hasPrefix("new "))
            #expect(result.stderr == "caracalctl: note: 52 more consumers are not shown (--all shows them)\n")
            let all = try server.run(["pending"] + Self.group + ["--all"])
            #expect(all.stdout.split(separator: "\n").count == 1 + 152 + 1 + 5)
            #expect(all.stderr == "")
        }
    }

    @Test func crossedLimitsEndWithStatusOne() throws {
        try withStuckConsumer { server in
            let result = try server.run("pending", "audit.events", "--max-pending", "4", "--max-idle", "1m", "-q")
            #expect(result.status == 1)
            #expect(
                result.stderr.replacing(/for 26[0-9]{4} s/, with: "for 266400 s") == """
                    caracalctl: audit-ingestor on caracal.audit.events holds 5 pending entries, which crosses --max-pending
                    caracalctl: audit-ingestor on caracal.audit.events has an entry pending for 266400 s, which crosses --max-idle

                    """
            )
            #expect(try server.run("pending", "--max-pending", "5", "--max-idle", "30d").status == 0)
            #expect(try server.run(["pending"] + Self.group + ["--max-pending", "4"]).status == 1)
        }
    }

    @Test func theSumIsUnknownAsSoonAsOneStreamIs() throws {
        try withServer(extra: ["user half on nopass ~caracal.audit* +@all"]) { server in
            #expect(try server.run("provision").status == 0)
            let whole = try server.run("pending", "-o", "json").stdout
            #expect(whole.contains("\n    \"pending\": 0\n"))
            let half = try server.run("pending", "-o", "json", "--user", "half").stdout
            #expect(half.contains("\n    \"pending\": null\n"))
        }
    }

    @Test func limitsThatCrossEachOtherAreRefused() throws {
        let cases = [
            (
                ["--min-idle", "10m", "--max-idle", "5m"],
                "--min-idle lies above --max-idle: what crosses the limit would not be shown"
            ),
            (["--all", "--limit", "5"], "--all and --limit exclude each other: give one"),
            (["--limit", "0"], "--limit is a number from 1"), (["-n", "-5"], "--limit is a number from 1"),
            (["--min-deliveries", "x"], "--min-deliveries is a number from 0"),
            (
                ["--max-idle", "5x"],
                "--max-idle is a duration: 500ms, 30s, 5m, 2h, 7d, 1w or 1h30m, or a number of seconds"
            ),
            (["-o", "prometheus"], "entries have no metrics: leave the group out, or say table, json or ndjson"),
        ]
        for (options, message) in cases {
            let result = try CommandRunner().run(["pending"] + Self.group + options)
            expect(result, status: 64, stderr: "caracalctl: \(message)\n")
        }
        expect(
            try run("pending", "--consumer", "x"),
            status: 64,
            stderr: "caracalctl: --consumer is about entries: name a group\n"
        )
    }

    @Test func groupsStreamsAndTypesThatAreNotThereSaySo() throws {
        try withServer { server in
            try server.send("SET caracal.keys.invalidate x", "XADD caracal.agents.lifecycle 1-0 a b")
            for command in [["pending"], ["ack", "1-0", "--yes"], ["claim", "1-0", "--to", "c", "--yes"]] {
                let run = { (stream: String, group: String) in
                    try server.run([command[0], stream, group] + command.dropFirst())
                }
                expect(
                    try run("audit.events", "audit-ingestor"),
                    status: 1,
                    stderr:
                        "caracalctl: caracal.audit.events does not exist (caracalctl provision audit.events --start 0 creates it)\n"
                )
                expect(
                    try run("keys.invalidate", "sts-keys"),
                    status: 1,
                    stderr: "caracalctl: caracal.keys.invalidate is not a stream: it holds a string\n"
                )
                expect(
                    try run("agents.lifecycle", "coordinator-relay"),
                    status: 1,
                    stderr: "caracalctl: the group coordinator-relay does not exist on caracal.agents.lifecycle: its "
                        + "consumers get NOGROUP (caracalctl provision agents.lifecycle --start 0 creates it; then see that they "
                        + "come back)\n"
                )
            }
            #expect(try server.keyCount() == 2)
            #expect(try server.send("XINFO GROUPS caracal.agents.lifecycle")[0].root.count == 0)
        }
    }

    /// A script that counts items with exists false must not take a missing stream for one in order.
    @Test func theGroupsOfAMissingStreamAreItemsThatDoNotExist() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("DEL caracal.sessions.revoke")
            let result = try server.run("pending", "-o", "ndjson")
            #expect(result.status == 1)
            let lines = result.stdout.split(separator: "\n")
            #expect(lines.count == 10, "\(result.stdout)")
            let missing = lines.filter { $0.contains(#""exists":false,"pending":null,"lag":null,"#) }
            #expect(missing == Array(lines.dropFirst(4).prefix(2)))
            #expect(missing.allSatisfy { $0.hasPrefix(#"{"stream":"caracal.sessions.revoke","group":""#) })
            let one = try server.run("pending", "sessions.revoke", "-o", "json").stdout
            #expect(one.contains("\"group\": \"sts-revocation\""), "\(one)")
            #expect(one.contains("\"missing\": 1"), "what was counted before")
        }
    }

    /// Nobody is known to miss it: none of the three wakes anybody.
    @Test func aMissingGroupThatNoServiceReadsThroughIsAWarning() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XGROUP DESTROY caracal.invocations.lifecycle invocations-observer")
            expect(
                try server.run("pending", "invocations.lifecycle"),
                status: 0,
                stdout: """
                    STREAM                 GROUP                 PENDING  LAG  BEHIND  OLDEST  TRIES  CONSUMERS
                    invocations.lifecycle  invocations-observer  MISSING

                    """,
                stderr: "caracalctl: warning: the group invocations-observer does not exist on "
                    + "caracal.invocations.lifecycle: no public service reads through it, others get NOGROUP "
                    + "(caracalctl provision invocations.lifecycle --start 0 creates it)\n"
            )
            #expect(try server.run("check", "--memory", "off").status == 0)
            expect(
                try server.run("doctor", "--only", "groups"),
                status: 0,
                stdout: """
                    1. WARNING groups: the group invocations-observer on caracal.invocations.lifecycle does not exist: no public service reads \
                    through it, others get NOGROUP
                       fix:  caracalctl provision invocations.lifecycle --start 0

                    127.0.0.1:\(server.port ?? 0): 1 warning. 1 check: 1 with a warning.

                    """
            )
        }
    }

    /// A rule that compares the two must have both from the command that writes one.
    @Test(arguments: ["pending", "check"])
    func theDeliveryLimitIsAMetricBesideTheDeliveries(command: String) throws {
        try withStuckConsumer { server in
            let result = try server.run(command, "-o", "prometheus", environment: ["AUDIT_MAX_DELIVERIES": "20"])
            let limits = result.stdout.split(separator: "\n").filter { $0.hasPrefix("caracal_group_delivery_limit{") }
            #expect(
                limits == [#"caracal_group_delivery_limit{stream="caracal.audit.events",group="audit-ingestor"} 20"#]
            )
            #expect(result.stdout.contains("\ncaracal_group_most_deliveries{"))
        }
    }

    @Test func theEnvironmentTellsWhenAnEntryIsIdleAndWhenItDies() throws {
        try withStuckConsumer { server in
            let environment = ["AUDIT_CLAIM_IDLE_SECS": "1000000", "AUDIT_MAX_DELIVERIES": "20"]
            let result = try server.run("pending", "audit.events", environment: environment)
            #expect(result.stdout.contains("8/20  2 active\n"))
            expect(
                try server.run("pending", environment: ["AUDIT_MAX_DELIVERIES": "many"]),
                status: 78,
                stderr: "caracalctl: AUDIT_MAX_DELIVERIES is not a number from 1\n"
            )
        }
    }

    @Test func metricsLeaveOutWhatIsUnknown() throws {
        try withStuckConsumer(.v6_2) { server in
            let result = try server.run("pending", "audit.events", "-o", "prometheus", environment: Self.lenient)
            #expect(result.status == 0)
            let name = "{stream=\"caracal.audit.events\",group="
            let lines = result.stdout.split(separator: "\n").filter { !$0.hasPrefix("#") }
            #expect(lines.contains("caracal_group_pending_entries\(name)\"audit-ingestor\",quality=\"exact\"} 5"))
            #expect(lines.contains("caracal_group_lag_entries\(name)\"siem-export\",quality=\"exact\"} 9"))
            #expect(lines.contains("caracal_group_consumers\(name)\"audit-ingestor\",state=\"stuck\"} 1"))
            #expect(!lines.contains { $0.hasPrefix("caracal_group_lost_entries\(name)\"siem-export\"") })
        }
    }

    @Test func documentsAndLinesSayTheSame() throws {
        try withStuckConsumer { server in
            let lines = try server.run(["pending"] + Self.group + ["-o", "ndjson", "--limit", "1"])
            let start = #"{"id":"1-0","age_ms":null,"idle_ms":"#
            let end =
                #","deliveries":1,"max_deliveries":8,"consumer":"old","entry":"trimmed","exists":false,"#
                + "\"note\":\"cannot be delivered any more\"}\n"
            #expect(lines.stdout.hasPrefix(start) && lines.stdout.hasSuffix(end))
            let document = try server.run(["pending"] + Self.group + ["-o", "json"])
            #expect(document.stdout.hasPrefix("{\n  \"schema\": \"caracalctl.pending-entries/1\",\n"))
            #expect(document.stdout.hasSuffix("\"shown\": 5,\n    \"complete\": true\n  },\n  \"warnings\": []\n}\n"))
        }
    }

    @Test func hostileNamesReachNoTerminal() throws {
        try withServer { server in
            let connection = try Connection.open(
                Endpoint(address: .unix(path: server.socketPath)),
                timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
            )
            let hostile = Array("\u{1B}[31m\u{202E}".utf8) + [0xFF, 0x0A]
            let key = Array("caracal.keys.invalidate".utf8)
            let text = { (word: String) in Array(word.utf8) }
            _ = try connection.send(Command("XADD", arguments: [key, text("1-0"), hostile, hostile]))
            _ = try connection.send(Command("XGROUP", arguments: [text("CREATE"), key, hostile, text("0")]))
            _ = try connection.send(
                Command("XREADGROUP", arguments: [text("GROUP"), hostile, hostile, text("STREAMS"), key, text(">")])
            )
            let result = try server.run("pending", "keys.invalidate")
            #expect(result.stdout.contains(#"\x1b[31m\u{202e}\xff\n"#))
            for format in ["table", "json", "ndjson", "prometheus"] {
                let output = try server.run("pending", "keys.invalidate", "-o", format)
                let text = output.stdout + output.stderr
                #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202E })
            }
        }
    }

    @Test func aListOfManyPagesIsShownWhole() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let connection = try Connection.open(
                Endpoint(address: .unix(path: server.socketPath)),
                timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
            )
            _ = try connection.pipeline(
                (1...3_210).map { Command("XADD", "caracal.audit.events", "\($0)-0", "a", "b") }
            )
            try server.send("XREADGROUP GROUP audit-ingestor c COUNT 3210 STREAMS caracal.audit.events >")
            let all = try server.run(["pending"] + Self.group + ["--all"])
            #expect(all.stdout.split(separator: "\n").count == 2 + 1 + 3_210)
            #expect(all.stderr == "")
            let some = try server.run(["pending"] + Self.group)
            #expect(some.stdout.split(separator: "\n").count == 2 + 1 + 20)
            #expect(some.stderr == "caracalctl: note: 20 shown, and there are more (--all shows them)\n")
        }
    }
}

extension SandboxServer {
    /// Runs the tool against it.
    func run(_ arguments: [String]) throws -> CommandResult {
        try CommandRunner(for: self).run(arguments)
    }
}
