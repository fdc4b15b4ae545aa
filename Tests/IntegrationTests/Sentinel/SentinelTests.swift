import RedisSandbox
import TestSupport
import Testing

@Suite struct SentinelTests {
    @Test func findsTheMasterAndShowsIt() throws {
        let group = try WatchedMaster()
        defer { group.stop() }
        let port = group.servers[0].port ?? 0
        let options = ["--sentinel", group.list, "--master-name", "mymaster"]
        let env = try CommandRunner().run(["env", "--connect"] + options)
        #expect(env.status == 0)
        #expect(env.stdout.hasSuffix("\nconnected to 127.0.0.1:\(port): Redis 7.0.15, master\n"))
        #expect(env.stdout.hasPrefix("SETTING                          VALUE"))
        #expect(env.stdout.contains("\nmaster-name                      mymaster"))
        let created = try CommandRunner().run(["provision"] + options)
        expect(created, status: 0, stdout: provisioned("created", start: "0"))
        let url = "redis+sentinel://\(group.list)/mymaster"
        expect(try run("xlen", "--raw", "providers.ratelimit", "--url", url), status: 0, stdout: "1\n")

        // Those that are dead, or say nothing, are passed over, and do not use up the time.
        let silent = try ScriptedPeer([[.silent]])
        let dead = try ScriptedPeer([])
        #expect(dead.finish())
        let list = "127.0.0.1:\(dead.port),127.0.0.1:\(silent.port),\(group.list)"
        expect(
            try run("xlen", "--raw", "providers.ratelimit", "--sentinel", list, "--master-name", "mymaster"),
            status: 0,
            stdout: "1\n"
        )

        let sentinel = "127.0.0.1:\(group.sentinels[0].port ?? 0)"
        expect(
            try run("xlen", "--sentinel", sentinel, "--master-name", "bus"),
            status: 78,
            stderr:
                "caracalctl: Sentinel \(sentinel) knows no master \"bus\" (it knows: mymaster; check --master-name)\n"
        )
        try group.waitForReplicas()
        expect(
            try run("xlen", "--port", "\(group.servers[1].port ?? 0)", "--raw", "providers.ratelimit"),
            status: 0,
            stdout: "1\n",
            stderr: "caracalctl: warning: 127.0.0.1:\(group.servers[1].port ?? 0) is a replica: "
                + "what it shows may be behind its master\n"
        )
    }

    @Test func sentinelsHaveTheirOwnPassword() throws {
        let group = try WatchedMaster(sentinelPassword: "sesame")
        defer { group.stop() }
        let arguments = ["env", "--connect", "-o", "json", "--sentinel", group.list, "--master-name", "mymaster"]
        let right = try CommandRunner(environment: ["CARACALCTL_SENTINEL_PASSWORD": "sesame"]).run(arguments)
        #expect(right.status == 0)
        #expect(right.stdout.contains("\"address\": \"127.0.0.1:\(group.servers[0].port ?? 0)\""))
        #expect(!right.stdout.contains("sesame"))
        let wrong = try CommandRunner(environment: ["CARACALCTL_SENTINEL_PASSWORD": "wrong"]).run(arguments)
        #expect(wrong.status == 77)
        let ports = group.sentinels.map { "127.0.0.1:\($0.port ?? 0)" }
        let refused = ports.map { "\($0): WRONGPASS invalid username-password pair or user is disabled." }
        #expect(wrong.stderr.contains("none of 3 Sentinels answered (\(refused.joined(separator: "; "));"))
    }

    @Test func tlsIsSpokenWithSentinelsAndMaster() throws {
        let group = try WatchedMaster(speaksTLS: true)
        defer { group.stop() }
        let url = "rediss+sentinel://\(group.list)/mymaster"
        let result = try run("env", "--connect", "--url", url, "--cacert", try TLSFiles.shared.file(.authority))
        #expect(result.status == 0)
        #expect(
            result.stdout.contains("\nconnected to 127.0.0.1:\(group.servers[0].port ?? 0): Redis 7.0.15, master\n")
        )
        let plain = try run("xlen", "--url", "redis+sentinel://\(group.list)/mymaster", "--connect-timeout", "1s")
        #expect(plain.status == 69)
    }

    @Test func nobodyAnswers() throws {
        let peers = try (0..<3).map { _ in try ScriptedPeer([]) }
        #expect(peers.allSatisfy { $0.finish() })
        let names = peers.map { "127.0.0.1:\($0.port)" }
        expect(
            try run("xlen", "--sentinel", names.joined(separator: ","), "--master-name", "bus"),
            status: 69,
            stderr: "caracalctl: none of 3 Sentinels answered ("
                + names.map { "\($0): connection refused" }.joined(separator: "; ") + "; check --sentinel)\n"
        )
    }
}
