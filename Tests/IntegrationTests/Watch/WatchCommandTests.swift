import Glibc
import RedisSandbox
import TestSupport
import Testing

@Suite struct WatchCommandTests {
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
    private static let leave = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    private func runner(_ server: SandboxServer, _ program: String = CommandRunner.caracalctl) -> CommandRunner {
        CommandRunner(program, environment: ["REDIS_URL": server.url, "TERM": "xterm-256color", "NO_COLOR": "1"])
    }

    @Test(arguments: ["q", "\u{3}"])
    func leavingPutsTheTerminalBackAsItWas(key: String) throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let watch = "trap : INT; stty -a; \(CommandRunner.caracalctl) watch; echo status $?; stty -a"
            let command = try runner(server, "/bin/sh").startInTerminal(["-c", watch])
            try command.waitForOutput("q quit")
            command.type(key)
            let output = try command.finish().stdout
            let parts = output.split(separator: Self.enter)
            #expect(parts.count == 2)
            let rest = try #require(parts.last).split(separator: Self.leave)
            #expect(rest.count == 2, "left once, with nothing drawn behind it")
            let after = rest[1].split(separator: "status 0\r\n")
            #expect(after.last == parts.first)
        }
    }

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 0), (SIGHUP, 129), (SIGQUIT, 131)] as [(Int32, Int32)])
    func aSignalLeavesTheScreenToo(signal: Int32, status: Int32) throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let command = try runner(server).startInTerminal(["watch"])
            try command.waitForOutput("q quit")
            command.signal(signal)
            let result = try command.finish()
            #expect(result.status == status)
            #expect(result.stdout.hasSuffix(Self.leave))
        }
    }

    @Test func framesSayWhichSignaturesAreChecked() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let key = String(repeating: "7", count: 64)
            let settings: [([String: String], String)] = [
                ([:], "none"), (["AUDIT_HMAC_KEY": key], "audit"), (["STREAMS_HMAC_KEY": key], "all"),
                (["STREAMS_HMAC_KEY": key, "AUDIT_HMAC_KEY": key], "all"), (["STREAMS_HMAC_KEY": "7"], "unusable"),
            ]
            for (environment, word) in settings {
                let frame = try server.run("watch", "-o", "ndjson", "--limit", "1", environment: environment)
                #expect(frame.status == 0, "\(environment): \(frame.stderr)")
                #expect(frame.stdout.contains(#""signatures_checked":"\#(word)""#), "\(environment): \(frame.stdout)")
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func framesSayWhatTheUserMayNotSee(binary: RedisBinary) throws {
        try withServer(binary, extra: ["user narrow on >pw ~* +@all -info -memory -xpending"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XADD caracal.audit.events 1-0 a b",
                "XREADGROUP GROUP audit-ingestor c COUNT 1 STREAMS caracal.audit.events >"
            )
            let url = server.url.replacing("//", with: "//narrow:pw@")
            let watch = ["watch", "-o", "ndjson", "--limit", "2", "--interval", "100ms"]
            let result = try CommandRunner(environment: ["REDIS_URL": url]).run(watch)
            #expect(result.status == 0, "\(result.stderr)")
            let warnings = result.stdout.split(separator: "\n").map { $0.split(separator: #""warnings":"#).last ?? "" }
            let message =
                #"the user \"narrow\" may not run MEMORY USAGE, INFO, XPENDING (ACL SETUSER narrow +memory|usage +info +xpending; "#
                + "caracalctl provision --emit-acl observer)"
            let warning = #"[{"code":"not_permitted","message":"\#(message)"}]}"#
            #expect(warnings == [Substring(warning), Substring(warning)])
        }
    }

    @Test func stoppingGivesTheTerminalBackAndGoingOnTakesItAgain() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let command = try runner(server).startInTerminal(["watch"])
            try command.waitForOutput("q quit")
            command.signal(SIGTSTP)
            try command.waitForOutput(Self.leave)
            // Continued before it stands still, it would stop for good.
            try eventually("it stands still") { ProcessState.isStopped(command.processIdentifier) }
            command.signal(SIGCONT)
            try command.waitForOutput(Self.leave + Self.enter)
            command.type("q")
            let result = try command.finish()
            #expect(result.status == 0)
            #expect(result.stdout.hasSuffix(Self.leave))
        }
    }

    @Test func aLostServerIsSaidAndTheLastFiguresStand() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let command = try runner(server).startInTerminal(["watch", "--interval", "100ms"])
            try command.waitForOutput("q quit")
            server.stop()
            try command.waitForOutput("STALE ")
            command.type("q")
            let result = try command.finish()
            #expect(result.status == 0)
            #expect(result.stdout.hasSuffix(Self.leave))
        }
    }

    @Test func aServerThatComesBackIsShownAgain() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(400), .cut)])
            let runner = CommandRunner(environment: ["REDIS_URL": proxy.url, "TERM": "xterm", "NO_COLOR": "1"])
            let command = try runner.startInTerminal(["watch", "--interval", "100ms"])
            try command.waitForOutput("STALE ")
            // Figures of after the loss.
            try server.send("XADD caracal.audit.events.dlq * reason x")
            try command.waitForOutput("dead letters 1 ")
            command.type("q")
            #expect(try command.finish().status == 0)
        }
    }

    @Test func aLostMasterIsSaidBeforeItsSuccessorIsFound() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                for server in [former, next] { #expect(try server.run("provision").status == 0) }
                let proxy = try FaultProxy(former, [])
                let answers = [proxy.port, proxy.port, next.port ?? 0]
                let sentinel = try ScriptedPeer(answers.map(SentinelAnswerTests.answering))
                let runner = CommandRunner(environment: ["TERM": "xterm", "NO_COLOR": "1"])
                let command = try runner.startInTerminal(
                    [
                        "watch", "--interval", "100ms", "--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name",
                        "bus",
                    ],
                    columns: 160
                )
                try command.waitForOutput("q quit")
                proxy.stop()
                try command.waitForOutput(": 127.0.0.1:\(proxy.port) closed the connection")
                try next.send("XADD caracal.audit.events.dlq * reason x")
                try command.waitForOutput("dead letters 1 ")
                command.type("q")
                #expect(try command.finish().status == 0)
            }
        }
    }

    @Test func whileAMasterIsLookedForTheScreenIsItsOwnAndKeysAreHeeded() throws {
        try withServer(.v7_0) { server in
            #expect(try server.run("provision").status == 0)
            let proxy = try FaultProxy(server, [])
            let answers = [[PeerStep]](repeating: SentinelAnswerTests.answering(proxy.port), count: 1_000)
            let sentinel = try ScriptedPeer(answers)
            let runner = CommandRunner(environment: ["TERM": "xterm", "NO_COLOR": "1"])
            let command = try runner.startInTerminal(
                ["watch", "--interval", "100ms", "--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name", "bus"],
                columns: 200
            )
            try command.waitForOutput("q quit")
            proxy.stop()
            try command.waitForOutput(": no master \"bus\" yet (127.0.0.1:\(sentinel.port): it names ")
            command.type("q")
            let result = try command.finish()
            #expect(result.status == 0)
            #expect(!result.stdout.contains("caracalctl: "), "nothing is written over the screen")
        }
    }

    @Test func enterOpensAStreamAndQuestionMarkExplains() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let command = try runner(server).startInTerminal(["watch"])
            try command.waitForOutput("q quit")
            try command.type("\r", until: "audit-ingestor")
            try command.type("?", until: "pause and go on")
            command.type("q")
            #expect(try command.finish().status == 0)
        }
    }

    @Test func offATerminalEachFrameIsADocumentOnALine() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.keys.invalidate 1-1 zone_id z")
            let result = try server.run("watch", "--limit", "2", "--interval", "100ms")
            #expect(result.status == 0)
            #expect(result.stderr == "")
            let lines = result.stdout.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.allSatisfy { $0.hasPrefix(#"{"schema":"caracalctl.watch/1","at":""#) && $0.hasSuffix("}") })
            // The first frame has nothing that it could be held against.
            for (line, rate) in zip(lines, ["null", "0.0"]) {
                let stream = #"{"stream":"caracal.keys.invalidate","exists":true,"length":1,"in_per_second":\#(rate),"#
                #expect(line.contains(stream) || line.contains(stream.replacing("0.0", with: "0")), "\(line)")
            }
            #expect(lines.allSatisfy { $0.contains(#""pending":0,"lag":1,"lag_quality":"exact""#) })
        }
    }

    /// What came while nobody looked is not shown as the rate of now.
    @Test func theRateAfterALossIsThatOfNow() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let command = try runner(server).start(["watch", "--interval", "100ms"])
            try command.waitForOutput("\n")
            let add = "XADD caracal.keys.invalidate * zone_id z"
            try server.send("MULTI", add, add, "CLIENT KILL TYPE normal", "EXEC")
            try command.waitForOutput(#""length":2,"in_per_second":"#)
            command.signal(SIGINT)
            let frames = try command.finish().stdout.split(separator: "\n").filter { $0.contains(#""length":2,"#) }
            #expect(!frames.isEmpty)
            let rates = frames.compactMap { $0.firstMatch(of: /"length":2,"in_per_second":([^,]*),/)?.1 }
            #expect(rates.count == frames.count && Set(rates).isSubset(of: ["0", "0.0", "null"]))
        }
    }

    @Test func framesNeedNoTerminalThatCanDraw() throws {
        try withServer { server in
            var runner = runner(server)
            runner.environment["TERM"] = "dumb"
            let result = try runner.run(["watch", "--limit", "1"])
            #expect(result.status == 0)
            #expect(result.stdout.hasPrefix(#"{"schema":"caracalctl.watch/1","#))
        }
    }

    @Test func theSumOverStreamsThatMayNotBeReadIsUnknown() throws {
        try withServer(extra: ["user half on nopass ~caracal.audit* +@all"]) { server in
            #expect(try server.run("provision").status == 0)
            let result = try server.run("watch", "--limit", "1", "--user", "half")
            #expect(result.stdout.contains(#""summary":{"in_per_second":null,"dead_letters":null,"#))
        }
    }

    @Test func anInterruptedStreamOfFramesIsInterrupted() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let command = try runner(server).start(["watch"])
            try command.waitForOutput("\n")
            command.signal(SIGINT)
            #expect(try command.finish().status == 130)
        }
    }

    /// Changes the password of a user of a server that is watched, ends the user's connections, and returns what the next one is
    /// told.
    private func rotate(_ server: SandboxServer) throws -> String {
        try server.send("ACL SETUSER watcher resetpass >new", "CLIENT KILL USER watcher")
        return "caracalctl: 127.0.0.1:\(server.port ?? 0) refused: WRONGPASS invalid username-password pair or user is "
            + "disabled. (check the user and the password)"
    }

    private static let watcher = ["user watcher on >old ~* &* +@all"]

    /// One who tries a wrong password over and over locks its user out.
    @Test func aPasswordThatIsChangedEndsTheFrames() throws {
        try withServer(extra: Self.watcher) { server in
            #expect(try server.run("provision").status == 0)
            var runner = runner(server)
            runner.environment["REDIS_PASSWORD"] = "old"
            let command = try runner.start(["watch", "--interval", "100ms", "--user", "watcher"])
            try command.waitForOutput("\n")
            let refusal = try rotate(server)
            let result = try command.finish()
            #expect(result.status == 77)
            #expect(result.stderr.hasSuffix("; trying again\n\(refusal)\n"), "\(result.stderr)")
            #expect(result.stderr.split(separator: "\n").count == 2, "\(result.stderr)")
            #expect(try server.wrongPasswords() == 1)
            let again = try runner.run(["watch", "--user", "watcher"])
            expect(again, status: 77, stderr: refusal + "\n")
            #expect(try server.wrongPasswords() == 2)
        }
    }

    @Test func aPasswordThatIsNewlyWantedEndsTheFrames() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let command = try runner(server).start(["watch", "--interval", "100ms"])
            try command.waitForOutput("\n")
            try server.send("CONFIG SET requirepass sesame", "CLIENT KILL TYPE normal")
            let result = try command.finish()
            #expect(result.status == 77)
            let refusal =
                "caracalctl: 127.0.0.1:\(server.port ?? 0) refused: NOAUTH Authentication required. (give a password: "
                + "--password-file or REDIS_PASSWORD)\n"
            #expect(result.stderr.hasSuffix("; trying again\n" + refusal), "\(result.stderr)")
        }
    }

    @Test func aPasswordThatIsChangedEndsTheScreenAndIsSaidBelowIt() throws {
        try withServer(extra: Self.watcher) { server in
            #expect(try server.run("provision").status == 0)
            var runner = runner(server)
            runner.environment["REDIS_PASSWORD"] = "old"
            let command = try runner.startInTerminal(
                ["watch", "--interval", "100ms", "--user", "watcher"],
                columns: 200
            )
            try command.waitForOutput("q quit")
            let refusal = try rotate(server)
            let result = try command.finish()
            #expect(result.status == 77)
            #expect(result.stdout.hasSuffix("\(Self.leave)\(refusal)\r\n"))
            #expect(try server.wrongPasswords() == 1)
        }
    }

    @Test func aTerminalThatCannotIsRefusedWithAHint() throws {
        try withServer { server in
            var runner = runner(server)
            runner.environment["TERM"] = "dumb"
            let result = try runner.startInTerminal(["watch"], columns: 200).finish()
            #expect(result.status == 64)
            #expect(result.stdout.contains("shows no live screen (use -o ndjson)"))
            #expect(!result.stdout.contains("\u{1B}"))
            let asked = try server.run("watch", "-o", "table")
            #expect(asked.status == 64)
            #expect(asked.stderr.hasPrefix("caracalctl: there is no terminal to draw on (-o ndjson"))
        }
    }

    @Test(
        arguments: [
            (["--interval", "99ms"], "--interval is a duration from 100ms to 1h"),
            (["--interval", "2h"], "--interval is a duration from 100ms to 1h"),
            (["--limit", "0"], "--limit is a number from 1"),
        ]
    )
    func aSenselessOptionIsAUsageError(arguments: [String], message: String) throws {
        let result = try CommandRunner().run(["watch"] + arguments)
        expect(result, status: 64, stderr: "caracalctl: \(message)\n")
    }

    @Test func withoutAServerTheTerminalIsNotTouched() throws {
        let runner = CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1", "TERM": "xterm"])
        let result = try runner.startInTerminal(["watch"]).finish()
        #expect(result.status == 69)
        #expect(!result.stdout.contains("\u{1B}"))
    }
}
