import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What `publish` writes, and what becomes of it when nobody reads it.
@Suite struct PublishOutputTests {
    private static let message = ["zone_id=z", "session_id=s", "--outbox-id", "m-1"]

    @Test func oneMessagePrintsItsIDAndTheGroupsThatReadIt() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let result = try Publish.runner(server.url).run(["publish", "sessions.revoke"] + Self.message)
            expect(
                result,
                status: 0,
                stdout: "\(try server.entryIDs()[0])\n",
                stderr: "caracalctl: note: caracal.sessions.revoke is read by sts-revocation\n"
            )
        }
    }

    @Test func oneMessageAsJSON() throws {
        try withServer(.v7_0) { server in
            try server.makeRevocations(empty: true)
            let result = try Publish.runner(server.url).run(
                ["publish", "sessions.revoke", "-o", "json"] + Self.message
            )
            let id = try server.entryIDs()[0]
            #expect(result.status == 0)
            #expect(result.stderr == "")
            #expect(
                result.stdout.masked(port: server.port).filter { !$0.isWhitespace }
                    == """
                    {"schema":"caracalctl.publish/1","at":"AT","server":{"address":"127.0.0.1:PORT","version":"7.0.15",
                    "role":"master"},"items":[{"stream":"caracal.sessions.revoke","outcome":"new","id":"\(id)",
                    "outbox_id":"m-1"}],"summary":{"stream":"caracal.sessions.revoke","published":1,"refused":0,
                    "unknown":0,"first_id":"\(id)","last_id":"\(id)","next_line":null,"on_disk":null,
                    "unconfirmed":null,
                    "resume_file":null,"groups":["sts-revocation"]},"warnings":[{"code":"receivers",
                    "message":"caracal.sessions.revoke is read by sts-revocation"}]}
                    """.filter { !$0.isWhitespace }
            )
        }
    }

    @Test func aReceiptForEachLine() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let result = try Publish.run(
                server,
                "sessions.revoke",
                "--ndjson",
                "-",
                "-o",
                "ndjson",
                "-q",
                input: "\n" + Publish.lines(2)
            )
            let ids = try server.entryIDs()
            let receipts = zip([2, 3], ids).map { line, id in
                "{\"line\":\(line),\"stream\":\"caracal.sessions.revoke\",\"outcome\":\"new\",\"id\":\"\(id)\",\"reason\":null}\n"
            }
            expect(result, status: 0, stdout: receipts.joined())
        }
    }

    @Test func aDryRunSaysWhatPublishingWouldSay() throws {
        try withServer { server in
            let message = ["publish", "sessions.revoke"] + Self.message
            let runner = Publish.runner(server.url)
            for words in [message, message + ["--dry-run"]] {
                let result = try runner.run(words)
                #expect(
                    result.stderr.hasPrefix("caracalctl: caracal.sessions.revoke does not exist, and nothing was sent")
                )
                #expect(result.status == 1)
            }
            #expect(try server.keyCount() == 0)
            try withServer(extra: ["replicaof 127.0.0.1 1"]) { replica in
                for words in [message, message + ["--dry-run"]] {
                    let result = try Publish.runner(replica.url).run(words)
                    #expect(result.stderr.hasSuffix(" is a replica, and nothing was sent (connect to the master)\n"))
                    #expect(result.status == 75)
                }
            }
        }
    }

    @Test func aDryRunShowsWhatWouldBeSignedAndSent() throws {
        let result = try Publish.runner("redis://127.0.0.1:1").run(
            ["publish", "sessions.revoke", "--dry-run"] + Self.message
        )
        let lines = result.stdout.split(separator: "\n")
        #expect(result.status == 0)
        #expect(
            lines[2]
                == #"signed     caracal.sessions.revoke\noutbox_id=m-1\nsession_id=s\nzone_id=z\n"#
        )
        #expect(lines.count == 4)
        let signature = lines[3].dropFirst("signature  ".count)
        #expect(lines[0] == "stream     sessions.revoke")
        #expect(lines[1] == "fields     zone_id=z session_id=s outbox_id=m-1 _sig=\(signature)")
        #expect(result.stderr.contains("whether it would take the message is not known"))
        #expect(!result.stdout.contains(Publish.key))
    }

    @Test func aDryRunOfManyLinesShowsEachAndADocumentOnlyWhenAllAreGood() throws {
        func run(_ format: String, _ input: String) throws -> CommandResult {
            try Publish.runner("redis://127.0.0.1:1").run(
                ["publish", "sessions.revoke", "--dry-run", "--ndjson", "-", "-o", format],
                input: input
            )
        }
        let blocks = try run("table", Publish.lines(600)).stdout.split(separator: "\n\n")
        #expect(blocks.count == 600)
        #expect(blocks.allSatisfy { $0.contains("\nsigned     caracal.sessions.revoke\\n") })
        #expect(try run("ndjson", Publish.lines(600)).stdout.split(separator: "\n").count == 600)
        #expect(try run("json", Publish.lines(600)).stdout.contains("\"messages\": 600"))
        let spoilt = try run("json", Publish.lines(600) + "x\n")
        #expect(spoilt.stdout.isEmpty)
        #expect(spoilt.stderr.contains("line 601: byte 1: expected '{', found"))
        #expect(spoilt.status == 65)
    }

    @Test func whatADryRunPrintsIsAcceptedByVerifySigWhenItIsPasted() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let message = ["sessions.revoke", "zone_id=z 1", "session_id=s-1"]
            let dry = try Publish.runner(server.url).run(["publish"] + message + ["--dry-run", "-o", "ndjson"])
            let start = try #require(dry.stdout.split(separator: "\"command\":\"").last)
            // The quotes of the command are escaped in JSON.
            let command = String(start.dropLast(3)).split(separator: "\\\"").joined(separator: "\"")
            let pasted = try CommandRunner("/usr/bin/redis-cli").run(["-s", server.socketPath], input: "\(command)\n")
            #expect(pasted.status == 0)
            #expect(try Publish.runner(server.url).run(["verify-sig", "sessions.revoke"]).status == 0)
        }
    }

    /// The reader of the results is gone; what was not published is said all the same.
    @Test(arguments: ["table", "json", "ndjson"])
    func anOutputThatNobodyReadsHidesNoFailure(format: String) throws {
        try withServer { server in
            try server.makeRevocations()
            var shell = Publish.runner(server.url)
            shell.executable = "/bin/sh"
            // A pipe that lost its only reader before the tool begins.
            let script = """
                mkfifo p; exec 3<>p; exec 4>p; exec 3>&-
                \(CommandRunner.caracalctl) publish sessions.revoke --ndjson - -o \(format) >&4
                echo status $? >&2
                """
            let failed = try shell.run(["-c", script], input: Publish.lines(1) + "x\n")
            #expect(failed.stderr.contains("line 2: "))
            #expect(failed.stderr.hasSuffix("status 65\n"))
            let published = try shell.run(["-c", script], input: Publish.lines(1))
            #expect(published.stderr.hasSuffix("status 0\n"))
            #expect(try server.outboxIDs() == ["m-1", "m-1"])
        }
    }

    @Test func aSignalLeavesNothingInDoubt() throws {
        try withServer { server in
            try server.makeRevocations()
            for (number, status) in [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)] {
                let command = try Publish.runner(server.url).start([
                    "publish", "sessions.revoke", "--ndjson", "-", "-o", "ndjson",
                ])
                command.type(Publish.lines(3))
                try command.waitForOutput("\"line\":3")
                command.signal(number)
                let result = try command.finish()
                #expect(result.status == status)
                #expect(
                    result.stderr == """
                        {"failure":{"code":"interrupted","message":"interrupted"}}
                        {"note":{"code":"continue","message":"lines from 4 on were not read (tail -n +4)"}}
                        {"note":{"code":"receivers","message":"caracal.sessions.revoke is read by sts-revocation"}}

                        """
                )
            }
            #expect(try server.outboxIDs().count == 6)
        }
    }

    /// A single message whose answer is on its way is waited for: the signal comes while the reply is held back.
    @Test func aSignalDoesNotHideTheOutcomeOfOneMessage() throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(PublishFaultTests.prelude), .hold)])
            let command = try Publish.runner(proxy.url).start(
                ["publish", "sessions.revoke", "-q", "--timeout", "120s"] + Self.message
            )
            try eventually("it is in the stream") { try !server.outboxIDs().isEmpty }
            command.signal(SIGINT)
            proxy.release()
            let result = try command.finish()
            #expect(result.status == 0)
            #expect(result.stdout == "\(try server.entryIDs()[0])\n")
            // A reply that takes half a second more has it say so.
            #expect(result.stderr.isEmpty || result.stderr.hasPrefix("caracalctl: interrupted: waiting at most "))
        }
    }

    @Test func theKeyIsNowhereToBeSeen() throws {
        try withServer { server in
            try server.makeRevocations()
            let proxy = try FaultProxy(
                server,
                [Fault(.toClient, after: .messages(PublishFaultTests.prelude), .swallowThenCut)]
            )
            let command = try Publish.runner(proxy.url).start([
                "publish", "sessions.revoke", "--ndjson", "-", "-o", "ndjson",
            ])
            command.type(Publish.lines(3) + "bad\n")
            command.closeInput()
            let result = try command.finish()
            let line = try TemporaryFolder.read("/proc/self/cmdline")
            #expect(!String(decoding: line, as: UTF8.self).contains(Publish.key))
            for text in [result.stdout, result.stderr] {
                #expect(!text.contains(Publish.key))
                #expect(!text.contains("\u{77}\u{77}\u{77}\u{77}"))
            }
            #expect(result.status == 65)
        }
    }

    @Test func argumentsThatAreNotTextAreRefused() throws {
        var shell = Publish.runner("redis://127.0.0.1:1")
        shell.executable = "/bin/sh"
        let result = try shell.run([
            "-c", "exec \(CommandRunner.caracalctl) publish sessions.revoke zone_id=z session_id=\"$(printf '\\377')\"",
        ])
        expect(
            result,
            status: 64,
            stderr: "caracalctl: an argument is not UTF-8: give such a value in --json, as {\"base64\":\"...\"}\n"
        )
        // Repaired it would name another key.
        for words in ["raw --yes DEL", "xlen --any-stream", "pending"] {
            expect(
                try shell.run(["-c", "exec \(CommandRunner.caracalctl) \(words) \"$(printf 'caracal.y\\377')\""]),
                status: 64,
                stderr: "caracalctl: an argument is not UTF-8: nothing was sent (redis-cli takes any bytes)\n"
            )
        }
    }

    @Test func noMoreThanTheRateIsSent() throws {
        try withServer { server in
            try server.makeRevocations()
            let start = ContinuousClock.now
            let result = try Publish.run(
                server,
                "sessions.revoke",
                "--ndjson",
                "-",
                "--rate",
                "20",
                "-o",
                "json",
                input: Publish.lines(60)
            )
            #expect(result.status == 0)
            #expect(try server.outboxIDs() == Publish.identifiers(60))
            // Two at a time, a tenth of a second apart: however slow the machine, it cannot have been quicker than that.
            #expect(ContinuousClock.now - start >= .milliseconds(2_900))
        }
    }

    @Test func trimmingHappensOnlyWhenItIsAskedFor() throws {
        try withServer { server in
            try server.makeRevocations()
            #expect(try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: Publish.lines(300)).status == 0)
            #expect(try server.entryIDs().count == 301)
            let trimmed = try Publish.run(
                server,
                "sessions.revoke",
                "--ndjson",
                "-",
                "--maxlen",
                "100",
                input: Publish.lines(1)
            )
            #expect(trimmed.status == 0)
            // Whole nodes only are cut off, of a hundred entries at most.
            #expect((101...201).contains(try server.entryIDs().count))
        }
    }
}
