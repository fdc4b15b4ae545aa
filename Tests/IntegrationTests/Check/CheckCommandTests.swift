import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct CheckCommandTests {
    @Test(arguments: RedisBinary.allCases)
    func aHealthyBusIsOneLineAndStatusZero(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 64mb"]) { server in
            #expect(try server.run("provision").status == 0)
            let result = try server.run("check")
            #expect(result.status == 0)
            #expect(result.stderr == "")
            let output = try PluginOutput(result.stdout)
            #expect(output.service == "CARACAL")
            #expect(output.state == "OK")
            #expect(output.summary.hasPrefix("6 groups on 9 streams, dead letters 0, memory "))
            #expect(output.lines == [])
            #expect(output.performance.count == 28)
            let lag = PluginOutput.Datum(value: "0", unit: "", limits: ["1000", "5000", "0"])
            #expect(output.performance["audit.events/audit-ingestor lag"] == lag)
            let oldest = PluginOutput.Datum(value: "0", unit: "s", limits: ["300", "1800", "0"])
            #expect(output.performance["keys.invalidate/sts-keys oldest"] == oldest)
            let memory = try #require(output.performance["memory"])
            #expect(memory.unit == "B")
            #expect(memory.limits == ["53687091", "60397977", "0", "67108864"])
        }
    }

    @Test func theWorstDecidesAndTheRestFollowsInLines() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.audit.events.dlq * reason x", "XADD caracal.keys.invalidate 1-1 zone_id z")
            try server.send("XADD caracal.keys.invalidate 1-2 zone_id z", "DEL caracal.sessions.revoke")
            let result = try server.run("check", "--lag", "0,1")
            #expect(result.status == 2)
            let output = try PluginOutput(result.stdout)
            #expect(output.state == "CRITICAL")
            #expect(
                output.summary
                    == "sessions.revoke does not exist (caracalctl provision sessions.revoke --start 0 creates it); keys.invalidate/sts-keys lag 2 "
                    + "(above 1); audit.events.dlq dead letters 1 (above 0)"
            )
            #expect(
                output.lines == [
                    "CRITICAL: sessions.revoke does not exist (caracalctl provision sessions.revoke --start 0 creates it)",
                    "CRITICAL: keys.invalidate/sts-keys lag 2 (above 1)",
                    "WARNING: audit.events.dlq dead letters 1 (above 0)",
                    "not checked: signatures (no key)",
                ]
            )
            #expect(try PluginOutput(try server.run("check", "-q").stdout).lines == [])
            try server.send("XGROUP CREATE caracal.sessions.revoke sts-revocation $ MKSTREAM")
            try server.send("XGROUP CREATE caracal.sessions.revoke resource-revocation $")
            let warning = try server.run("check", "--lag", "0,")
            #expect(warning.status == 1)
            #expect(
                warning.stdout.hasPrefix("CARACAL WARNING - keys.invalidate/sts-keys lag 2 (above 0); audit.events")
            )
            #expect(try server.run("check", "--dlq", "off").status == 0)
        }
    }

    @Test func whatCannotBeKnownIsUnknownAndHasNoNumber() throws {
        let user = "user default on nopass ~* +@all -info -config -xlen"
        try withServer(extra: ["maxmemory 64mb", user]) { server in
            #expect(try server.run("provision").status == 0)
            let result = try server.run("check")
            #expect(result.status == 3)
            let output = try PluginOutput(result.stdout)
            #expect(output.state == "UNKNOWN")
            #expect(output.performance["memory"]?.value == "U")
            #expect(output.performance["audit.events.dlq dead letters"]?.value == "U")
            // Nine dead letter streams, memory, and what was not looked at.
            #expect(output.lines.count == 11)
            #expect(try server.run("check", "--memory", "off", "--dlq", "off").status == 0)
            let metrics = try server.run("check", "-o", "prometheus").stdout
            #expect(!metrics.contains("caracal_redis_memory"))
            #expect(!metrics.contains("caracal_dead_letters"))
        }
    }

    @Test func hostileNamesBreakNeitherTheLineNorTheMetrics() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let name = Array("gateway-revocation:a|b='c' \"`$(id)`\n\u{1B}[2J".utf8) + [0xFF]
            let connection = try Connection.open(
                Endpoint(address: .unix(path: server.socketPath)),
                timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
            )
            let stream = Array("caracal.sessions.revoke".utf8)
            let words = [Array("CREATE".utf8), stream, name, Array("0".utf8)]
            _ = try connection.send(Command("XGROUP", arguments: words))
            let consumer = [Array("CREATECONSUMER".utf8), stream, name, Array("c".utf8)]
            _ = try connection.send(Command("XGROUP", arguments: consumer))
            _ = try connection.send(Command("XADD", "caracal.sessions.revoke", "*", "zone_id", "z"))
            let result = try server.run("check", "--lag", "0")
            let output = try PluginOutput(result.stdout)
            let shown = #"sessions.revoke/gateway-revocation:a\x7cb\x3d\x27c\x27 \x22\x60\x24(id)\x60\n\x1b[2J\xff"#
            #expect(output.performance[shown + " lag"]?.value == "1")
            #expect(output.lines.contains("CRITICAL: \(shown) lag 1 (above 0)"))
            // JSON has escapes of its own.
            let message = #""message": "sessions.revoke/gateway-revocation:a|b='c' \"`$(id)`"#
            let document = try server.run("check", "--lag", "0", "-o", "json")
            #expect(document.stdout.contains(message), "\(document.stdout)")
            let metrics = try readByPrometheus(try server.run("check", "-o", "prometheus").stdoutBytes)
            #expect(metrics.contains("gauge caracal_up {} 1"))
            #expect(metrics.contains { $0.hasPrefix("gauge caracal_group_lag_entries") && $0.contains("(id)") })
        }
    }

    @Test(
        arguments: [
            (["--lag", "5,3"], "--lag: the warning limit lies above the critical one: there would be no warning"),
            (
                ["--lag", "x"],
                "--lag is WARNING,CRITICAL, such as 1000,5000; one value is CRITICAL, and off is neither"
            ),
            (
                ["--dlq", ","],
                "--dlq is WARNING,CRITICAL, such as 1000,5000; one value is CRITICAL, and off is neither"
            ),
            (
                ["--oldest", "5x"],
                "--oldest is WARNING,CRITICAL, such as 5m,30m; one value is CRITICAL, and off is neither"
            ),
            (
                ["--memory", "10%,101%"],
                "--memory is WARNING,CRITICAL, such as 80%,90%; one value is CRITICAL, and off is neither"
            ),
            (
                ["--pending", "1,2,3"],
                "--pending is WARNING,CRITICAL, such as 1000,5000; one value is CRITICAL, and off is neither"
            ),
            (["--deadline", "0s"], "--deadline is above zero"),
            (["--outfile", "x"], "--outfile goes with -o prometheus"),
            (["--frobnicate"], "check has no option --frobnicate (caracalctl check --help lists them)"),
            (["--db", "x"], "--db is not a database: expected a number from 0"),
            (["--port", "1"], "cannot reach 127.0.0.1:1: connection refused (check --port)"),
        ]
    )
    func whateverFailsIsUnknownOnStandardOutput(arguments: [String], message: String) throws {
        let result = try CommandRunner().run(["check"] + arguments)
        expect(result, status: 3, stdout: "CARACAL UNKNOWN - \(message)\n")
    }

    @Test func aFileThatIsReplacedKeepsItsModeAndItsLink() throws {
        try withServer { server in
            let folder = try TemporaryFolder()
            let file = try folder.write("real.prom", "old\n", mode: 0o640)
            let link = folder.path + "/link.prom"
            symlink("real.prom", link)
            let words = ["check", "-o", "prometheus", "--outfile", link]
            expect(try CommandRunner(for: server).run(words), status: 0)
            var status = stat()
            #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
            #expect(stat(file, &status) == 0 && status.st_mode & 0o7777 == 0o640)
            #expect(try String(decoding: TemporaryFolder.read(file), as: UTF8.self).contains("caracal_up 1\n"))
            #expect(Set(FileTree.names(in: folder.path) ?? []) == ["real.prom", "link.prom"])
            // A new one is for everybody to read, as a collector needs it.
            let new = folder.path + "/new.prom"
            expect(
                try CommandRunner(for: server).run(["check", "-o", "prometheus", "--outfile", new]),
                status: 0
            )
            #expect(stat(new, &status) == 0 && status.st_mode & 0o7777 == 0o644)
        }
    }

    @Test func aRefusedLoginIsUnknown() throws {
        try withServer(extra: ["requirepass secret"]) { server in
            let result = try run("check", environment: ["REDIS_URL": "redis://127.0.0.1:\(server.port ?? 0)"])
            #expect(result.status == 3)
            #expect(try PluginOutput(result.stdout).summary.contains("NOAUTH Authentication required."))
            let json = try run(
                "check",
                "-o",
                "json",
                environment: ["REDIS_URL": "redis://127.0.0.1:\(server.port ?? 0)"]
            )
            #expect(json.stdout == "")
            #expect(json.stderr.hasPrefix(#"{"error":{"status":3,"code":"unknown","message":""#))
            #expect(json.status == 3)
        }
    }

    @Test func aServerThatIsSilentIsGivenUpAtTheDeadline() throws {
        let welcome = "%1\r\n$7\r\nversion\r\n$5\r\n8.2.3\r\n+OK\r\n+OK\r\n"
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .silent]])
        let result = try run("check", "--deadline", "5s", "--timeout", "1h", environment: ["REDIS_URL": peer.url])
        #expect(result.status == 3)
        #expect(result.stdout.hasPrefix("CARACAL UNKNOWN - not done within 5s (raise --deadline): no answer from "))
    }

    @Test func theDocumentHasEveryFigureAndTheState() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.audit.events.dlq * reason x")
            let result = try server.run("check", "-o", "json")
            #expect(result.status == 1)
            #expect(result.stdout.contains("\"schema\": \"caracalctl.check/1\""))
            let summary = [#""state": "warning""#, #""status": 1"#, #""problems": 1"#, #""left_over_groups": 0"#]
            #expect(result.stdout.contains(summary.joined(separator: ",\n    ")))
            #expect(result.stdout.contains("\"code\": \"over_dead_letters\""))
            let lines = try server.run("check", "-o", "ndjson").stdout.split(separator: "\n").map(String.init)
            let first = [
                #"{"check":"lag","stream":"caracal.audit.events","group":"audit-ingestor","server":null,"outbox":null"#,
                #""unit":"entries","value":0,"quality":"exact","maximum":null,"warning":1000,"critical":5000,"state":"ok"}"#,
            ]
            #expect(lines.first == first.joined(separator: ","))
        }
    }
}

/// What Prometheus's own client makes of metrics, one sample a line. Without it the test fails: `make test` fetches it.
func readByPrometheus(_ metrics: [UInt8]) throws -> [String] {
    let python = CommandRunner(Repository.root + "/.build-python/bin/python")
    let result = try python.run([Repository.root + "/Tests/OutsideJudge/metrics.py"], input: metrics)
    #expect(result.stderr == "")
    return result.stdout.split(separator: "\n").map(String.init)
}
