import Glibc
import RedisSandbox
import TestSupport
import Testing

@Suite struct ShellTerminalTests {
    private func start(
        _ server: SandboxServer,
        _ options: [String] = [],
        columns: UInt16 = 120,
        _ environment: [String: String] = [:]
    ) throws -> RunningCommand {
        let own = ["REDIS_URL": server.url, "TERM": "xterm"]
        let runner = CommandRunner(environment: own.merging(environment) { $1 })
        return try runner.startInTerminal(["shell"] + options, columns: columns)
    }

    private func prompt(_ server: SandboxServer) -> String {
        "caracal 127.0.0.1:\(server.port ?? 0) master> "
    }

    @Test func itGreetsRunsAndLeavesWithControlD() throws {
        try withServer { server in
            let command = try start(server)
            try command.waitForOutput(prompt(server))
            try command.type("raw ECHO hello\r", until: "\"hello\"\r\n" + prompt(server))
            command.type("\u{4}")
            let result = try command.finish()
            #expect(result.status == 0)
            #expect(result.stdout.hasPrefix("Connected to 127.0.0.1:\(server.port ?? 0), Redis "))
        }
    }

    /// The connection of the command failed, and the shell's is as it was.
    @Test func aCommandWithAConnectionOfItsOwnLeavesThePromptAsItIs() throws {
        try withServer { server in
            let command = try start(server, columns: 200)
            try command.waitForOutput(prompt(server))
            try command.type(
                "xlen --port 1\r",
                until: "cannot reach 127.0.0.1:1: connection refused (check --port and REDIS_URL)\r\n"
            )
            try command.waitForOutput(prompt(server))
            try command.type("raw PING\r", until: "PONG\r\n" + prompt(server))
            command.type("\u{4}")
            let result = try command.finish()
            #expect(!result.stdout.contains("disconnected") && !result.stdout.contains("connected again"))
        }
    }

    @Test func tabCompletesCommandsOptionsStreamsGroupsConsumersAndIDs() throws {
        try withServer { server in
            try server.send(
                "XGROUP CREATE caracal.keys.invalidate sts-keys 0 MKSTREAM",
                "XADD caracal.keys.invalidate 1700000000000-7 f v",
                "XREADGROUP GROUP sts-keys worker-one STREAMS caracal.keys.invalidate >"
            )
            let command = try start(server)
            try command.waitForOutput(prompt(server))
            // What is drawn is only what was not there yet.
            let steps = [
                ("verif\t", "y-sig "), ("--lim\t", "it "), ("\u{15}pending ke\t", "ys.invalidate "),
                ("st\t", "s-keys "), ("\u{15}claim keys.invalidate sts-keys --to wor\t", "ker-one "),
                ("\u{15}ack keys.invalidate sts-keys 17\t", "00000000000-7 "),
                ("\u{15}xlen --output=pro\t", "metheus "), ("key\t", "s.invalidate "),
            ]
            for (keys, completed) in steps {
                command.type(keys)
                try command.waitForOutput(completed)
            }
            command.type("\u{3}\u{4}")
            #expect(try command.finish().status == 0)
        }
    }

    @Test func controlCEndsACommandThatReadsTheKeyboard() throws {
        try withServer { server in
            let folder = try TemporaryFolder()
            let key = try folder.write("key", String(repeating: "07", count: 32), mode: 0o644)
            let command = try start(server, [], ["STREAMS_HMAC_KEY_FILE": key])
            try command.waitForOutput(prompt(server))
            command.type("publish keys.invalidate --no-schema --json -\r")
            // It says so just before it reads.
            try command.waitForOutput("caracalctl: warning: key file")
            try command.type("\u{3}", until: "caracalctl: interrupted\r\n" + prompt(server))
            command.type("\u{4}")
            #expect(try command.finish().status == 0)
        }
    }

    @Test func hostileNamesAreNeverOffered() throws {
        try withServer { server in
            try server.send("XGROUP CREATE caracal.keys.invalidate plain 0 MKSTREAM")
            for name in ["p\u{1B}]0;owned\u{7}", "p\u{9B}2J", "p\u{202E}txt", "p'quote", "p\\n", "p\r"] {
                try server.send("XGROUP CREATE caracal.keys.invalidate \(name) 0")
            }
            try server.send("XADD pl\u{1B}c * f v", "XADD plain-stream * f v")
            let command = try start(server)
            try command.waitForOutput(prompt(server))
            try command.type("pending keys.invalidate p\t", until: "lain ")
            try command.type("\u{15}xlen --any-stream pl\t", until: "ain-stream ")
            command.type("\u{3}\u{4}")
            let output = try command.finish().stdout
            for poison in ["\u{1B}]0", "\u{9B}", "\u{202E}", "owned", "\u{1B}c", "p'quote"] {
                #expect(!output.contains(poison))
            }
        }
    }

