import RedisSandbox
import TestSupport
import Testing

/// What `--trace` shows of each request.
@Suite struct TraceTests {
    private static let canary = "c4n4ry-p4ssw0rd"

    /// The lines without their times, which no two runs share.
    private func traced(_ result: CommandResult, _ port: UInt16?) -> [String] {
        result.stderr.masked(port: port).split(separator: "\n").filter { $0.hasPrefix("trace: ") }.map { line in
            String(line.dropFirst("trace: ".count)).replacing(#/  [0-9]+\.[0-9]{2}m?s  /#, with: " ")
        }
    }

    @Test(arguments: [["raw", "-v", "PING"], ["-v", "raw", "PING"], ["raw", "--trace", "PING"]])
    func eachRequestIsALineWithItsServerAndItsReply(words: [String]) throws {
        try withServer(.v8_2) { server in
            let result = try server.run(words[0], words[1], words[2])
            #expect(result.status == 0)
            #expect(result.stdout == "PONG\n")
            let lines = traced(result, server.port)
            #expect(lines.first == "127.0.0.1:PORT connect -> done")
            #expect(lines[1].hasPrefix("127.0.0.1:PORT 1/3 HELLO 3 -> map of "))
            #expect(lines[2] == "127.0.0.1:PORT 2/3 CLIENT SETINFO LIB-NAME caracalctl -> simple string, 5 bytes")
            #expect(lines[3].hasPrefix("127.0.0.1:PORT 3/3 CLIENT SETNAME caracalctl"))
            #expect(lines[4].hasPrefix("127.0.0.1:PORT COMMAND INFO PING -> array of 1, "))
            #expect(lines.dropFirst(5) == ["127.0.0.1:PORT PING -> simple string, 7 bytes"])
        }
    }

    @Test func theEnvironmentAsksForItAndWithoutItThereIsNone() throws {
        try withServer { server in
            #expect(try server.run("raw", "PING").stderr == "")
            let asked = try server.run("raw", "PING", environment: ["CARACALCTL_TRACE": "1"])
            #expect(asked.stderr.hasPrefix("trace: 127.0.0.1:\(server.port ?? 0)  "))
        }
    }

    @Test func refusalsAndFailuresAreOutcomes() throws {
        try withServer { server in
            let refused = traced(try server.run("raw", "-v", "XINFO", "STREAM", "nowhere"), server.port)
            #expect(refused.last == "127.0.0.1:PORT XINFO STREAM nowhere -> refused: ERR no such key")
            let failed = traced(try run("raw", "-v", "--port", "1", "PING"), nil)
            #expect(
                failed == [
                    "127.0.0.1:1 connect -> failed: cannot reach 127.0.0.1:1: connection refused (check --port)"
                ]
            )
        }
    }

    @Test func manyCommandsAtOnceAreOneLine() throws {
        try withServer { server in
            #expect(try server.run("provision", "-q").status == 0)
            let lines = (0..<2_000).map { "{\"zone_id\":\"z-\($0)\"}\n" }.joined()
            let result = try CommandRunner(for: server).run(
                ["publish", "keys.invalidate", "--unsigned", "--ndjson", "-", "-v", "-q", "--outbox-id", "none"],
                input: lines
            )
            #expect(result.status == 0)
            let many = traced(result, server.port).filter { $0.contains(" commands, the first: ") }
            #expect((1...40).contains(many.count))
            let first = " commands, the first: XADD caracal.keys.invalidate NOMKSTREAM * zone_id z-"
            #expect(many.allSatisfy { $0.contains(first) })
            #expect(many.allSatisfy { $0.contains(" replies, ") && $0.hasSuffix(" bytes") })
        }
    }

    @Test func passwordsAreInNoLineWhateverTheServerRepeats() throws {
        try withServer(extra: ["requirepass \(Self.canary)"]) { server in
            let environment = ["REDIS_URL": "redis://:\(Self.canary)@127.0.0.1:\(server.port ?? 0)"]
            let result = try CommandRunner(environment: environment).run(
                ["shell", "-v", "--keep-going"],
                input: """
                    raw --yes ACL SETUSER bob on >\(Self.canary)2
                    raw --yes ACL SETUSER bob %x >\(Self.canary)3
                    raw --yes CONFIG SET masterauth \(Self.canary)4
                    raw --yes ECHO \(Self.canary)

                    """
            )
            #expect(!result.stderr.contains("\(Self.canary)2"))
            #expect(!result.stderr.contains("\(Self.canary)3"))
            #expect(!result.stderr.contains("\(Self.canary)4"))
            #expect(result.stderr.contains(" ECHO *** -> string, "))
            #expect(result.stderr.contains("HELLO 3 AUTH *** ***"))
            #expect(result.stderr.contains("ACL SETUSER bob on >***"))
            #expect(result.stderr.contains("CONFIG SET masterauth ***"))
        }
        let echo = [PeerStep.expectCommands(3), .send("-ERR no \(Self.canary)\r\n"), .silent]
        let echoing = try ScriptedPeer([echo, echo])
        let result = try CommandRunner(environment: ["REDIS_URL": "redis://:\(Self.canary)@127.0.0.1:\(echoing.port)"])
            .run(["xlen", "-v", "--connect-timeout", "5s"])
        #expect(result.stderr.contains("HELLO 3 AUTH *** *** -> refused: ERR no ***"))
        #expect(!result.stderr.contains(Self.canary))
    }

    @Test func controlCharactersReachNoTerminal() throws {
        try withServer { server in
            let result = try server.run("raw", "-v", "EXISTS", "a\u{1B}[2J b")
            #expect(result.stderr.contains(#"EXISTS "a\x1b[2J b" -> integer 0"#))
            #expect(!result.stderr.contains("\u{1B}"))
        }
    }

    @Test func asJSONItIsAnObject() throws {
        try withServer { server in
            let result = try server.run("raw", "-v", "-o", "json", "EXISTS", "k")
            let line = try #require(result.stderr.split(separator: "\n").last)
            let masked = line.replacing(#/"duration_us":[0-9]+/#, with: "\"duration_us\":N")
            #expect(
                masked == #"{"trace":{"server":"127.0.0.1:\#(server.port ?? 0)","step":"command","command":"EXISTS k","#
                    + #""commands":1,"duration_us":N,"result":"reply","reply":"integer","bytes":4,"refused":0,"message":null}}"#
            )
        }
    }

    @Test func aClusterShowsWhereEachRequestGoes() throws {
        try withCluster { cluster in
            let runner = CommandRunner(environment: ["REDIS_URL": cluster.url()])
            #expect(try runner.run(["provision", "-q"]).status == 0)
            let result = try runner.run(["xlen", "-v"])
            let servers = Set(
                result.stderr.split(separator: "\n").compactMap { line in
                    line.contains("XINFO STREAM") ? line.split(separator: " ").dropFirst().first : nil
                }
            )
            #expect(servers.count > 1)
            #expect(result.stderr.contains("CLUSTER SLOTS -> array of "))
        }
    }

    /// What completion asks, and what is typed next, is no request of the command.
    @Test func inAShellItIsOfOneCommandOnly() throws {
        try withServer { server in
            let result = try CommandRunner(for: server).run(["shell"], input: "raw -v EXISTS a\nraw EXISTS b\n")
            #expect(result.stderr.contains("EXISTS a -> integer 0"))
            #expect(!result.stderr.contains("EXISTS b"))
        }
    }
}
