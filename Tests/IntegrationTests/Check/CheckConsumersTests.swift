import Glibc
import RESP
import RedisSandbox
import TestSupport
import Testing

/// What consumers and publishers feel, and what a check must therefore see.
@Suite struct CheckConsumersTests {
    private static let key = String(repeating: "7", count: 64)
    private static let keys = ["STREAMS_HMAC_KEY": key, "AUDIT_HMAC_KEY": key]

    private func check(_ server: SandboxServer, _ arguments: String...) throws -> CommandResult {
        try CommandRunner(environment: Self.keys.merging(["REDIS_URL": server.url]) { $1 })
            .run(["check", "--lag", "off"] + arguments)
    }

    @Test(arguments: RedisBinary.allCases)
    func aReplicaIsCritical(binary: RedisBinary) throws {
        try withServer(binary) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("REPLICAOF 127.0.0.1 1")
            let result = try check(server)
            #expect(result.status == 2)
            #expect(
                result.stdout.hasPrefix("CARACAL CRITICAL - this is a replica of 127.0.0.1:1: it takes no writes |"),
                "\(result.stdout)"
            )
        }
    }

    @Test func aReplicaThatNeverReceivedAnythingIsOneThingThatIsWrong() throws {
        try withServer { server in
            try server.send("REPLICAOF 127.0.0.1 1")
            let result = try check(server)
            #expect(result.status == 2)
            #expect(
                result.stdout.hasPrefix("CARACAL CRITICAL - this is a replica of 127.0.0.1:1: it takes no writes |"),
                "\(result.stdout)"
            )
            expect(
                try server.run("doctor", "--only", "replication,streams"),
                status: 1,
                stdout: """
                    1. FAILURE replication: this replica has not received the data of its master 127.0.0.1:1: it holds none of the \
                    streams
                       seen: master_link_status is down
                       fix:  see the log of this server and of its master; until then connect to the master

                    Not checked:
                      streams: this replica has not received its master's data: it holds none of the streams

                    127.0.0.1:\(server.port ?? 0): 1 failure. 2 checks: 1 failed, 1 not checked.

                    """,
                stderr: "caracalctl: warning: 127.0.0.1:\(server.port ?? 0) is a replica: "
                    + "what it shows may be behind its master\n"
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func refusedWritesAreCritical(binary: RedisBinary) throws {
        try withServer(binary, extra: ["dbfilename broken.rdb"]) { server in
            #expect(try server.run("provision").status == 0)
            // The snapshot cannot take the place of a folder.
            mkdir(server.folderPath + "/broken.rdb", 0o700)
            defer { rmdir(server.folderPath + "/broken.rdb") }
            try server.send("BGSAVE")
            try eventually("it has failed") {
                try String(decoding: server.send("INFO persistence")[0].root.text ?? [], as: UTF8.self)
                    .contains("rdb_last_bgsave_status:err")
            }
            let result = try check(server)
            #expect(result.status == 2)
            #expect(
                result.stdout.hasPrefix(
                    "CARACAL CRITICAL - the server refuses writes (MISCONF): the last snapshot failed |"
                ),
                "\(result.stdout)"
            )
            try server.send("CONFIG SET stop-writes-on-bgsave-error no")
            let harmless = try check(server)
            #expect(harmless.status == 1)
            #expect(harmless.stdout.hasPrefix("CARACAL WARNING - the last snapshot of the server failed |"))
        }
    }

    /// What may not be read is not known to be wrong.
    @Test(arguments: RedisBinary.allCases, ["-xrevrange", "-xrange -xrevrange"])
    func withoutTheRightToReadEntriesTheirSignaturesAreNotChecked(binary: RedisBinary, rules: String) throws {
        try withServer(binary) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("ACL SETUSER probe reset on >pw ~* +@all \(rules)")
            let login = ["REDIS_URL": server.url, "REDIS_PASSWORD": "pw"]
            let result = try CommandRunner(environment: Self.keys.merging(login) { $1 })
                .run(["check", "--lag", "off", "--user", "probe"])
            #expect(result.status == 0)
            #expect(result.stdout.hasPrefix("CARACAL OK - "), "\(result.stdout)")
            #expect(result.stdout.contains("not checked: signatures (no right to XREVRANGE)"), "\(result.stdout)")
        }
    }

    /// Whoever leaves the figure out still wants to know that nothing can be published.
    @Test func aFullServerIsCriticalWhateverIsSaidOfMemory() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("CONFIG SET maxmemory 1kb")
            let result = try check(server, "--memory", "off")
            #expect(result.status == 2)
            #expect(
                result.stdout.hasPrefix(
                    "CARACAL CRITICAL - the server refuses writes (OOM): it has reached maxmemory |"
                ),
                "\(result.stdout)"
            )
            #expect(try !check(server).stdout.contains("OOM"))
            try server.send("CONFIG SET maxmemory-policy allkeys-lru")
            #expect(try !check(server, "--memory", "off").stdout.contains("OOM"))
        }
    }

    @Test func tooFewReplicasAreCritical() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("CONFIG SET min-replicas-to-write 1")
            let result = try check(server)
            #expect(result.status == 2)
            #expect(
                result.stdout.hasPrefix(
                    "CARACAL CRITICAL - the server refuses writes (NOREPLICAS): 0 of 1 wanted replicas are in step |"
                ),
                "\(result.stdout)"
            )
        }
    }

    @Test func invalidSignaturesAreCriticalWhereThereIsAKey() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.keys.invalidate 1-1 zone_id z _sig \(Self.key)")
            let result = try check(server)
            #expect(result.status == 2)
            #expect(result.stdout.contains("caracal.keys.invalidate: 1 of 1 entries has an invalid signature"))
            let blind = try server.run("check", "--lag", "off")
            #expect(blind.status == 0)
            #expect(blind.stdout.contains("; not checked: signatures (no key) |"), "\(blind.stdout)")
        }
    }

    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func skippedEntriesAndIDsOfTheFutureAreWarnings(binary: RedisBinary) throws {
        try withServer(binary) { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XADD caracal.policy.invalidate 1-1 zone_id z",
                "XGROUP SETID caracal.policy.invalidate opa-engine $",
                "XADD caracal.providers.ratelimit 99999999999999-1 a b"
            )
            let result = try server.run("check", "--lag", "off")
            #expect(result.status == 1)
            let output = try PluginOutput(result.stdout)
            #expect(output.summary.hasPrefix("the last id of providers.ratelimit is "), "\(output.summary)")
            #expect(
                output.summary.contains(
                    " ahead of the server's clock; policy.invalidate/opa-engine may have been put behind"
                )
            )
        }
    }

    /// A plugin's output is cut somewhere, by some at 1,024 bytes: the worst stands first, and the whole is bounded.
    @Test func theOutputIsBoundedWithManyGroupsOfAnyName() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.sessions.revoke 1-1 a b")
            let long = String(repeating: "x", count: 2_000)
            for number in 0..<400 {
                let group = "team-\(number)-\(long)"
                try server.send(
                    "XGROUP CREATE caracal.sessions.revoke \(group) 0",
                    "XREADGROUP GROUP \(group) c STREAMS caracal.sessions.revoke >"
                )
            }
            try server.send("DEL caracal.keys.invalidate")
            let result = try server.run("check", "--pending", "0,1000")
            #expect(result.status == 2)
            #expect(result.stdout.utf8.count < 8_192, "\(result.stdout.utf8.count)")
            let output = try PluginOutput(result.stdout)
            #expect(output.summary.hasPrefix("keys.invalidate does not exist "))
            #expect(output.performance.count == 40)
            #expect(output.lines.count == 22)
            #expect(output.lines[20] == "381 more (-o json has all)")
            #expect(output.lines[21] == "not checked: signatures (no key)")
        }
    }
}
