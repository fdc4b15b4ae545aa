import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct TailCommandTests {
    /// - Parameter width: the longest name among the streams that are followed.
    private func line(_ id: String, _ stream: String, _ fields: String, width: Int = 0) -> String {
        let time = Int(id.prefix { $0 != "-" }) ?? 0
        let digits = "\(1_000 + time % 1_000)".dropFirst()
        let name = stream + String(repeating: " ", count: max(0, width - stream.count))
        return "00:00:0\(time / 1_000).\(digits)  \(name)  \(fields)\n"
    }

    private let day = "1970-01-01 UTC\n"

    @Test(arguments: RedisBinary.allCases)
    func theNewestEntriesOfAllStreamsComeInTheOrderOfTheirIds(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try server.send(
                "XADD caracal.keys.invalidate 1-0 zone_id a",
                "XADD caracal.policy.invalidate 2-0 zone_id b",
                "XADD caracal.keys.invalidate 3-0 zone_id c",
                "XADD caracal.policy.invalidate 3-0 zone_id d",
                "XADD caracal.policy.invalidate 4-7 zone_id e"
            )
            let result = try server.run(
                "tail",
                "keys.invalidate",
                "policy.invalidate",
                "--no-follow",
                "--count",
                "4"
            )
            let expected =
                day + line("2-0", "policy.invalidate", "zone_id=b")
                + line("3-0", "keys.invalidate", "zone_id=c", width: 17)
                + line("3-0", "policy.invalidate", "zone_id=d") + line("4-7", "policy.invalidate", "zone_id=e")
            expect(result, status: 0, stdout: expected)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func pagesOfSeveralStreamsAreMergedInOrder(_ version: RedisBinary) throws {
        try withServer(version) { server in
            let connection = try VerifySig.connect(server)
            // One stream has many entries before, between and behind those of the other.
            var commands = (1...300).map { Command("XADD", "caracal.keys.invalidate", "\($0)-0", "n", "\($0)") }
            commands += [50, 150, 299].map { Command("XADD", "caracal.policy.invalidate", "\($0)-5", "n", "\($0).5") }
            _ = try connection.pipeline(commands)
            let result = try server.run(
                "tail",
                "policy.invalidate",
                "keys.invalidate",
                "--no-follow",
                "--from",
                "20",
                "-o",
                "ndjson"
            )
            let ids = result.stdout.split(separator: "\n").map { line in
                line.split(separator: "\"id\":\"")[1].prefix { $0 != "\"" }
            }
            var expected: [Substring] = []
            for number in 20...300 {
                expected.append("\(number)-0")
                if [50, 150, 299].contains(number) { expected.append("\(number)-5") }
            }
            #expect(ids == expected)
            #expect(result.stderr.isEmpty)
            #expect(result.status == 0)
        }
    }

    @Test func aMatchIsAboutTheBytesOfAField() throws {
        try withServer(.v7_0) { server in
            try server.send(
                "XADD caracal.keys.invalidate 1-0 zone_id a x 1",
                "XADD caracal.keys.invalidate 2-0 zone_id ab x 1",
                "XADD caracal.keys.invalidate 3-0 zone_id a x 2"
            )
            let tail = ["tail", "keys.invalidate", "--no-follow", "-o", "ndjson", "--match", "zone_id=a"]
            let runner = CommandRunner(for: server)
            let one =
                #"{"stream":"caracal.keys.invalidate","id":"1-0","fields":[["zone_id","a"],["x","1"]],"message":{"zone_id":"a","x":"1"},"event":null}"#
                + "\n"
            let three =
                #"{"stream":"caracal.keys.invalidate","id":"3-0","fields":[["zone_id","a"],["x","2"]],"message":{"zone_id":"a","x":"2"},"event":null}"#
                + "\n"
            expect(try runner.run(tail), status: 0, stdout: one + three)
            expect(try runner.run(tail + ["--match", "x=2"]), status: 0, stdout: three)
            let plain = tail.dropLast(2)
            expect(try runner.run(plain + ["--where", "zone_id=a", "--where", "x > 1"]), status: 0, stdout: three)
            expect(try runner.run(plain + ["--match", "zone_id=a", "--where", "x!=1"]), status: 0, stdout: three)
        }
    }

    /// What does not match counts among the newest, however many streams there are.
    @Test(arguments: RedisBinary.allCases)
    func ofTheNewestThoseThatMatchAreShown(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try server.send(
                "XADD caracal.keys.invalidate 1-0 zone_id a",
                "XADD caracal.keys.invalidate 2-0 zone_id a",
                "XADD caracal.keys.invalidate 3-0 zone_id b",
                "XADD caracal.policy.invalidate 1-5 zone_id a",
                "XADD caracal.policy.invalidate 5-0 zone_id b"
            )
            let tail = { (streams: [String], count: String) in
                try CommandRunner(for: server).run(
                    ["tail"] + streams + ["--no-follow", "-n", count, "--where", "zone_id=a"]
                )
            }
            let both = ["keys.invalidate", "policy.invalidate"]
            expect(
                try tail(["keys.invalidate"], "2"),
                status: 0,
                stdout: day + line("2-0", "keys.invalidate", "zone_id=a")
            )
            expect(try tail(["policy.invalidate"], "1"), status: 0)
            expect(try tail(both, "2"), status: 0)
            let newest = line("2-0", "keys.invalidate", "zone_id=a", width: 17)
            expect(try tail(both, "3"), status: 0, stdout: day + newest)
            expect(
                try tail(both, "4"),
                status: 0,
                stdout: day + line("1-5", "policy.invalidate", "zone_id=a") + newest
            )
            expect(try tail(both, "0"), status: 0)
        }
    }

    @Test func verifyMarksEachEntryAndQuietLeavesTheGoodOnesOut() throws {
        try withServer(.v7_0) { server in
            let altered = ["zone_id", "z-2"] + VerifySig.signed.dropFirst(2)
            try VerifySig.add([VerifySig.signed, altered, ["zone_id", "z-3"]], on: server)
            let runner = VerifySig.runner(server)
            let tail = ["tail", "sessions.revoke", "--no-follow"]
            let signature = "_sig=\(VerifySig.signed[5])"
            let good = line("1-0", "sessions.revoke", "✓  zone_id=z-1 session_id=s-1 \(signature)")
            let bad =
                line(
                    "2-0",
                    "sessions.revoke",
                    "✗  INVALID (the signature does not match) zone_id=z-2 session_id=s-1 \(signature)"
                )
                + line("3-0", "sessions.revoke", "✗  UNSIGNED (no signature) zone_id=z-3")
            for option in ["--sig", "--verify"] {
                expect(try runner.run(tail + [option]), status: 1, stdout: day + good + bad)
                expect(try runner.run(tail + [option, "--quiet"]), status: 1, stdout: day + bad)
            }
            expect(try runner.run(tail + ["--sig", "--match", "zone_id=z-1"]), status: 0, stdout: day + good)
            // Where a key is set there is a mark, and nobody asked for a verdict.
            let unasked = (good + bad).replacing(" \(signature)", with: "")
            expect(try runner.run(tail), status: 0, stdout: day + unasked)
            let plain = unasked.split(separator: "\n").map {
                $0.replacing("✓  ", with: "").replacing(#/✗  [A-Z]+ \([a-z ]+\) /#, with: "") + "\n"
            }
            expect(try server.run("tail", "sessions.revoke", "--no-follow"), status: 0, stdout: day + plain.joined())
            let broken = ["STREAMS_HMAC_KEY": "no key", "REDIS_URL": server.url]
            expect(try CommandRunner(environment: broken).run(tail), status: 0, stdout: day + plain.joined())
        }
    }

    @Test func aFormatShowsWhatItNames() throws {
        try withServer(.v7_0) { server in
            try VerifySig.add(
                [["data", #"{"event_type":"authz","decision":"deny"}"#], ["data", "{", "zone_id", "z"]],
                to: "caracal.audit.events",
                on: server
            )
            let tail = ["tail", "audit.events", "--no-follow", "-f", "%{id} %{data.event_type} %{zone_id}"]
            expect(try CommandRunner(for: server).run(tail), status: 0, stdout: "1-0 authz -\n2-0 - z\n")
        }
    }

    @Test func aSignalThatIsIgnoredStaysIgnored() throws {
        try withServer { server in
            _ = try server.run("provision")
            let runner = CommandRunner("/bin/sh", environment: ["REDIS_URL": server.url])
            // As in the background of a script, or under nohup.
            let script = "trap '' INT; exec \(CommandRunner.caracalctl) tail keys.invalidate"
            let tail = try runner.start(["-c", script])
            try server.send("XADD caracal.keys.invalidate 5-0 zone_id a")
            try tail.waitForOutput("zone_id=a\n")
            tail.signal(SIGINT)
            try server.send("XADD caracal.keys.invalidate 6-0 zone_id b")
            try tail.waitForOutput("zone_id=b\n")
            tail.signal(SIGTERM)
            #expect(try tail.finish().status == 143)
        }
    }

    @Test func withoutAKeyNothingIsCalledValid() throws {
        try withServer(.v7_0) { server in
            let result = try server.run("tail", "keys.invalidate", "--verify")
            #expect(result.status == 78)
            #expect(result.stdout.isEmpty)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func whatArrivesIsShownAtOnceAndNothingIsTouched(_ version: RedisBinary) throws {
        try withServer(version) { server in
            _ = try server.run("provision")
            let before = try server.send("XINFO STREAM caracal.keys.invalidate FULL")[0].bytes
            let tail = try CommandRunner(for: server).start([
                "tail", "keys.invalidate", "audit.nothing", "--any-stream",
            ])
            try tail.waitForErrors("audit.nothing does not exist yet")
            #expect(try server.send("XINFO STREAM caracal.keys.invalidate FULL")[0].bytes == before)
            try server.send("XADD caracal.keys.invalidate 5-0 zone_id a")
            try tail.waitForOutput("zone_id=a\n")
            try server.send("XADD audit.nothing 6-0 zone_id b")
            try tail.waitForOutput("zone_id=b\n")
            tail.signal(SIGINT)
            let result = try tail.finish()
            #expect(result.status == 130)
            #expect(
                result.stdout == day + line("5-0", "keys.invalidate", "zone_id=a")
                    + line("6-0", "audit.nothing", "zone_id=b", width: 15)
            )
            #expect(
                result.stderr
                    == "caracalctl: warning: audit.nothing does not exist yet\n"
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func afterALostConnectionItSaysWhatWasTrimmed(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try server.send("XADD caracal.keys.invalidate 1-0 n 1")
            let tail = try CommandRunner(for: server).start(["tail", "keys.invalidate"])
            try tail.waitForOutput("n=1\n")
            // In one step, so that nothing is delivered before it is trimmed.
            try server.send(
                "MULTI",
                "XADD caracal.keys.invalidate 2-0 n 2",
                "XADD caracal.keys.invalidate 3-0 n 3",
                "XADD caracal.keys.invalidate 4-0 n 4",
                "XTRIM caracal.keys.invalidate MAXLEN 1",
                "CLIENT KILL TYPE normal SKIPME yes",
                "EXEC"
            )
            try tail.waitForOutput("n=4\n")
            try server.send("XADD caracal.keys.invalidate 5-0 n 5")
            try tail.waitForOutput("n=5\n")
            tail.signal(SIGTERM)
            let result = try tail.finish()
            #expect(result.status == 143)
            let target = "127.0.0.1:\(server.port ?? 0)"
            let gap =
                version == .v6_2
                ? "entries may have been trimmed before they could be read"
                : "2 entries were trimmed or deleted before they could be read"
            let lines = result.stderr.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0].hasPrefix("caracalctl: warning: \(target)"))
            #expect(lines[0].hasSuffix("; trying again"))
            #expect(lines.contains("caracalctl: warning: connected to \(target) again"))
            #expect(lines.contains("caracalctl: warning: caracal.keys.invalidate: \(gap)"))
            let shown = ["1", "4", "5"].map { line("\($0)-0", "keys.invalidate", "n=\($0)") }.joined()
            #expect(result.stdout == day + shown)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func whatWasTrimmedBeforeItCouldBeReadIsSaidAlsoOnAConnectionThatHolds(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try server.send("XADD caracal.keys.invalidate 1-0 n 1")
            let tail = try CommandRunner(for: server).start(["tail", "keys.invalidate"])
            try tail.waitForOutput("n=1\n")
            // In one step, so that nothing is delivered before it is trimmed: as if a slow pipe had held us up.
            let adding = (2...5_001).map { "XADD caracal.keys.invalidate \($0)-0 n \($0)" }
            try server.send(["MULTI"] + adding + ["XTRIM caracal.keys.invalidate MAXLEN 10", "EXEC"])
            try tail.waitForOutput("n=5001\n")
            try tail.waitForErrors("before they could be read")
            tail.signal(SIGTERM)
            let result = try tail.finish()
            let gap =
                version == .v6_2
                ? "entries may have been trimmed before they could be read"
                : "4990 entries were trimmed or deleted before they could be read"
            let shown = ([1] + Array(4_992...5_001)).map { line("\($0)-0", "keys.invalidate", "n=\($0)") }.joined()
            expect(
                result,
                status: 143,
                stdout: day + shown,
                stderr: "caracalctl: warning: caracal.keys.invalidate: \(gap)\n"
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aStreamThatIsMadeAnewWithSmallerIdsIsShownFromItsBeginning(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try server.send("XADD caracal.keys.invalidate 9-0 n 9")
            let tail = try CommandRunner(for: server).start(["tail", "keys.invalidate"])
            try tail.waitForOutput("n=9\n")
            try server.send(
                "MULTI",
                "DEL caracal.keys.invalidate",
                "XADD caracal.keys.invalidate 1-0 n 1",
                "XADD caracal.keys.invalidate 2-0 n 2",
                "EXEC"
            )
            try tail.waitForOutput("n=2\n")
            tail.signal(SIGTERM)
            expect(
                try tail.finish(),
                status: 143,
                stdout: day + ["9", "1", "2"].map { line("\($0)-0", "keys.invalidate", "n=\($0)") }.joined(),
                stderr:
                    "caracalctl: warning: caracal.keys.invalidate was deleted, and perhaps made anew: what is in it now is "
                    + "shown from its beginning\n"
            )
        }
    }

    /// A proxy that hides a cluster takes one stream at a time.
    @Test func streamsThatMayNotBeReadTogetherAreReadOneByOne() throws {
        let look = "+none\r\n-ERR no such key\r\n"
        let missing = "-ERR no such key\r\n"
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send("%1\r\n+mode\r\n+standalone\r\n+OK\r\n+OK\r\n"),
                .expectCommands(5), .send(look + look + "*2\r\n+1\r\n+0\r\n"),
                .expectCommands(3),
                .send(missing + missing + "-CROSSSLOT Keys in request don't hash to the same slot\r\n"),
                .expectCommands(4), .send(missing + missing + "_\r\n_\r\n"), .silent,
            ]
        ])
        let runner = CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:\(peer.port)"])
        let result = try runner.run(["tail", "a", "b", "--any-stream", "--since", "-", "--no-follow"])
        #expect(result.status == 1)
        #expect(!result.stderr.contains("CROSSSLOT"))
        #expect(
            peer.commands().suffix(2) == [
                ["XREAD", "COUNT", "16", "STREAMS", "a", "0-0"], ["XREAD", "COUNT", "16", "STREAMS", "b", "0-0"],
            ]
        )
    }

    @Test func aServerThatIsNoLongerTrustedEndsIt() throws {
        let files = try TLSFiles.shared
        try withTLSServer { server in
            let tail = try CommandRunner(for: server).start(
                ["tail", "keys.invalidate", "--cacert", files.file(.authority)]
            )
            try tail.waitForErrors("does not exist yet")
            let other = "tls-cert-file \(files.file(.unknownIssuer)) tls-key-file \(files.key(.unknownIssuer))"
            try server.send("CONFIG SET \(other)", "CLIENT KILL TYPE normal SKIPME yes")
            let result = try tail.finish()
            #expect(result.status == 69)
            #expect(
                result.stderr.hasSuffix(
                    "caracalctl: 127.0.0.1:\(server.port ?? 0) is not trusted: its certificate was issued by \"CN=stranger\", "
                        + "which is unknown (--cacert names a file of trusted issuers)\n"
                )
            )
        }
    }

    @Test func aClosedPipeIsAQuietEndAlsoWhenNothingArrives() throws {
        try withServer(.v7_0) { server in
            try server.send("XADD caracal.keys.invalidate 1-0 n 1")
            let runner = CommandRunner("/bin/sh", environment: ["REDIS_URL": server.url])
            let script = "{ '\(CommandRunner.caracalctl)' tail keys.invalidate; echo $? >&2; } | head -1"
            expect(try runner.run(["-c", script]), status: 0, stdout: day, stderr: "0\n")
        }
    }

    @Test func hostileBytesNeverReachTheTerminal() throws {
        try withServer(.v7_0) { server in
            let connection = try VerifySig.connect(server)
            _ = try connection.send(Command("XADD", "caracal.keys.invalidate", "1-0", "a\u{1B}[2J", "b\r\n\u{202E}"))
            expect(
                try server.run("tail", "keys.invalidate", "--no-follow"),
                status: 0,
                stdout: day + line("1-0", "keys.invalidate", #"a\x1b[2J=b\r\n\u{202e}"#)
            )
        }
    }

    @Test func streamsThatCannotBeReadAreNamedAndTheOthersShown() throws {
        try withServer(.v7_0) { server in
            try server.send("SET caracal.keys.invalidate x", "XADD caracal.policy.invalidate 1-0 n 1")
            let result = try server.run(
                "tail",
                "keys.invalidate",
                "policy.invalidate",
                "agents.lifecycle",
                "--no-follow"
            )
            expect(
                result,
                status: 1,
                stdout: day + line("1-0", "policy.invalidate", "n=1"),
                stderr: """
                    caracalctl: caracal.keys.invalidate is not a stream: it holds a string
                    caracalctl: caracal.agents.lifecycle does not exist (caracalctl provision agents.lifecycle --start 0 creates it)

                    """
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anIDThatIsNotThereIsSaid(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try server.send(
                "XADD caracal.keys.invalidate 5-0 n 1",
                "XADD caracal.keys.invalidate 6-0 n 2",
                "XADD caracal.keys.invalidate 7-0 n 3",
                "XADD caracal.policy.invalidate 6-5 n 4",
                "XDEL caracal.keys.invalidate 6-0"
            )
            let from = { (id: String, streams: [String]) in
                try CommandRunner(for: server).run(["tail"] + streams + ["--since", id, "--no-follow"])
            }
            let seven = day + line("7-0", "keys.invalidate", "n=3")
            let note = "(deleted, trimmed, or not added yet): what is shown begins with the next entry\n"
            expect(
                try from("6-0", ["keys.invalidate"]),
                status: 0,
                stdout: seven,
                stderr: "caracalctl: warning: 6-0 is not in caracal.keys.invalidate \(note)"
            )
            expect(try from("7-0", ["keys.invalidate"]), status: 0, stdout: seven)
            expect(try from("6", ["keys.invalidate"]), status: 0, stdout: seven)
            expect(
                try from("6-9", ["keys.invalidate", "policy.invalidate"]),
                status: 0,
                stdout: day + line("7-0", "keys.invalidate", "n=3", width: 17),
                stderr: "caracalctl: warning: 6-9 is in none of the 2 streams \(note)"
            )
            #expect(try from("6-5", ["keys.invalidate", "policy.invalidate"]).stderr.isEmpty)
        }
    }

    @Test(arguments: [
        (["--limit", "x"], "--limit is a number from 0 to 1000 (--since reads more)"),
        (["--limit", "1", "--since", "-"], "--limit and --since exclude each other: give one"),
        (["--count", "1", "--from", "-"], "--limit and --since exclude each other: give one"),
        (
            ["--since", "tomorrow"],
            "--since is a time (2h, 14:00, yesterday, 2026-11-28, \"2026-11-28 14:00\" or RFC 3339), an id (ms or ms-seq), "
                + "- or +"
        ),
        (["--match", "=x"], "--match is FIELD=VALUE"),
        (["--where", "zone_id"], "--where zone_id: expected PATH OP VALUE, with OP one of =, !=, ~, < or >"),
        (
            ["-f", "a%y"],
            "--format, at character 2: %y is no place: expected %{id}, %{time}, %{stream}, %{FIELD}, %{FIELD.KEY} or %%"
        ),
        (
            ["-f", "audit.events"],
            "--format has no place such as %{zone_id} (tail follows without an option: caracalctl tail STREAM)"
        ),
        (["--format", "%{a", "--sig"], "--format, at character 1: %{ has no } behind it"),
        (["-f", "%{a}", "--ids"], "--format says what is shown: leave --ids out"),
        (["-f", "%{a}", "-o", "ndjson"], "--format is for lines of text: leave --output or --format out"),
        (
            ["--match", "data.decision=deny"],
            "--match compares whole fields: say --where, which looks into JSON"
        ),
        (["-o", "json"], "-o json is one document, and tail has no end: say ndjson, or --no-follow"),
    ])
    func whatCannotBeMeantIsRefused(_ arguments: [String], _ message: String) throws {
        let result = try CommandRunner().run(["tail"] + arguments)
        #expect(result.status == 64)
        #expect(result.stderr.contains(message))
    }
}