    @Test func controlCStopsTheCommandAndNotTheShell() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-1 f v")
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(4), .hold)])
            let command = try start(
                server,
                ["--timeout", "1h"],
                columns: 120,
                ["REDIS_URL": proxy.url, "STREAMS_HMAC_KEY": Self.key]
            )
            let prompt = "caracal 127.0.0.1:\(proxy.port) master> "
            try command.waitForOutput(prompt)
            try command.type("verify-sig keys.invalidate\r", until: "keys.invalidate\r\n")
            #expect(proxy.waitForFault())
            try command.type("\u{3}", until: "interrupted")
            try command.type("raw ECHO alive\r", until: "\"alive\"\r\n" + prompt)
            command.type("\u{4}")
            let result = try command.finish()
            #expect(result.status == 0)
            #expect(!result.stdout.contains("disconnected"), "what was stopped was not lost")
            #expect(!result.stdout.contains("connected again"))
        }
    }

    private static let key = String(repeating: "0f", count: 32)

    @Test(arguments: ["xterm", "dumb"])
    func controlZStopsTheShellUntilItIsWantedAgain(terminal: String) throws {
        try withServer { server in
            let runner = CommandRunner("/bin/sh", environment: ["REDIS_URL": server.url, "TERM": terminal])
            let script = "set -m; \(CommandRunner.caracalctl) shell; echo stopped $?; fg >/dev/null; echo ended $?"
            let command = try runner.startInTerminal(["-c", script])
            try command.waitForOutput(prompt(server))
            try command.type("\u{1A}", until: "stopped \(128 + SIGTSTP)")
            command.type("raw ECHO alive\n")
            // Between two lines Ctrl-D is the terminal's, which loses it when the next one is edited.
            try command.waitForOutput("\"alive\"\r\n" + prompt(server))
            try command.type("\u{4}", until: "ended 0")
            #expect(try command.finish().status == 0)
        }
    }

    @Test func controlCAtThePromptClearsTheLine() throws {
        try withServer { server in
            let command = try start(server)
            try command.waitForOutput(prompt(server))
            try command.type("raw --yes SET a b\u{3}", until: "^C\r\n" + prompt(server))
            try command.type("raw ECHO next\r", until: "\"next\"\r\n" + prompt(server))
            command.type("\u{4}")
            #expect(try command.finish().status == 0)
            #expect(try server.keyCount() == 0)
        }
    }

    @Test func controlCOnALineOfSeveralRowsLeavesNoneOfThemBehind() throws {
        try withServer { server in
            let command = try start(server, columns: 40)
            try command.waitForOutput("caracal> ")
            // Three rows, and the cursor in the first of them.
            try command.type("raw ECHO \(String(repeating: "x", count: 90))\u{1}", until: "\u{1B}[2A")
            command.type("\u{3}")
            // Down to the end of the last row before anything else is shown.
            try command.waitForOutput("\r\n\r\n\u{1B}[29G^C\r\ncaracal> ")
            command.type("raw ECHO next\r")
            // Before the next prompt Ctrl-D is the terminal's, which loses it.
            try command.waitForOutput("\"next\"\r\ncaracal> ")
            command.type("\u{4}")
            #expect(try command.finish().status == 0)
        }
    }

    @Test func pastedLinesAreRunByTheOneWhoPastedThem() throws {
        try withServer { server in
            let command = try start(server)
            try command.waitForOutput(prompt(server) + "\u{1B}[?2004h")
            try command.type(
                "\u{1B}[200~raw --yes SET a 1\rraw --yes SET b\t2\r\u{1B}[201~",
                until: "raw --yes SET a 1"
            )
            // It can still be changed.
            try command.type("\u{7F}77\r", until: "OK\r\n" + prompt(server))
            try command.waitForOutput("raw --yes SET b 2")
            try command.type("\u{3}", until: "^C\r\n" + prompt(server))
            try command.type("raw GET a\r", until: "\"77\"\r\n" + prompt(server))
            command.type("\u{4}")
            #expect(try command.finish().status == 0)
            #expect(try server.keyCount() == 1)
        }
    }

    /// A shell that outlives the tool says whether the terminal shows what is typed.
    @Test func aHangupLeavesTheTerminalAsItWas() throws {
        try withServer { server in
            let script = """
                \(CommandRunner.caracalctl) shell & shell=$!
                echo "pid $shell."
                fg >/dev/null
                echo "status $?"
                stty -a | tr ' ' '\\n' | grep -x -e echo -e -echo -e icanon -e -icanon
                """
            let runner = CommandRunner("/bin/sh", environment: ["REDIS_URL": server.url, "TERM": "xterm"])
            let command = try runner.startInTerminal(["-c", "set -m\n" + script])
            try command.waitForOutput(".")
            try command.waitForOutput(prompt(server))
            let shown = command.stdoutSoFar.split(separator: "pid ").last?.prefix { $0.isNumber } ?? ""
            kill(try #require(pid_t(shown)), SIGHUP)
            let result = try command.finish()
            #expect(result.stdout.contains("status 129"))
            #expect(result.stdout.hasSuffix("icanon\r\necho\r\n"))
        }
    }

    @Test func theHistoryIsItsOwnersAndHasNoSecrets() throws {
        try withServer { server in
            let folder = try TemporaryFolder()
            let file = "\(folder.path)/caracalctl/history"
            let command = try start(server, ["-q"], columns: 120, ["XDG_STATE_HOME": folder.path])
            try command.waitForOutput("> ")
            for (line, answer) in [
                ("raw ECHO one", "\"one\""), ("raw AUTH hush", "that follow"), (" raw ECHO two", "\"two\""),
            ] {
                command.type(line + "\r")
                try command.waitForOutput(answer + "\r\n" + prompt(server))
            }
            try command.type("raw CONFIG SET requirepass hush\r", until: "Send it? [y/N] ")
            try command.type("n\r", until: "nothing was changed\r\n" + prompt(server))
            try command.type("raw ECHO three\r", until: "\"three\"\r\n" + prompt(server))
            #expect(try TemporaryFolder.read(file) == Array("raw ECHO one\nraw ECHO three\n".utf8))
            var status = stat()
            #expect(stat(file, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            command.type("\u{4}")
            #expect(try command.finish().status == 0)
            let next = try start(server, ["-q"], columns: 120, ["XDG_STATE_HOME": folder.path])
            try next.waitForOutput("> ")
            try next.type("\u{10}\r", until: "\"three\"\r\n" + prompt(server))
            next.type("\u{4}")
            #expect(try next.finish().status == 0)
        }
    }

    @Test func aHistoryThatCannotBeWrittenIsAWarningOnce() throws {
        try withServer { server in
            let folder = try TemporaryFolder()
            try folder.write("caracalctl", "a file where the folder would be")
            let command = try start(server, ["-q"], columns: 120, ["XDG_STATE_HOME": folder.path])
            try command.waitForOutput("> ")
            for word in ["one", "two"] {
                try command.type("raw ECHO \(word)\r", until: "\"\(word)\"\r\n" + prompt(server))
            }
            command.type("\u{4}")
            let result = try command.finish()
            #expect(result.stdout.split(separator: "no history is kept").count == 2)
        }
    }

    @Test(arguments: [["TERM": "dumb"], ["TERM": ""], ["LC_ALL": "C"], ["NO_COLOR": "1"], ["TERM": "no-such-terminal"]])
    func aPoorTerminalWillDo(environment: [String: String]) throws {
        try withServer { server in
            let command = try start(server, [], columns: 20, environment)
            try command.waitForOutput("caracal> ")
            try command.type("raw PING\r", until: "PONG\r\ncaracal> ")
            command.type("\u{4}")
            #expect(try command.finish().status == 0)
        }
    }

    @Test func aSignalToStopLeavesTheTerminalInOrder() throws {
        try withServer { server in
            let command = try CommandRunner("/bin/sh", environment: ["REDIS_URL": server.url, "TERM": "xterm"])
                .startInTerminal(["-c", "\(CommandRunner.caracalctl) shell -q; echo ended $?; stty -a"])
            try command.waitForOutput("> ")
            let parent = command.processIdentifier
            let children = try TemporaryFolder.read("/proc/\(parent)/task/\(parent)/children")
            let shell = try #require(pid_t(String(decoding: children, as: UTF8.self).prefix { $0 != " " }))
            kill(shell, SIGTERM)
            let output = try command.finish().stdout
            #expect(output.contains("ended 143"))
            #expect(output.contains(" icanon") && output.contains(" echo "))
        }
    }

    @Test func aServerThatIsNotThereIsSaidAtOnce() throws {
        let command = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1", "TERM": "xterm"])
            .startInTerminal(["shell"])
        let result = try command.finish()
        #expect(result.status == 69)
        #expect(result.stdout.hasPrefix("caracalctl: cannot reach 127.0.0.1:1: connection refused"))
    }
}
