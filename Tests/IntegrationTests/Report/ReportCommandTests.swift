import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What `report` writes, where, and how it ends.
@Suite struct ReportCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ file: String) throws -> String {
        String(decoding: try TemporaryFolder.read(file), as: UTF8.self)
    }

    private func mode(_ file: String) -> mode_t? {
        var status = stat()
        return stat(file, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    private let away = ["REDIS_URL": "redis://127.0.0.1:1"]

    // MARK: What is in it

    @Test func withoutAFileItIsMarkdownWithTheFindingsFirst() throws {
        try withServer(extra: ["maxmemory 2gb", "maxmemory-policy allkeys-lru"]) { server in
            #expect(try server.run("provision").status == 0)
            let result = try server.run("report")
            #expect(result.status == 1)
            #expect(result.stderr == "")
            let text = result.stdout.maskedReport(port: server.port)
            let head = """
                # caracalctl report: 127.0.0.1:PORT, NOW

                **1 failure

                """
            #expect(text.hasPrefix(head.dropLast(1)))
            let heads = text.split(separator: "\n").filter { $0.hasPrefix("## ") }.map(String.init)
            #expect(
                heads == [
                    "## Findings", "## Streams", "## Groups", "## Dead letters", "## Signatures", "## Memory",
                    "## Not known",
                ]
            )
            #expect(text.contains("1. **FAILURE** `maxmemory-policy`: maxmemory-policy is allkeys-lru"))
            #expect(text.contains("\n   ```\n   redis-cli -u \"$REDIS_URL\" CONFIG SET maxmemory-policy noeviction"))
            #expect(text.contains("\n| sessions.revoke | 0 |"))
            #expect(text.contains("\n| FULL | not measured (--record 10m plots its course) |\n"))
            #expect(text.contains("\n| providers.ratelimit | \\- | 1 | 0 | 0 | 1 by design |\n"))
            #expect(!text.contains("outbox-"))
            #expect(text.contains("\n- outboxes: no database is named (DATABASE\\_URL)\n"))
            #expect(
                text.contains(
                    "\n- signatures: signatures of the fields scheme were not checked: STREAMS\\_HMAC\\_KEY is not set\n"
                )
            )
        }
    }

    /// As doctor counts them.
    @Test func whatIsNotKnownIsNoCheckThatWasMade() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("ACL SETUSER less on nopass ~caracal.* -@all +info +time +xinfo|stream")
            let runner = CommandRunner(environment: ["REDIS_URL": server.url.replacing("//", with: "//less:x@")])
            let closing = try #require(try runner.run(["doctor"]).stdout.split(separator: "\n").last)
            let words = closing.split(separator: " ")
            let (checks, not) = (
                try #require(words.firstIndex(of: "checks:")), try #require(words.lastIndex(of: "not"))
            )
            let (all, unknown) = (try #require(Int(words[checks - 1])), try #require(Int(words[not - 1])))
            #expect(unknown > 10, "\(closing)")
            let made = "\(all - unknown) of \(all) checks made, \(unknown) not"
            let report = try runner.run(["report"]).stdout
            #expect(report.contains("; \(made)**\n"), "\(report)")
            #expect(report.contains("\n\(made); "), "\(report)")
        }
    }

    @Test func filesAreForTheirOwnerAndNeverReplacedUnasked() throws {
        // A busy machine makes calls slow, which is a finding.
        try withServer(extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            let (html, markdown) = ("\(folder.path)/r.html", "\(folder.path)/r.md")
            let result = try server.run("report", "--html", html, "--md", markdown)
            #expect(result.status == 0)
            let lines = result.stdout.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("\(html): ") == true)
            #expect(mode(html) == 0o600 && mode(markdown) == 0o600)
            #expect(try text(html).hasPrefix("<!DOCTYPE html>"))
            #expect(try text(markdown).hasPrefix("# caracalctl report"))
            let before = try text(html)
            expect(
                try server.run("report", "--html", html),
                status: 78,
                stderr: "caracalctl: \(html) exists already (--force replaces it)\n"
            )
            #expect(try text(html) == before)
            #expect(try server.run("report", "--html", html, "--force", "-q").stdout == "")
            #expect(FileTree.names(in: folder.path)?.sorted() == ["r.html", "r.md"])
        }
    }

    @Test func aFileThatCannotBeWrittenIsRefusedBeforeAnythingIsAsked() throws {
        expect(
            try run("report", "--record", "7d", "--html", "/nowhere/r.html", environment: away),
            status: 78,
            stderr: "caracalctl: cannot write /nowhere/r.html: no such file or directory\n"
        )
    }

    @Test func thePageLoadsNothingAndHasNoScript() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let page = try CommandRunner(for: server).run(
                ["report", "--html", "-", "--from", "-"],
                input: RecordedFrames.minute()
            )
            .stdout
            #expect(
                page.contains(
                    "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\""
                )
            )
            for word in [
                "<script", "<link", "<img", "@import", "url(", " src=", "http:", "https:", "onload", "<iframe",
            ] {
                #expect(!page.contains(word), "\(word)")
            }
        }
    }

    @Test func secretsAndContentsAreNotInIt() throws {
        let key = String(repeating: "5f", count: 32)
        try withServer(extra: ["requirepass sesame"]) { server in
            let environment = [
                "REDIS_URL": "redis://:sesame@127.0.0.1:\(server.port ?? 0)", "STREAMS_HMAC_KEY": key,
                "AUDIT_HMAC_KEY": key,
            ]
            let runner = CommandRunner(environment: environment)
            #expect(try runner.run(["provision"]).status == 0)
            let words = ["zone_id=z-1", "session_id=secret-session", "reason=logout"]
            let sent = try runner.run(["publish", "sessions.revoke"] + words + ["--unsigned", "--no-schema"])
            #expect(sent.status == 0, "\(sent)")
            let plain = try runner.run(["report", "--html", "-"])
            let sampled = try runner.run(["report", "--html", "-", "--with-samples"])
            for page in [plain.stdout, sampled.stdout] {
                #expect(!page.contains("sesame") && !page.contains(key))
                #expect(page.contains("FAILURE"))
            }
            #expect(!plain.stdout.contains("secret-session"))
            #expect(sampled.stdout.contains("<dt>session_id</dt><dd>secret-session</dd>"))
        }
    }

    @Test func aServerThatIsAwayIsReportedWithWhatIsKnown() throws {
        let result = try CommandRunner(environment: away).run(
            ["report", "--from", "-"],
            input: RecordedFrames.minute()
        )
        #expect(result.status == 69)
        #expect(result.stderr == "caracalctl: cannot reach 127.0.0.1:1: connection refused (check REDIS_URL)\n")
        #expect(result.stdout.contains("**the server could not be looked at**"))
        let title = result.stdout.split(separator: "\n").first ?? ""
        #expect(title.hasPrefix("# caracalctl report: 127.0.0.1:1, 20"))
        #expect(title.hasSuffix(" UTC, recorded 2026-11-28 14:00:00 to 14:00:59 UTC"))
        #expect(result.stdout.contains("From 2026-11-28 14:00:00 to 14:00:59 UTC.\n"))
        #expect(result.stdout.contains("cannot reach 127.0.0.1:1: connection refused"))
        #expect(
            result.stdout.contains(
                "- Recorded: 2026-11-28 14:00:00 UTC to 2026-11-28 14:00:59 UTC, 60 frames of 10.0.0.1:6379\n"
            )
        )
        #expect(
            result.stdout.contains(
                "| 1 | 2026-11-28 14:00:30 UTC | 2026-11-28 14:00:39 UTC | sessions.revoke | sts-revocation | lost: entries were removed"
            )
        )
        #expect(result.stdout.contains("| sessions.revoke/sts-revocation | 0 | 590 | 0 | 590 | `"))
    }

    // MARK: Frames

    @Test func linesThatAreNoFramesAreCountedAndLeftOut() throws {
        let frames = RecordedFrames.minute()
        let other = "{\"schema\":\"caracalctl.watch/2\",\"items\":[]}\n"
        let input =
            frames + frames.prefix(300) + "\n\n" + other + "{\"schema\":\"caracalctl.xlen/1\"}\n"
            + String(repeating: "x", count: 20_000_000) + "\n" + RecordedFrames.line(second: 5, lag: "1")
        let result = try CommandRunner(environment: away).run(["report", "--from", "-"], input: input)
        #expect(result.status == 69)
        let said = result.stderr.split(separator: "\n").map { $0.dropFirst("caracalctl: warning: the frames: ".count) }
        #expect(said.count == 7)
        #expect(said[0].hasPrefix("left out: 1 line is no JSON, or cut in the middle (line 61, byte "))
        #expect(said[1] == "left out: 1 line is no frame of watch (line 64)")
        #expect(said[2] == "left out: 1 frame is of a version that is not known here (line 63, caracalctl.watch/2)")
        #expect(said[3] == "left out: 1 line or frame is empty (line 62)")
        #expect(said[4] == "left out: 1 line is too long (line 65, more than 16 MiB)")
        #expect(
            said[5]
                == "1 frame is out of order: sorted by time, but for outages and moves to another server, which are not taken from it"
        )
        #expect(result.stdout.contains("- frames: left out: 1 line is too long"))
        #expect(result.stdout.contains(", 61 frames of 10.0.0.1:6379\n"))
    }

    @Test(arguments: [
        ("", "it is empty"), ("\n", "1 line or frame is empty (line 1)"),
        ("nonsense", "1 line is no JSON, or cut in the middle (line 1, byte 1: expected '{', found \"n\")"),
    ])
    func withoutAnyFrameThereIsNoReport(input: String, reason: String) throws {
        let path = try folder.write("frames", input)
        expect(
            try run("report", "--from", path, environment: away),
            status: 65,
            stderr: "caracalctl: no frame of watch can be used in \(path): \(reason)\n"
        )
    }

    @Test func aRecordingAndAFileOfTheSameFramesHaveTheSamePlots() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let recorded = try server.run("report", "--record", "3s", "--interval", "200ms")
            #expect(recorded.stdout.contains("\n## Over time\n"))
            #expect(recorded.stdout.contains("\n### Memory\n"))
            let frames = try server.run("watch", "-o", "ndjson", "--limit", "3", "--interval", "100ms").stdout
            let read = try CommandRunner(for: server).run(["report", "--from", "-"], input: frames)
            #expect(read.stdout.contains(", 3 frames\n"))
            #expect(!read.stderr.contains("another bus"))
            // The title has the times of each.
            let heads = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("##") } }
            #expect(heads(read.stdout) == heads(recorded.stdout))
        }
    }

    /// What is recorded by then is in the report, which does not wait for the rest of the time.
    @Test func aPasswordThatIsChangedEndsARecording() throws {
        try withServer(extra: ["user recorder on >old ~* &* +@all"]) { server in
            #expect(try server.run("provision").status == 0)
            var runner = CommandRunner(for: server)
            runner.environment["REDIS_PASSWORD"] = "old"
            try server.send("CONFIG RESETSTAT")
            let command = try runner.start(["report", "--record", "1h", "--interval", "100ms", "--user", "recorder"])
            // The first look alone asks for fewer.
            try eventually("it records") { try server.calls(of: "type") > 100 }
            try server.send("ACL SETUSER recorder resetpass >new", "CLIENT KILL USER recorder")
            let result = try command.finish()
            let refusal =
                "127.0.0.1:\(server.port ?? 0) refused: WRONGPASS invalid username-password pair or user is disabled. "
                + "(check the user and the password)"
            #expect(result.status == 77)
            #expect(result.stderr.hasSuffix("caracalctl: \(refusal)\n"), "\(result.stderr)")
            #expect(result.stdout.contains("WRONGPASS"), "\(result.stdout)")
        }
    }

    @Test func oneFrameIsOneLook() throws {
        let result = try CommandRunner(environment: away).run(
            ["report", "--from", "-"],
            input: RecordedFrames.line(second: 5, lag: "1", marks: "\"lost\"")
        )
        #expect(result.stdout.contains(" UTC, one look at 2026-11-28 14:00:05 UTC\n"))
        #expect(result.stdout.contains("\n- Recorded: one look of 10.0.0.1:6379, 2026-11-28 14:00:05 UTC\n"))
        #expect(
            result.stdout.contains("\nOne look was recorded: each figure is a dot, and nothing tells how it moves.\n")
        )
        #expect(
            result.stdout.contains("| 1 | 2026-11-28 14:00:05 UTC | \\- | sessions.revoke | sts-revocation | lost: ")
        )
    }

    // MARK: Hostile names

    @Test func hostileNamesAreTextInMarkdown() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XGROUP CREATE caracal.sessions.revoke \(HostileNames.markdown) 0")
            let text = try server.run("report").stdout
            #expect(
                text.contains(
                    "| \\`\\|\\[a\\](http:&#8203;/&#8203;/evil.example)\\|@&#8203;everyone\\|\\\\u\\{202e\\} |"
                )
            )
        }
    }

    // MARK: The command line

    @Test(arguments: [
        (["--record", "1s", "--from", "f"], "--record and --from exclude each other: give one"),
        (["--record", "100ms"], "--record is a duration from 1s to 7d"),
        (["--record", "soon"], "--record is a duration: "),
        (["--interval", "1s"], "--interval goes with --record"),
        (["--record", "2s", "--interval", "3s"], "--interval is longer than --record"),
        (["--html", ""], "--html is empty: name a file"),
        (
            ["--html", "-", "--md", "-"],
            "--html - and --md - would be mixed up on standard output: name a file for one"
        ),
    ])
    func badOptionsAreRefused(options: [String], reason: String) throws {
        let result = try CommandRunner(environment: away).run(["report"] + options)
        #expect(result.status == 64)
        #expect(result.stdout == "")
        #expect(result.stderr.hasPrefix("caracalctl: \(reason)"), "\(result.stderr)")
    }

    @Test func formatsForProgramsAreRefusedWithWhereFiguresAre() throws {
        let result = try run("report", "-o", "json", environment: away)
        #expect(result.status == 64)
        #expect(
            result.stderr.contains("a report is for people: doctor, pending, xlen, dlq, memory and outbox have json")
        )
    }
}
