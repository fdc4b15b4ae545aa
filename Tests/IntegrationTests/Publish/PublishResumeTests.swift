import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What cannot be settled at once is kept in a file, and `--resume` settles it.
@Suite struct PublishResumeTests {
    /// The reply to the first XADD is lost, and with it the right to find out.
    private func leaveInDoubt(
        _ server: SandboxServer,
        count: Int,
        input: String? = nil,
        options: [String] = [],
        lost direction: Fault.Direction = .toClient
    ) throws -> (command: RunningCommand, result: CommandResult) {
        try server.makeRevocations()
        try server.send("ACL SETUSER op on >pw ~* +@all -client|kill -client|list")
        // Without a key none is tried: XINFO and XREVRANGE are left out.
        let prelude = PublishFaultTests.prelude - (options.contains("--unsigned") ? 2 : 0)
        let proxy = try FaultProxy(server, [Fault(direction, after: .messages(prelude + count / 2), .swallowThenCut)])
        let runner = Publish.runner("redis://op:pw@127.0.0.1:\(proxy.port)/0")
        let command = try runner.start(["publish", "sessions.revoke", "--ndjson", "-"] + options)
        command.type(input ?? Publish.lines(count))
        command.closeInput()
        return (command, try command.finish())
    }

    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func withoutTheRightToFindOutTheOutcomeIsSaidToBeUnknown(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let (command, result) = try leaveInDoubt(server, count: 200)
            #expect(result.status == 74)
            #expect(result.stdout.hasPrefix("published 100 to sessions.revoke: "))
            #expect(result.stderr.contains("it is unknown whether 100 messages arrived"))
            #expect(result.stderr.contains("finding out needs CLIENT LIST, CLIENT KILL, XINFO and XRANGE: the user \""))

            let file = try Publish.resumeFile(command)
            let resumed = try Publish.run(server, "--resume", file)
            #expect(resumed.status == 0)
            #expect(resumed.stderr.contains("100 of 100 messages were in the stream already"))
            #expect(try server.outboxIDs() == Publish.identifiers(200))
            #expect(access(file, F_OK) != 0)
        }
    }

    @Test func aFileThatIsResumedTwiceSendsOnce() throws {
        try withServer { server in
            let (command, result) = try leaveInDoubt(server, count: 100, lost: .toServer)
            #expect(result.status == 74)
            let file = try Publish.resumeFile(command)
            let folder = try TemporaryFolder()
            let copy = try folder.write("copy.ndjson", TemporaryFolder.read(file))
            #expect(try server.outboxIDs() == Publish.identifiers(50))

            let first = try Publish.run(server, "--resume", file)
            #expect(first.status == 0)
            #expect(first.stderr.contains("50 of 100 messages were in the stream already"))
            let second = try Publish.run(server, "--resume", copy)
            #expect(second.status == 0)
            #expect(second.stderr.contains("100 of 100 messages were in the stream already"))
            #expect(try server.outboxIDs() == Publish.identifiers(100))
        }
    }

    /// What a run has not sent yet, another one may have sent and been killed before it heard of it.
    @Test func aResumeThatIsKilledDoublesNothing() throws {
        try withServer { server in
            try server.makeRevocations()
            try server.send("CONFIG SET maxmemory 1")
            let command = try Publish.runner(server.url).start(["publish", "sessions.revoke", "--ndjson", "-"])
            command.type(Publish.lines(20))
            command.closeInput()
            #expect(try command.finish().status == 75)
            let file = try Publish.resumeFile(command)
            try server.send("CONFIG SET maxmemory 0")

            let lost = Fault(.toClient, after: .messages(PublishFaultTests.prelude), .swallow)
            let proxy = try FaultProxy(server, [lost])
            let killed = try Publish.runner(proxy.url).start(["publish", "--resume", file, "--timeout", "60s"])
            try eventually("all are in the stream") { try server.outboxIDs().count == 20 }
            killed.signal(SIGKILL)
            #expect(try killed.finish().termination == .signalled(SIGKILL))

            let resumed = try Publish.run(server, "--resume", file)
            #expect(resumed.status == 0)
            #expect(resumed.stderr.contains("20 of 20 messages were in the stream already"))
            #expect(try server.outboxIDs() == Publish.identifiers(20))
        }
    }

    /// The line that settles the rest leads to the server that an option named.
    @Test(arguments: ["table", "json"])
    func theLineThatSettlesTheRestNamesTheServer(format: String) throws {
        try withServer { server in
            try server.makeRevocations()
            try server.send("CONFIG SET maxmemory 1")
            var runner = Publish.runner(server.url)
            runner.environment["REDIS_URL"] = nil
            let words = ["publish", "sessions.revoke", "--ndjson", "-", "-u", server.url, "-o", format]
            let command = try runner.start(words)
            command.type(Publish.lines(2))
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 75)
            let line = "settle the rest with: caracalctl -u redis://127.0.0.1:\(server.port ?? 0) publish --resume "
            #expect((result.stdout + result.stderr).contains(line), "\(result.stdout)\(result.stderr)")
        }
    }

    @Test func whatWasDeletedBehindTheMarkLeavesTheDoubt() throws {
        try withServer { server in
            let (command, _) = try leaveInDoubt(server, count: 100)
            let file = try Publish.resumeFile(command)
            let before = try TemporaryFolder.read(file)
            let ids = try server.entryIDs()
            try server.send("XDEL \(Publish.stream) \(ids[80])")
            let result = try Publish.run(server, "--resume", file)
            expect(
                result,
                status: 74,
                stderr:
                    "caracalctl: entries were trimmed, deleted or lost where they could be looked for, or the stream was made "
                    + "anew, or the server does not tell (INFO) that it was not; "
                    + "nothing was sent, and \(file) is as it was; \(Self.anew(file))\n"
            )
            #expect(try TemporaryFolder.read(file) == before)
            #expect(try server.entryIDs().count == 100)
        }
    }

    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func whatWasTrimmedWhereItWasAddedLeavesTheDoubt(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations(empty: true)
            try server.send("ACL SETUSER op on >pw ~* +@all -client|kill -client|list")
            // Nothing is answered, so that the look is all there is to go by.
            let lost = Fault(.toClient, after: .messages(PublishFaultTests.prelude), .swallowThenCut)
            let proxy = try FaultProxy(server, [lost])
            let runner = Publish.runner("redis://op:pw@127.0.0.1:\(proxy.port)/0")
            let command = try runner.start(["publish", "sessions.revoke", "--ndjson", "-"])
            command.type(Publish.lines(10))
            command.closeInput()
            #expect(try command.finish().status == 74)
            try server.send("XTRIM \(Publish.stream) MAXLEN = 4")
            #expect(try Publish.run(server, "--resume", try Publish.resumeFile(command)).status == 74)
            #expect(try server.outboxIDs() == ["m-7", "m-8", "m-9", "m-10"])
        }
    }

    /// The way out where nothing can be known any more, as it is said.
    private static func anew(_ file: String) -> String {
        """
        to publish all of it again (consumers skip what they had, by outbox_id): tail -n +2 \(file) | \
        caracalctl publish sessions.revoke --ndjson - --no-schema --allow-newline
        """
    }

    /// Types a command that was said, as it stands.
    private static func type(_ command: String, on server: SandboxServer) throws -> CommandResult {
        var shell = Publish.runner(server.url)
        shell.executable = "/bin/bash"
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        shell.environment["PATH"] = "\(folder):\(Environment.current["PATH"] ?? "")"
        return try shell.run(["-c", command])
    }

    /// The command that is said, up to the end of the line.
    private static func wayOut(_ result: CommandResult) throws -> String {
        let start = try #require(result.stderr.firstRange(of: ": tail "), "\(result)")
        return "tail " + String(result.stderr[start.upperBound...].prefix { $0 != "\n" })
    }

    @Test func aStreamThatIsGoneLeavesTheDoubtAndAWayOut() throws {
        try withServer { server in
            let (command, _) = try leaveInDoubt(server, count: 100)
            let file = try Publish.resumeFile(command)
            try server.send("DEL \(Publish.stream)", "XGROUP CREATE \(Publish.stream) g $ MKSTREAM")
            let result = try Publish.run(server, "--resume", file)
            #expect(result.status == 74)
            #expect(
                result.stderr.hasSuffix("; nothing was sent, and \(file) is as it was; \(Self.anew(file))\n"),
                "\(result.stderr)"
            )
            #expect(try server.entryIDs() == [])
            #expect(try Self.type(Self.wayOut(result), on: server).status == 0)
            // All that the file has: the second half of the input.
            #expect(try server.outboxIDs() == Array(Publish.identifiers(100).suffix(50)))
        }
    }

    /// What was taken once is taken again, whatever options that needed.
    @Test(arguments: [
        (["--unsigned"], #"{"zone_id":"z","session_id":"s","outbox_id":"m-1"}"#, " --unsigned"),
        (["--allow-newline"], #"{"zone_id":"z","session_id":"s\nt","outbox_id":"m-1"}"#, ""),
        (["--no-schema"], #"{"zone_id":"z","outbox_id":"m-1"}"#, ""),
        (["--maxlen", "1000"], #"{"zone_id":"z","session_id":"s","outbox_id":"m-1"}"#, " --maxlen 1000"),
    ])
    func theWayOutIsOneForWhatOptionsMade(options: [String], line: String, added: String) throws {
        try withServer { server in
            let (command, left) = try leaveInDoubt(server, count: 1, input: line + "\n", options: options)
            #expect(left.status == 74)
            let file = try Publish.resumeFile(command)
            let entry = try server.send("XREVRANGE \(Publish.stream) + - COUNT 1")[0].root[0]?[1]
            try server.send("DEL \(Publish.stream)", "XGROUP CREATE \(Publish.stream) g $ MKSTREAM")
            let result = try Publish.run(server, "--resume", file)
            #expect(result.status == 74)
            #expect(result.stderr.hasSuffix("; \(Self.anew(file))\(added)\n"), "\(result.stderr)")
            let again = try Self.type(Self.wayOut(result), on: server)
            #expect(again.status == 0, "\(again.stderr)")
            let copy = try server.send("XRANGE \(Publish.stream) - +")[0].root[0]?[1]
            #expect(DLQ.fields(copy) == DLQ.fields(entry))
        }
    }

    /// A path that begins with a dash is no option of tail.
    @Test func theWayOutTakesAnyPath() throws {
        try withServer { server in
            let (command, _) = try leaveInDoubt(server, count: 100)
            let file = try Publish.resumeFile(command)
            try server.send("DEL \(Publish.stream)", "XGROUP CREATE \(Publish.stream) g $ MKSTREAM")
            let typed = try Self.type(
                """
                cp '\(file)' ./-x.ndjson; caracalctl publish --resume=-x.ndjson 2>said
                eval "$(sed -n 's/^.*by outbox_id): //p' said)"; rm -f ./-x.ndjson said
                """,
                on: server
            )
            #expect(typed.status == 0, "\(typed)")
            #expect(try server.outboxIDs() == Array(Publish.identifiers(100).suffix(50)))
        }
    }

    /// A command that would not work is not named: for what came through a pipe, was signed with another key, or only in part.
    @Test func whereItWouldNotWorkThereIsNoWayOut() throws {
        try withServer { server in
            let (command, _) = try leaveInDoubt(server, count: 4)
            let file = try Publish.resumeFile(command)
            try server.send("DEL \(Publish.stream)", "XGROUP CREATE \(Publish.stream) g $ MKSTREAM")
            // As a former version left it: a digest would tell what is changed here.
            let text = String(decoding: try TemporaryFolder.read(file), as: UTF8.self)
                .replacing(/,"messages":[0-9]+,"digest":"[^"]*"/, with: "")
            let piped = try Publish.run(server, "--resume", "-", input: text)
            #expect(piped.status == 74)
            #expect(piped.stderr.hasSuffix("; nothing was sent, and - is as it was\n"), "\(piped.stderr)")

            var runner = Publish.runner(server.url)
            runner.environment["STREAMS_HMAC_KEY"] = String(repeating: "a1", count: 32)
            let other = try runner.run(["publish", "--resume", file, "--yes"])
            #expect(other.status == 74)
            #expect(other.stderr.hasSuffix("; nothing was sent, and \(file) is as it was\n"), "\(other.stderr)")

            let start = try #require(text.firstRange(of: ",[\"_sig\""))
            let end = try #require(text[start.upperBound...].firstIndex(of: "]"))
            let folder = try TemporaryFolder()
            let ofOneUnsigned = text[..<start.lowerBound] + text[text.index(after: end)...]
            for content in [String(ofOneUnsigned), text.replacing("\"_sig\"", with: "\"sig\"")] {
                let path = try folder.write("resume.ndjson", content)
                let result = try Publish.run(server, "--resume", path)
                #expect(result.status == 74)
                #expect(result.stderr.hasSuffix("; nothing was sent, and \(path) is as it was\n"), "\(result.stderr)")
            }
            #expect(try server.entryIDs() == [])
        }
    }

    /// Nobody's consent settles on another server what may have arrived on the first one.
    @Test func whatIsInDoubtOnAnotherServerHasAWayOut() throws {
        try withServer { server in
            let (command, _) = try leaveInDoubt(server, count: 100)
            let file = try Publish.resumeFile(command)
            try withServer { other in
                try other.makeRevocations(empty: true)
                let refused = try Publish.run(other, "--resume", file)
                #expect(refused.status == 1)
                #expect(
                    refused.stderr.hasSuffix(" has the same stream; nothing was sent; \(Self.anew(file))\n"),
                    "\(refused.stderr)"
                )
                #expect(try Publish.run(other, "--resume", file, "--yes") == refused)
                let asked = try Publish.runner(other.url).startInTerminal(["publish", "--resume", file], columns: 500)
                let answer = try asked.finish()
                #expect(answer.status == 1)
                #expect(!answer.stdout.contains("[y/N]"), "\(answer.stdout)")
                #expect(try other.entryIDs() == [])
                #expect(try Self.type(Self.wayOut(refused), on: other).status == 0)
                #expect(try other.outboxIDs() == Array(Publish.identifiers(100).suffix(50)))
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anEmptyStreamIsEnoughToGoByWhereTheServerTellsWhatItRemoved(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations(empty: true)
            let fault = Fault(.toServer, after: .messages(PublishFaultTests.prelude), .swallowThenCut)
            let proxy = try FaultProxy(server, [fault])
            let result = try Publish.runner(proxy.url).run(
                ["publish", "sessions.revoke", "--ndjson", "-"],
                input: Publish.lines(10)
            )
            #expect(result.status == 0)
            #expect(try server.outboxIDs() == Publish.identifiers(10))
        }
    }

    @Test func withoutAnOutboxIDNothingCanBeLookedFor() throws {
        try withServer { server in
            try server.makeRevocations()
            let fault = Fault(.toClient, after: .messages(PublishFaultTests.prelude), .swallowThenCut)
            let proxy = try FaultProxy(server, [fault])
            let command = try Publish.runner(proxy.url).start([
                "publish", "sessions.revoke", "zone_id=z", "session_id=s", "--outbox-id", "none",
            ])
            let result = try command.finish()
            #expect(result.status == 74)
            let lines = result.stderr.split(separator: "\n")
            #expect(
                lines.first?.hasPrefix(
                    "caracalctl: it is unknown whether the message arrived: the connection was lost, and without an outbox_id"
                ) == true
            )
            #expect(lines.last?.hasPrefix("caracalctl: what remains open is in caracalctl-publish-") == true)
            let before = try #require(try server.entryIDs().first)
            #expect(
                lines.last?.hasSuffix(
                    ": what of it arrived is among the entries that came after \(before) (caracalctl tail sessions.revoke "
                        + "--from \(before) --no-follow), if none was trimmed; compare before it is sent again"
                ) == true,
                "\(result.stderr)"
            )
            #expect(try server.entryIDs().count == 2)
        }
    }

    @Test func bytesThatAreNotTextSurviveTheFile() throws {
        try withServer(extra: ["maxmemory 1"]) { server in
            try server.send("CONFIG SET maxmemory 0")
            try server.makeRevocations()
            try server.send("CONFIG SET maxmemory 1")
            let line =
                "{\"zone_id\":{\"base64\":\"//4AgA==\"},\"session_id\":\"\\u0001\\u0000é\",\"outbox_id\":\"m-1\",\"n\":1e999}\n"
            let command = try Publish.runner(server.url).start(["publish", "sessions.revoke", "--ndjson", "-"])
            command.type(line)
            command.closeInput()
            #expect(try command.finish().status == 75)
            try server.send("CONFIG SET maxmemory 0")
            let resumed = try Publish.run(server, "--resume", try Publish.resumeFile(command))
            #expect(resumed.status == 0, "\(resumed.stderr)")
            let entry = try #require(try server.send("XREVRANGE \(Publish.stream) + - COUNT 1")[0].root[0]?[1])
            #expect(entry[field: "zone_id"]?.text.map { Array($0) } == [0xFF, 0xFE, 0, 0x80])
            #expect(entry[field: "session_id"]?.text.map { Array($0) } == [1, 0, 0xC3, 0xA9])
            #expect(entry[field: "n"]?.text.map { Array($0) } == Array("1e999".utf8))
            let verified = try Publish.runner(server.url).run(["verify-sig", "sessions.revoke"])
            #expect(verified.stdout.contains("sessions.revoke"))
        }
    }

    @Test func aFolderThatCannotBeWrittenIsNotTheEnd() throws {
        try withServer { server in
            try server.makeRevocations()
            let folder = try TemporaryFolder()
            let file = try folder.write("not-a-folder", "")
            try server.send("CONFIG SET maxmemory 1")
            var runner = Publish.runner(server.url)
            runner.environment["TMPDIR"] = file
            let command = try runner.start(["publish", "sessions.revoke", "--ndjson", "-"])
            // Its working folder is gone when it comes to write the file.
            rmdir(command.homePath)
            command.type(Publish.lines(3))
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 75)
            #expect(result.stderr.contains("3 messages were not published, the server refused: OOM "))
            #expect(
                result.stderr.contains("what remains open, lines 1 to 3, could not be saved: cannot write \(file)/")
            )
        }
    }

    /// A file of what a full server refused; the stream of `makeRevocations(empty:)`.
    private func leaveRefused(
        _ server: SandboxServer,
        empty: Bool = true,
        count: Int = 2
    ) throws -> (RunningCommand, String) {
        try server.makeRevocations(empty: empty)
        try server.send("CONFIG SET maxmemory 1")
        let command = try Publish.runner(server.url).start(["publish", "sessions.revoke", "--ndjson", "-"])
        command.type(Publish.lines(count))
        command.closeInput()
        #expect(try command.finish().status == 75)
        try server.send("CONFIG SET maxmemory 0")
        return (command, try Publish.resumeFile(command))
    }

    @Test(arguments: RedisBinary.allCases)
    func aFileOfAnotherServerIsNotPublishedWithoutAWord(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let (command, file) = try leaveRefused(server)
            defer { _ = command }
            try withServer(binary) { other in
                try other.makeRevocations(empty: true)
                let refused = try Publish.run(other, "--resume", file)
                #expect(refused.status == 1)
                #expect(refused.stderr.hasPrefix("caracalctl: \(file): it was left by a run on "), "\(refused.stderr)")
                #expect(
                    refused.stderr.hasSuffix(
                        " has the same stream; nothing was sent (--yes publishes it here all the same)\n"
                    )
                )
                #expect(try other.entryIDs() == [])
                #expect(access(file, F_OK) == 0, "the file stays")
            }
            #expect(try Publish.run(server, "--resume", file).status == 0)
            #expect(try server.outboxIDs() == ["m-1", "m-2"])
        }
    }

    /// After a failover, or by another address, the entries of then are there.
    @Test func anEntryOfThenShowsThatItIsTheSameStream() throws {
        try withServer { server in
            let (command, file) = try leaveRefused(server, empty: false)
            defer { _ = command }
            try withServer { other in
                try other.makeRevocations()
                #expect(try Publish.run(other, "--resume", file).status == 0)
                #expect(try other.outboxIDs() == ["m-1", "m-2"])
            }
        }
    }

    @Test func whatAnotherKeySignedIsNotPublishedWithoutAWord() throws {
        try withServer { server in
            let (command, file) = try leaveRefused(server)
            defer { _ = command }
            var runner = Publish.runner(server.url)
            runner.environment["STREAMS_HMAC_KEY"] = String(repeating: "a1", count: 32)
            expect(
                try runner.run(["publish", "--resume", file]),
                status: 1,
                stderr:
                    "caracalctl: \(file): its messages were signed with another key than the one that is set; nothing was "
                    + "sent (--yes publishes it here all the same)\n"
            )
            #expect(try server.entryIDs() == [])
            #expect(try runner.run(["publish", "--resume", file, "--yes"]).status == 0)
            #expect(try server.outboxIDs() == ["m-1", "m-2"])
        }
    }

    /// What is missing would be lost without a word, as the file is removed; what was altered consumers would skip.
    @Test func aFileThatIsNotAsItWasWrittenIsNotPublished() throws {
        try withServer { server in
            let (command, file) = try leaveRefused(server, count: 7)
            defer { _ = command }
            let text = try String(decoding: TemporaryFolder.read(file), as: UTF8.self)
            let lines = text.split(separator: "\n").map(String.init)
            let folder = try TemporaryFolder()
            let altered = lines.map { $0.replacing("\"s-5\"", with: "\"s-x\"") }
            let contents: [([String], String)] = [
                (Array(lines.prefix(4)), "is not as it was written: 3 of 7 messages are there"),
                (altered, "was altered after it was written"),
            ]
            for (content, said) in contents {
                let other = try folder.write("other.ndjson", content.map { $0 + "\n" }.joined())
                let before = try TemporaryFolder.read(other)
                for consent: [String] in [[], ["--yes"]] {
                    expect(
                        try Publish.runner(server.url).run(["publish", "--resume", other] + consent),
                        status: 65,
                        stderr: "caracalctl: \(other) \(said); nothing was sent\n"
                    )
                }
                #expect(try TemporaryFolder.read(other) == before)
            }
            #expect(try server.entryIDs() == [])
            let input = lines.dropFirst().map { $0 + "\n" }.joined()
            #expect(try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: input).status == 0)
            #expect(try server.outboxIDs() == Publish.identifiers(7))
        }
    }

    /// Of two that have read it, each would send all of it: before the first has noted in it that it does, and afterwards.
    @Test(arguments: [1, PublishFaultTests.prelude])
    func ofTwoThatResumeAFileAtOnceOneSends(replies: Int) throws {
        try withServer { server in
            let (command, file) = try leaveRefused(server, empty: false, count: 20)
            defer { _ = command }
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(replies), .hold)])
            let first = try Publish.runner(proxy.url).start(["publish", "--resume", file, "--timeout", "90s"])
            if replies > 1 {
                try eventually("all are in the stream") { try server.outboxIDs().count == 20 }
            } else {
                #expect(proxy.waitForFault())
            }
            let before = try TemporaryFolder.read(file)
            expect(
                try Publish.run(server, "--resume", file),
                status: 75,
                stderr: "caracalctl: \(file): another run publishes its messages; nothing was sent\n"
            )
            #expect(try TemporaryFolder.read(file) == before)
            proxy.release()
            let result = try first.finish()
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try server.outboxIDs() == Publish.identifiers(20))
            #expect(access(file, F_OK) != 0)
        }
    }

    private static let forbidden =
        "the user \"ro\" may not run XADD on caracal.sessions.revoke "
        + "(ACL SETUSER ro +xadd; caracalctl provision --emit-acl operator)"

    /// A user who may do everything but publish.
    private func makeReader(_ server: SandboxServer) throws -> CommandRunner {
        try server.send("ACL SETUSER ro on >pw ~* +@all -xadd")
        var runner = Publish.runner(server.url)
        runner.environment["REDIS_PASSWORD"] = "pw"
        return runner
    }

    /// The file may be the only copy, and nothing of it was sent.
    @Test func whoMayNotPublishLeavesAResumedFileAsItWas() throws {
        try withServer { server in
            let (command, file) = try leaveRefused(server)
            defer { _ = command }
            let before = try TemporaryFolder.read(file)
            let refused = try makeReader(server).start(["publish", "--resume", file, "--user", "ro"])
            expect(
                try refused.finish(),
                status: 77,
                stderr: """
                    caracalctl: note: 0 of 2 messages were in the stream already
                    caracalctl: 2 messages were not published, the server refused: \(Self.forbidden)
                    caracalctl: settle the rest with: caracalctl --user ro publish --resume \(file)

                    """
            )
            #expect(try TemporaryFolder.read(file) == before)
            #expect(FileTree.names(in: refused.homePath)?.contains { $0.hasPrefix("caracalctl-") } != true)
            #expect(try server.entryIDs() == [])
            #expect(try Publish.run(server, "--resume", file).status == 0)
            #expect(try server.outboxIDs() == ["m-1", "m-2"])
            #expect(access(file, F_OK) != 0)
        }
    }

    /// What came through a pipe is nowhere else.
    @Test(arguments: ["--json", "--ndjson"])
    func whatCameThroughAPipeIsKeptThoughNobodyMayPublishIt(option: String) throws {
        try withServer { server in
            try server.makeRevocations(empty: true)
            let command = try makeReader(server).start(["publish", "sessions.revoke", "--user", "ro", option, "-"])
            command.type(Publish.lines(1))
            command.closeInput()
            let result = try command.finish()
            #expect(result.status == 77)
            let file = try Publish.resumeFile(command)
            let name = file.split(separator: "/").last ?? ""
            #expect(
                result.stderr.hasSuffix(
                    """
                    caracalctl: 1 message was not published, the server refused: \(Self.forbidden)
                    caracalctl: settle the rest with: caracalctl --user ro publish --resume \(name)

                    """
                ),
                "\(result.stderr)"
            )
            #expect(try Publish.run(server, "--resume", file).status == 0)
            #expect(try server.outboxIDs() == ["m-1"])
        }
    }

    /// The input is as good as a file, and nothing of it was sent.
    @Test func whoMayNotPublishIsLeftNoFile() throws {
        try withServer { server in
            try server.makeRevocations()
            let runner = try makeReader(server)
            let folder = try TemporaryFolder()
            let input = try folder.write("messages.ndjson", Publish.lines(3))
            for words in [["zone_id=z", "session_id=s"], ["--ndjson", input]] {
                let command = try runner.start(["publish", "sessions.revoke", "--user", "ro"] + words)
                command.closeInput()
                let result = try command.finish()
                #expect(result.status == 77)
                #expect(result.stderr.contains(" not published, the server refused: "), "\(result.stderr)")
                #expect(!result.stderr.contains("--resume") && !result.stderr.contains("not read"), "\(result.stderr)")
                #expect(FileTree.names(in: command.homePath)?.contains { $0.hasPrefix("caracalctl-") } != true)
            }
            #expect(try server.entryIDs() == ["1-1"])
        }
    }

    @Test(arguments: [
        ("", "FILE is empty"),
        ("{}\n", "FILE is not a file that publish left behind"),
        (
            "{\"format\":\"caracalctl.publish-resume/1\",\"stream\":\"caracal.sessions.revoke\",\"since_id\":\"1-1\","
                + "\"in_doubt\":true,\"connection_name\":\"\"}\n"
                + "{\"stream\":\"caracal.sessions.revoke\",\"fields\":[[\"a\",\"b\"]]}\n",
            "FILE is not a file that publish left behind"
        ),
        ("{\"format\":\n", "FILE, line 1: byte 11: expected a value, found the end of the line"),
    ])
    func aFileOfAnotherKindIsRefused(content: String, message: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("resume.ndjson", content)
        let result = try run("publish", "--resume", file)
        #expect(result.status == 65)
        #expect(result.stderr.replacing(file, with: "FILE") == "caracalctl: \(message)\n")
    }
}
