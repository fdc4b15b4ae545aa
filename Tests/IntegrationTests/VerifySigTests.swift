import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// `verify-sig` as an operator runs it, against real servers.
@Suite struct VerifySigTests {
    @Test func aMillisecondIsAllItsEntries() throws {
        try withServer { server in
            for id in ["4-9", "5-0", "5-1", "6-0"] { try server.send("XADD caracal.keys.invalidate \(id) a b") }
            let result = try server.run(
                "verify-sig",
                "keys.invalidate",
                "--since",
                "5",
                "--until",
                "5",
                "-o",
                "ndjson",
                environment: ["STREAMS_HMAC_KEY": String(repeating: "07", count: 32)]
            )
            let counts = #""entries":2,"valid":0,"invalid":0,"unsigned":2,"unchecked":0,"warned":0,"listed":["#
            #expect(result.stdout.contains(counts), "\(result.stdout)")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aStreamOfSignedEntriesIsInOrder(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try VerifySig.add(Array(repeating: VerifySig.signed, count: 1), on: server)
            let result = try VerifySig.run(server, "sessions.revoke")
            #expect(
                result.stdout == """
                    STREAM           SCHEME  ENTRIES  VALID  INVALID  UNSIGNED
                    sessions.revoke  fields        1      1        0         0

                    """
            )
            #expect(result.stderr == "")
            #expect(result.status == 0)
        }
    }

    /// Zeros alone would look like a check that went well.
    @Test(arguments: [
        (
            ["--since", "2020-01-01", "--until", "2020-01-02"],
            "between 2020-01-01T00:00:00.000Z and 2020-01-02T00:00:00.000Z"
        ),
        (["--until", "2020-01-01"], "until 2020-01-01T00:00:00.000Z"), (["--since", "9-1"], "since 9-1"),
        (["--since", "2090-01-01"], "since 2090-01-01T00:00:00.000Z, which lies in the future"),
    ])
    func aRangeWithNothingInItIsSaid(range: [String], words: String) throws {
        try withServer { server in
            // Behind 2020-01-02, and before 9-1.
            let isID = range.contains("9-1")
            try server.send("XADD caracal.sessions.revoke \(isID ? "5-0" : "1700000000000-0") zone_id z")
            let runner = VerifySig.runner(server)
            let result = try runner.run(["verify-sig", "sessions.revoke"] + range)
            let note = "there is no entry \(words): nothing was checked"
            expect(
                result,
                status: 0,
                stdout: """
                    STREAM           SCHEME  ENTRIES  VALID  INVALID  UNSIGNED
                    sessions.revoke  -             0      0        0         0

                    """,
                stderr: "caracalctl: note: \(note)\n"
            )
            expect(try runner.run(["verify-sig", "sessions.revoke", "-q"] + range), status: 0)
            let json = try runner.run(["verify-sig", "sessions.revoke", "-o", "json"] + range)
            #expect(json.stdout.contains("\"message\": \"\(note)\""), "\(json.stdout)")
        }
    }

    @Test func anEmptyFileIsSaid() throws {
        let runner = CommandRunner(environment: ["STREAMS_HMAC_KEY": VerifySig.key])
        expect(
            try runner.run(["verify-sig", "--offline", "-"]),
            status: 0,
            stderr: "caracalctl: note: standard input has no entry: nothing was checked\n"
        )
    }

    @Test func eachFailureIsExplained() throws {
        try withServer { server in
            let upperCase = VerifySig.signed.dropLast() + [VerifySig.signed[5].uppercased()]
            try VerifySig.add(
                [
                    VerifySig.signed, VerifySig.invalidation, ["zone_id", "z-1"], ["_sig", "abc"],
                    ["_sig", String(repeating: "g", count: 64)], VerifySig.signed, Array(upperCase),
                ],
                on: server
            )
            let result = try VerifySig.run(server, "caracal.sessions.revoke")
            #expect(
                result.stdout == """
                    STREAM           SCHEME  ENTRIES  VALID  INVALID  UNSIGNED  WARNED
                    sessions.revoke  fields        7      3        3         1       2
                    INVALID   2-0  sessions.revoke  signed for caracal.keys.invalidate: copied from another stream
                    UNSIGNED  3-0  sessions.revoke  no signature
                    INVALID   4-0  sessions.revoke  the signature has 3 characters instead of 64
                    INVALID   5-0  sessions.revoke  the signature is not hexadecimal
                    WARNING   6-0  sessions.revoke  the same signature was seen before: a replay, or delivered twice
                    WARNING   7-0  sessions.revoke  the same signature was seen before: a replay, or delivered twice; \
                    the signature is in upper case: not every consumer accepts that
                    next  caracalctl get sessions.revoke 2-0

                    """
            )
            #expect(
                result.stderr == """
                    caracalctl: caracal.sessions.revoke: 3 of 7 entries have invalid signatures
                    caracalctl: caracal.sessions.revoke: 1 of 7 entries is unsigned
                    caracalctl: warning: caracal.sessions.revoke: 2 valid signatures draw a warning

                    """
            )
            #expect(result.status == 1)
        }
    }

    /// Copies, damaged signatures and single entries nobody should sign.
    @Test func whatAnotherKeySignedCanBePublishedAgain() throws {
        try withServer { server in
            let other = { (digit: String) in
                ["zone_id", "z-1", "session_id", "s-1", "_sig", String(repeating: digit, count: 64)]
            }
            try VerifySig.add([VerifySig.signed, other("1")], on: server)
            let one = "caracalctl: caracal.sessions.revoke: 1 of 2 entries has an invalid signature\n"
            #expect(try VerifySig.run(server, "sessions.revoke").stderr == one)
            _ = try VerifySig.connect(server).send(
                Command("XADD", arguments: ([VerifySig.revocations, "3-0"] + other("2")).map { Array($0.utf8) })
            )
            let two = "caracalctl: caracal.sessions.revoke: 2 of 3 entries have invalid signatures\n"
            let hint =
                "caracalctl: note: no consumer of caracal.sessions.revoke has acted on them; if this is the key that the "
                + "services have now, and you know who wrote them: "
                + "caracalctl publish sessions.revoke --resign --since 2-0 --force "
                + "(--dry-run tells first which of them have been published again)\n"
            #expect(try VerifySig.run(server, "sessions.revoke").stderr == two + hint)
            #expect(try VerifySig.run(server, "sessions.revoke", "-q").stderr == two)
            #expect(try Self.resign(server, "2-0").status == 78)
            #expect(try Self.resign(server, "2-0", "--force").status == 0)
            _ = try VerifySig.connect(server).send(
                Command(
                    "XADD",
                    arguments: ([VerifySig.revocations, "4-0"] + VerifySig.invalidation).map { Array($0.utf8) }
                )
            )
            let three = "caracalctl: caracal.sessions.revoke: 3 of 4 entries have invalid signatures\n"
            #expect(try VerifySig.run(server, "sessions.revoke").stderr == three)
        }
    }

    private static func resign(_ server: SandboxServer, _ id: String, _ others: String...) throws -> CommandResult {
        try VerifySig.runner(server).run(
            ["publish", "sessions.revoke", "--resign", "--since", id] + others + ["--dry-run"]
        )
    }

    /// Where little speaks against the key the command asks for no --force.
    @Test func aFewThatAnotherKeySignedCanBePublishedAgainWithoutForce() throws {
        try withServer { server in
            let other = { (digit: String) in
                ["zone_id", "z-1", "session_id", "s-2", "_sig", String(repeating: digit, count: 64)]
            }
            try VerifySig.add([VerifySig.signed, VerifySig.signed, other("1"), other("2")], on: server)
            #expect(
                try VerifySig.run(server, "sessions.revoke").stderr.hasSuffix(
                    "caracalctl: note: no consumer of caracal.sessions.revoke has acted on them; if you know who wrote them: "
                        + "caracalctl publish sessions.revoke --resign --since 3-0 "
                        + "(--dry-run tells first which of them have been published again)\n"
                )
            )
            #expect(try Self.resign(server, "3-0").status == 0)
        }
    }

    /// The proposal is about the entries that are listed, and comes from the one look at them, however many more the stream has. Which
    /// of them are there again the command tells that is proposed.
    @Test func theProposalReadsNothingBesideWhatWasAskedFor() throws {
        try withServer { server in
            let other = { (session: Int) in
                ["zone_id", "z-1", "session_id", "s-\(session)", "_sig", String(repeating: "\(session)", count: 64)]
            }
            try VerifySig.add([VerifySig.signed] + (2...9).map(other), on: server)
            let again = ["publish", "sessions.revoke", "--resign", "--id", "3-0", "--yes", "--force"]
            #expect(try VerifySig.runner(server).run(again).status == 0)
            let result = try VerifySig.run(server, "sessions.revoke", "--since", "2-0", "--until", "3-0", "--trace")
            let lines = result.stderr.split(separator: "\n").map(String.init)
            let told = lines.filter { !$0.hasPrefix("trace: ") }
            let note =
                "caracalctl: note: no consumer of caracal.sessions.revoke has acted on them; if this is the key that the "
                + "services have now, and you know who wrote them: "
                + "caracalctl publish sessions.revoke --resign --since 2-0 --force "
                + "(--dry-run tells first which of them have been published again)"
            #expect(told == ["caracalctl: caracal.sessions.revoke: all 2 signatures are invalid", note])
            #expect(lines.count { $0.contains(" XRANGE ") } == 1, "\(result.stderr)")
            #expect(result.status == 1)
            let plan = try Self.resign(server, "2-0", "--until", "3-0", "--force")
            #expect(plan.stdout.contains("kept: the later valid entry "), "\(plan)")
        }
    }

    @Test func hostileNamesAndValuesReachNoTerminal() throws {
        try withServer { server in
            try VerifySig.add([["\u{1B}[31m", "\u{202E}", "_sig", "\u{1B}]0;x\u{7}"]], on: server)
            let result = try VerifySig.run(server, "sessions.revoke")
            #expect(result.status == 1)
            #expect(!(result.stdout + result.stderr).unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        }
    }

    @Test func whatMayNotBeReadIsNotComplete() throws {
        try withServer(extra: ["user blind on nopass ~* +@all -xrange"]) { server in
            try VerifySig.add([["a", "b"]], on: server)
            let whole = try VerifySig.run(server, "sessions.revoke", "-o", "json")
            #expect(whole.stdout.contains(#""complete": true"#))
            let refused = try VerifySig.run(server, "sessions.revoke", "-o", "json", "--user", "blind")
            #expect(refused.stdout.contains(#""complete": false"#))
            #expect(refused.status == 77)
        }
    }

    @Test func entriesOfOddShapesAreChecked() throws {
        try withServer { server in
            let connection = try VerifySig.connect(server)
            let many = (0..<10_000).flatMap { ["f\($0)", "v"] }
            _ = try connection.send(Command("XADD", arguments: (["s", "1-0"] + many).map { Array($0.utf8) }))
            _ = try connection.send(Command("XADD", arguments: [Array("s".utf8), Array("2-0".utf8), [0xFF], [0xFE]]))
            _ = try connection.send(Command("XADD", arguments: [Array("s".utf8), Array("3-0".utf8), [], []]))
            let result = try VerifySig.run(server, "s", "--any-stream", "-n", "0")
            #expect(try VerifySig.run(server, "s", "--any-stream", "--max-report", "0") == result)
            #expect(
                result.stdout == """
                    STREAM  SCHEME  ENTRIES  VALID  INVALID  UNSIGNED
                    s       -             3      0        0         3
                    and 3 more (--limit shows more of them, --each shows all)

                    """
            )
            #expect(result.status == 1)
        }
    }

    @Test func pagesCoverEveryEntryOnce() throws {
        try withServer { server in
            let connection = try VerifySig.connect(server)
            let count = 5_003
            for _ in 0..<count {
                connection.enqueue(
                    Command(
                        "XADD",
                        arguments: ([VerifySig.revocations, "*"] + VerifySig.signed).map { Array($0.utf8) }
                    )
                )
            }
            try connection.flush(until: .after(.seconds(120)))
            for _ in 0..<count { _ = try connection.receive(until: .after(.seconds(120))) }
            let result = try VerifySig.run(server, "sessions.revoke", "--each")
            let ids = result.stdout.split(separator: "\n").map { $0.split(separator: "\"")[7] }
            #expect(ids.count == count)
            #expect(Set(ids).count == count)
            #expect(result.status == 0)
        }
    }

    @Test func largeEntriesComeInSmallPages() throws {
        try withServer { server in
            let large = ["data", String(repeating: "x", count: 3_000_000)]
            try VerifySig.add(Array(repeating: large, count: 40), on: server)
            let result = try VerifySig.run(server, "sessions.revoke", "--max-report", "0", "-o", "ndjson")
            #expect(result.stdout.contains("\"entries\":40,\"valid\":0,\"invalid\":0,\"unsigned\":40"))
        }
    }

    @Test(
        arguments: [
            (["--since", "2-0"], 2), (["--until", "2-0"], 2), (["--since", "2"], 2), (["--since", "2-1"], 1),
            (["--since", "-", "--until", "+"], 3), (["--since", "-2h"], 0), (["--until", "-2h"], 3),
            (["--since", "1970-01-01T00:00:00.002Z"], 2), (["--since", "+"], 0), (["--id", "1-0", "3-0"], 2),
            (["--id", "2"], 1),
        ] as [([String], Int)]
    )
    func aRangeHasBothItsEnds(arguments: [String], entries: Int) throws {
        try withServer { server in
            let other = ["_sig", "x"]
            try VerifySig.add([other, other, other], on: server)
            let runner = VerifySig.runner(server)
            let result = try runner.run(["verify-sig", "sessions.revoke", "-o", "ndjson"] + arguments)
            #expect(result.stdout.contains("\"entries\":\(entries),"))
            #expect(result.status == (entries == 0 ? 0 : 1))
        }
    }

    @Test func anIDThatIsNotThereIsAFinding() throws {
        try withServer { server in
            try VerifySig.add([VerifySig.signed], on: server)
            let result = try VerifySig.run(server, "sessions.revoke", "--id", "1-0", "1-1")
            #expect(result.stderr == "caracalctl: caracal.sessions.revoke has no entry 1-1\n")
            #expect(result.status == 1)
        }
    }

    @Test func allLooksIntoDeadLettersAndChangesNothing() throws {
        try withServer { server in
            let runner = VerifySig.runner(server)
            #expect(try runner.run(["provision"]).status == 0)
            try VerifySig.add([VerifySig.audited], to: "caracal.audit.events", on: server)
            try VerifySig.add(
                [["reason", "pg_permanent_error:x", "src_data", "{}", "src_sig", VerifySig.audited[3]]],
                to: "caracal.audit.events.dlq",
                on: server
            )
            let payload = "{\"zone_id\":\"z-1\",\"_sig\":\"\(VerifySig.invalidation[3])\"}"
            try VerifySig.add(
                [["source_id", "1-1", "reason", "invalid_signature", "payload", payload]],
                to: "caracal.keys.invalidate.dead",
                on: server
            )
            let before = try state(server)
            let result = try VerifySig.run(server, "--all")
            #expect(
                result.stdout == """
                    STREAM                                 SCHEME  ENTRIES  VALID  INVALID  UNSIGNED
                    audit.events                           audit         1      1        0         0
                    audit.events.dlq                       -             1      0        0         1
                    audit.events.dlq (source entries)      audit         1      1        0         0
                    policy.invalidate                      -             0      0        0         0
                    sessions.revoke                        -             0      0        0         0
                    keys.invalidate                        -             0      0        0         0
                    agents.lifecycle                       -             0      0        0         0
                    invocations.lifecycle                  -             0      0        0         0
                    delegations.invalidate                 -             0      0        0         0
                    providers.ratelimit                    -             1      0        0         1
                    keys.invalidate.dead                   -             1      0        0         1
                    keys.invalidate.dead (source entries)  fields        1      1        0         0

                    """
            )
            #expect(result.stderr == "")
            #expect(result.status == 0)
            #expect(try state(server) == before)
        }
    }

    @Test func aMissingStreamIsAFindingAndIsNotCreated() throws {
        try withServer { server in
            let result = try VerifySig.run(server, "sessions.revoke", "keys.invalidate.dead")
            #expect(
                result.stderr == """
                    caracalctl: caracal.sessions.revoke does not exist
                    caracalctl: caracal.keys.invalidate.dead does not exist

                    """
            )
            #expect(result.status == 1)
            #expect(try VerifySig.connect(server).send(Command("DBSIZE")).root.unsigned == 0)
        }
    }

    @Test func aKeyOfAnotherTypeIsAFinding() throws {
        try withServer { server in
            _ = try VerifySig.connect(server).send(Command("SET", VerifySig.revocations, "x"))
            let result = try VerifySig.run(server, "sessions.revoke")
            #expect(result.stderr == "caracalctl: caracal.sessions.revoke is not a stream: it holds a string\n")
            #expect(result.status == 1)
        }
    }

    @Test func aLackOfRightsIsSaidAndOutweighsFindings() throws {
        try withServer(extra: ["user reader on nopass ~* +@connection +xinfo +type +time"]) { server in
            try VerifySig.add([VerifySig.signed], on: server)
            let result = try VerifySig.run(server, "sessions.revoke", "--user", "reader")
            #expect(result.stdout.contains("sessions.revoke  NOT PERMITTED\n"))
            #expect(result.status == 77)
        }
    }

    @Test func aKeyFileServesTheOneSchemeThatIsNeeded() throws {
        try withServer { server in
            try VerifySig.add([VerifySig.audited], to: "caracal.audit.events", on: server)
            let folder = try TemporaryFolder()
            let file = try folder.write("key", VerifySig.key + "\n")
            let result = try CommandRunner(for: server).run(["verify-sig", "audit.events", "--key-file", file])
            #expect(result.stderr == "")
            #expect(result.status == 0)
        }
    }

    /// What the server says of every key: the same before and after reading.
    private func state(_ server: SandboxServer) throws -> [Reply] {
        let connection = try VerifySig.connect(server)
        let names = try KeyNames.all(on: connection)
        return try connection.pipeline(
            names.flatMap { [Command("XINFO", "STREAM", $0, "FULL"), Command("XINFO", "GROUPS", $0)] }
        )
    }
}

/// The keys of a small database.
private enum KeyNames {
    static func all(on connection: Connection) throws -> [String] {
        try connection.send(Command("KEYS", "*")).root.elements
            .map { String(decoding: $0.text ?? [], as: UTF8.self) }.sorted()
    }
}
