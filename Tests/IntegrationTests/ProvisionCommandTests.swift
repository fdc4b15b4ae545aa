import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct ProvisionCommandTests {
    @Test(arguments: RedisBinary.allCases)
    func createsThenFindsEverythingThere(binary: RedisBinary) throws {
        try withServer(binary) { server in
            expect(try server.run("provision"), status: 0, stdout: provisioned("created", start: "0"))
            expect(try server.run("provision"), status: 0, stdout: provisioned("exists", start: "-"))
            expect(try server.run("provision", "--check"), status: 0, stdout: provisioned("exists", start: "-"))
            expect(try server.run("provision", "-q"), status: 0)
            #expect(try server.keyCount() == 9)
        }
    }

    @Test func worksOverASocket() throws {
        try withServer(listening: .socket) { server in
            expect(
                try run("provision", "keys.invalidate", "--socket", server.socketPath),
                status: 0,
                stdout: "STREAM           GROUP     RESULT   START\nkeys.invalidate  sts-keys  created  0\n"
            )
            expect(
                try server.run("xlen", "keys.invalidate", "--raw"),
                status: 0,
                stdout: "0\n"
            )
        }
    }

    @Test func aDryRunShowsTheTableThatFollowsAndItsCommandsCanBePasted() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-0 a b")
            let dry = try server.run("provision", "--dry-run")
            let document = try server.run("provision", "--dry-run", "-o", "ndjson")
            #expect(dry.status == 0)
            #expect(
                dry.stderr == "caracalctl: warning: group sts-keys on caracal.keys.invalidate would start at $ "
                    + "and not be given the 1 entry from before (--start 0 gives them to it)\n"
            )
            let lines = dry.stdout.split(separator: "\n")
            #expect(lines.count == 12)
            #expect(lines.dropFirst().allSatisfy { $0.contains("  planned  ") })
            #expect(lines.contains { $0.hasPrefix("keys.invalidate         sts-keys              planned  $  ") })
            #expect(try server.keyCount() == 1)

            let commands = document.stdout.split(separator: "\n").compactMap { line -> String? in
                let parts = line.split(separator: "\"command\":\"")
                return parts.count == 2 ? parts[1].prefix { $0 != "\"" } + "\n" : nil
            }
            #expect(commands.contains("XGROUP CREATE caracal.keys.invalidate sts-keys $ MKSTREAM\n"))
            #expect(commands.last == "XADD caracal.providers.ratelimit 0-1 init 1\n")
            let pasted = try CommandRunner("/usr/bin/redis-cli").run(
                ["-s", server.socketPath],
                input: commands.joined()
            )
            #expect(pasted.status == 0)
            expect(try server.run("provision"), status: 0, stdout: provisioned("exists", start: "-"))
        }
    }

    @Test func aPreviewIsAllowedWhereWritingIsNot() throws {
        try withServer { server in
            expect(
                try server.run("provision", "--read-only"),
                status: 78,
                stderr: "caracalctl: provision writes, and --read-only forbids that: nothing was sent\n"
            )
            expect(
                try server.run("provision", environment: ["CARACALCTL_READ_ONLY": "1"]),
                status: 78,
                stderr: "caracalctl: provision writes, and CARACALCTL_READ_ONLY forbids that: nothing was sent\n"
            )
            #expect(try server.run("provision", "--read-only", "--dry-run").status == 0)
            #expect(try server.run("provision", "--read-only", "--check").status == 1)
            #expect(try server.run("xlen", "--read-only").status == 1)
            #expect(try server.keyCount() == 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aStringUnderAStreamsNameIsRefusedAndTheOthersProvisioned(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.send("SET caracal.keys.invalidate x")
            let result = try server.run("provision")
            #expect(result.status == 1)
            #expect(result.stdout.split(separator: "\n").count { $0.contains("created") } == 10)
            #expect(
                result.stdout.contains(
                    "keys.invalidate         sts-keys              refused  -      the key holds a string, and is left alone\n"
                )
            )
            expect(
                try server.run("provision", "-q"),
                status: 1,
                stdout: "STREAM           GROUP     RESULT   START\n"
                    + "keys.invalidate  sts-keys  refused  -      the key holds a string, and is left alone\n"
            )
        }
    }

    @Test func theJSONOfARunIsExact() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-0 a b")
            let result = try server.run("provision", "keys.invalidate", "providers.ratelimit", "-o", "json")
            #expect(result.status == 0)
            #expect(result.stderr.isEmpty)
            #expect(
                result.stdout.masked(port: server.port) == """
                    {
                      "schema": "caracalctl.provision/1",
                      "at": "AT",
                      "server": {
                        "address": "127.0.0.1:PORT",
                        "version": "8.2.3",
                        "role": "master"
                      },
                      "items": [
                        {
                          "stream": "caracal.keys.invalidate",
                          "group": "sts-keys",
                          "result": "created",
                          "start": "$",
                          "skipped": 1,
                          "reason": "is not given 1 entry from before"
                        },
                        {
                          "stream": "caracal.providers.ratelimit",
                          "group": null,
                          "result": "created",
                          "start": null,
                          "skipped": 0,
                          "reason": null
                        }
                      ],
                      "summary": {
                        "created": 2,
                        "exists": 0,
                        "refused": 0,
                        "missing": 0
                      },
                      "warnings": [
                        {
                          "code": "skips_entries",
                          "message": "group sts-keys on caracal.keys.invalidate was created at $ and is not given the 1 entry from before (caracalctl group seek keys.invalidate sts-keys --to start gives them to it)"
                        }
                      ]
                    }

                    """
            )
            expect(
                try server.run("provision", "keys.invalidate", "-o", "ndjson"),
                status: 0,
                stdout: #"{"stream":"caracal.keys.invalidate","group":"sts-keys","result":"exists","start":null,"#
                    + #""skipped":0,"reason":null}"# + "\n"
            )
        }
    }

    @Test func everyKindOfDriftEndsWithOneAndIsSaid() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("SET caracal.unknown 1")
            expect(
                try server.run("provision", "--check", "-q"),
                status: 1,
                stderr: "caracalctl: the key caracal.unknown is not in the table\n"
            )
            try server.send("DEL caracal.unknown", "XGROUP CREATE caracal.sessions.revoke stranger $")
            expect(
                try server.run("provision", "--check", "-q"),
                status: 1,
                stderr: "caracalctl: caracal.sessions.revoke has the group stranger, which is not in the table\n"
            )
            try server.send(
                "XGROUP DESTROY caracal.sessions.revoke stranger",
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:h1 $"
            )
            expect(try server.run("provision", "--check", "-q"), status: 0)
            let noted = try server.run("provision", "--check")
            #expect(noted.status == 0)
            #expect(
                noted.stderr
                    == "caracalctl: note: caracal.sessions.revoke has the group gateway-revocation:h1, which is "
                    + "not in the table but expected: services add such groups\n"
            )
            try server.send("XGROUP DESTROY caracal.keys.invalidate sts-keys")
            expect(
                try server.run("provision", "--check", "-q"),
                status: 1,
                stdout: "STREAM           GROUP     RESULT   START\nkeys.invalidate  sts-keys  missing  -\n"
            )
            try server.send("DEL caracal.keys.invalidate", "SET caracal.keys.invalidate x")
            #expect(try server.run("provision", "--check").status == 1)
            #expect(try server.run("provision", "--check", "audit.events").status == 0)
        }
    }

    @Test func hostileNamesReachNoTerminalUnescaped() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let evil = "\u{1B}]0;owned\u{7}\u{202E}\u{9B}31m"
            try server.send("SET caracal.\(evil) x", "XGROUP CREATE caracal.sessions.revoke \(evil) $")
            for format in ["table", "json", "ndjson"] {
                let result = try server.run("provision", "--check", "-o", format)
                #expect(result.status == 1)
                let shown = (result.stdout + result.stderr).unicodeScalars
                #expect(shown.allSatisfy { $0 == "\n" || (" "..."~").contains($0) }, "\(format)")
                #expect((result.stdout + result.stderr).contains("owned"))
            }
        }
    }

    @Test func waitsForAServerThatStartsLater() throws {
        let place = try ReservedPort()
        defer { withExtendedLifetime(place) {} }
        let port = place.number
        let waiting = try CommandRunner().start(["provision", "--wait", "60s", "--port", "\(port)"])
        try waiting.waitForErrors("; trying again\n")
        let settings = SandboxSettings(program: try RedisBinary.v8_2.path, listening: .port(port))
        let server = try SandboxServer.start(settings, within: .seconds(120))
        defer { server.stop() }
        let result = try waiting.finish()
        expect(
            result,
            status: 0,
            stdout: provisioned("created", start: "0"),
            stderr: "caracalctl: note: cannot reach 127.0.0.1:\(port): connection refused (check --port); "
                + "trying again\n"
        )
    }

    @Test func waitsWhileTheServerIsLoading() throws {
        let loading = String(repeating: "-LOADING Redis is loading the dataset in memory\r\n", count: 27)
        let refusing: [PeerStep] = [.expectCommands(27), .send(loading)]
        let hello = "%1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n"
        let greeting: [PeerStep] = [.expectCommands(3), .send("\(hello)+OK\r\n+OK\r\n")]
        let ending: [PeerStep] = [.expectCommands(27), .close]
        let peer = try ScriptedPeer([greeting + refusing + refusing + ending])
        expect(
            try run("provision", "--wait", "60s", "--url", peer.url),
            status: 69,
            stderr: "caracalctl: note: 127.0.0.1:\(peer.port) refused: LOADING Redis is loading the dataset in memory "
                + "(wait, or use --wait where there is one); trying again\n"
                + "caracalctl: 127.0.0.1:\(peer.port) closed the connection in the middle of a command\n"
        )
    }

    @Test func givesUpWaitingWhenTheTimeIsOver() throws {
        let peer = try ScriptedPeer([])
        #expect(peer.finish())
        let result = try run("provision", "--wait", "300ms", "-q", "--port", "\(peer.port)")
        expect(
            result,
            status: 69,
            stderr: "caracalctl: cannot reach 127.0.0.1:\(peer.port): connection refused (check --port)\n"
        )
    }

    @Test func doesNotWaitForWhatTimeCannotMend() throws {
        try withServer(extra: ["requirepass sesame"]) { server in
            let result = try server.run("provision", "--wait", "1h")
            #expect(result.status == 77)
        }
    }
}
