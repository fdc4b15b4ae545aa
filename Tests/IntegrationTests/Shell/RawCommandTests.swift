import RedisSandbox
import TestSupport
import Testing

@Suite struct RawCommandTests {
    @Test(arguments: RedisBinary.allCases)
    func whatOnlyLooksIsSentAtOnce(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.send("SET a b", "XADD s 1-1 f v")
            expect(try server.run("raw", "--read-only", "get", "a"), status: 0, stdout: "\"b\"\n")
            #expect(try server.run("raw", "--read-only", "CONFIG", "GET", "hz").stdout.contains("\"hz\""))
            #expect(try server.run("raw", "--read-only", "XINFO", "STREAM", "s").status == 0)
            #expect(try server.run("raw", "--read-only", "INFO", "server").stdout.hasPrefix("# Server\nredis_version:"))
            expect(
                try server.run("raw", "-o", "ndjson", "XRANGE", "s", "-", "+"),
                status: 0,
                stdout: "{\"reply\":[[\"1-1\",[\"f\",\"v\"]]]}\n"
            )
        }
    }

    static let writes = [
        ["SET", "a", "b"], ["XGROUP", "CREATE", "s", "g", "0"], ["CONFIG", "SET", "hz", "20"], ["CONFIG", "REWRITE"],
        ["FLUSHALL"], ["DEBUG", "SLEEP", "0"], ["CLIENT", "KILL", "TYPE", "normal"], ["EVAL", "return 1", "0"],
        ["NOSUCHCOMMAND"], ["MEMORY", "PURGE"], ["OBJECT", "NOSUCH", "a"], ["XINFO", "NOSUCH"], ["SCRIPT", "FLUSH"],
        ["SHUTDOWN"], ["PUBLISH", "c", "m"], ["\u{1B}[2J"],
    ]

    @Test(arguments: RedisBinary.allCases)
    func whatMayChangeSomethingIsRefusedOrAskedFor(binary: RedisBinary) throws {
        try withServer(binary) { server in
            for words in Self.writes {
                let refused = try CommandRunner(for: server).run(["raw", "--read-only"] + words)
                #expect(refused.status == 78, "\(words)")
                let unasked = try CommandRunner(for: server).run(["raw"] + words)
                #expect(unasked.status == 64, "\(words)")
                #expect(!(unasked.stderr + refused.stderr).contains("\u{1B}"))
            }
            #expect(try server.keyCount() == 0)
        }
    }

    @Test func aYesSendsIt() throws {
        try withServer { server in
            expect(try server.run("raw", "--yes", "SET", "a", "b"), status: 0, stdout: "OK\n")
            #expect(try server.keyCount() == 1)
            let command = try CommandRunner(for: server).startInTerminal(["raw", "DEL", "a"])
            try command.waitForOutput("DEL may change 127.0.0.1:\(server.port ?? 0). Send it? [y/N] ")
            command.type("y\n")
            #expect(try command.finish().stdout.hasSuffix("(integer) 1\r\n"))
            #expect(try server.keyCount() == 0)
        }
    }

    @Test func aScriptThatIsRefusedInTheMiddleDoesNotBeginAnew() throws {
        try withServer { server in
            let script = "redis.call('INCR', KEYS[1]) return redis.error_reply('LOADING for ever')"
            expect(
                try CommandRunner(for: server).run(["raw", "--yes", "EVAL", script, "1", "n"]),
                status: 75,
                stderr: "caracalctl: 127.0.0.1:\(server.port ?? 0) refused: LOADING for ever "
                    + "(wait, or use --wait where there is one)\n"
            )
            expect(try server.run("raw", "GET", "n"), status: 0, stdout: "\"1\"\n")
        }
    }

    @Test func aSecretIsNotTakenFromACommandLine() throws {
        try withServer { server in
            expect(
                try server.run("raw", "--yes", "CONFIG", "SET", "requirepass", "hush"),
                status: 64,
                stderr: "caracalctl: not sent: it may hold a secret, and a command line is public: "
                    + "say it in caracalctl shell\n"
            )
        }
    }

    @Test func whatWouldWaitIsNotSent() throws {
        for words in [["BLPOP", "a", "0"], ["XREAD", "BLOCK", "0", "STREAMS", "s", "$"], ["MONITOR"], ["MULTI"]] {
            let result = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"]).run(["raw"] + words)
            #expect(result.status == 64)
            #expect(result.stderr.hasPrefix("caracalctl: not sent: \(words[0]) "))
        }
    }

    @Test(arguments: [
        ["CLIENT", "SETNAME", "x"], ["client", "setname", "x"], ["CLIENT", "TRACKING", "ON"],
        ["SCRIPT", "DEBUG", "YES"],
    ])
    func whatTheConnectionIsKnownByIsNotChanged(words: [String]) throws {
        try withServer { server in
            expect(
                try CommandRunner(for: server).run(["raw", "--yes"] + words),
                status: 64,
                stderr: "caracalctl: not sent: \(words[0].uppercased()) would change what the connection means to the "
                    + "commands that follow\n"
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aDryRunShowsTheCommandAndSendsNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            expect(
                try server.run("raw", "--dry-run", "SET", "a b", "c"),
                status: 0,
                stdout: "SET \"a b\" c  (writes)\n"
            )
            expect(try server.run("raw", "--dry-run", "--read-only", "get", "a"), status: 0, stdout: "get a  (reads)\n")
            expect(try server.run("raw", "--dry-run", "MEMORY", "PURGE"), status: 0, stdout: "MEMORY PURGE  (writes)\n")
            let document = try server.run("raw", "-o", "ndjson", "--dry-run", "DEL", "a")
            expect(document, status: 0, stdout: #"{"command":"DEL a","effect":"writes"}"# + "\n")
            #expect(try server.keyCount() == 0)
        }
    }

    @Test func aRefusalOfWhatWasTypedIsAFinding() throws {
        try withServer { server in
            try server.send("SET a b")
            expect(
                try server.run("raw", "GET"),
                status: 1,
                stderr:
                    "caracalctl: 127.0.0.1:\(server.port ?? 0) refused: ERR wrong number of arguments for 'get' command\n"
            )
            #expect(try server.run("raw", "XLEN", "a").status == 1)
        }
    }
}
