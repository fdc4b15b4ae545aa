import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct MemoryCommandTests {
    @Test(arguments: RedisBinary.allCases)
    func showsTheServerTheStreamsAndWhatIsToCome(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 512mb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.keys.invalidate 1-1 zone_id a", "SELECT 1", "SET rl:a:b:c 1")
            let result = try server.run("memory")
            let lines = result.stdout.split(separator: "\n").map(String.init)
            #expect(lines[0].hasPrefix("USED           "))
            #expect(lines[0].hasSuffix(" of 512 MiB (0%)"))
            #expect(lines[2] == "POLICY         noeviction")
            #expect(lines[4] == "APPEND-ONLY    on, fsync everysec, last write ok")
            #expect(lines[6] == "DB 1           1 rl:, 0 chal:, 0 other")
            #expect(lines[7].hasPrefix("STREAM                  LENGTH   ~BYTES  ~ENTRY  ~PENDING      BOUND"))
            #expect(lines[12].prefixMatch(of: /keys\.invalidate {14}1  4\.[0-9] KiB/) != nil, "\(lines[12])")
            #expect(lines[17].hasPrefix("AT ALL BOUNDS  at least "))
            #expect(lines[17].hasSuffix("headroom 20%; fits as far as it can be measured"))
            #expect(lines[18] == "FULL           not measured (--rate 10s)")
            #expect(result.stderr.hasPrefix("caracalctl: note: not in the sums, as there is no entry to measure: "))
            #expect(result.status == 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anEntryOfAnySizeIsCounted(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 512mb"]) { server in
            let connection = try Connection.open(
                Endpoint(address: .unix(path: server.socketPath)),
                timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
            )
            let size = 20 << 20
            let words = ["caracal.keys.invalidate", "1-1", "f"].map { Array($0.utf8) }
            _ = try connection.send(Command("XADD", arguments: words + [Array(repeating: 0x78, count: size)]))
            let json = try JSONFacts(server.run("memory", "-o", "json").stdout)
            let path = ".items[\"caracal.keys.invalidate\"].bytes_estimate"
            let bytes = try #require(json.values[path].flatMap { Int($0) }, "\(json.values.keys.sorted())")
            #expect((size...size + size / 4).contains(bytes), "\(bytes)")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aServerThatNeverSavedHasNoSnapshot(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 512mb", "dbfilename broken.rdb"]) { server in
            #expect(try server.run("provision").status == 0)
            let fresh = try server.run("memory").stdout
            // Redis 6.2 does not count them.
            #expect(fresh.contains("\nSNAPSHOT       none since the server started, "), "\(fresh)")
            #expect(try server.run("memory", "-o", "json").stdout.contains("\"last_save_unix_seconds\": null"))
            mkdir(server.folderPath + "/broken.rdb", 0o700)
            try server.send("BGSAVE")
            try eventually("it has failed") {
                try String(decoding: server.send("INFO persistence")[0].root.text ?? [], as: UTF8.self)
                    .contains("rdb_last_bgsave_status:err")
            }
            let failed = try server.run("memory").stdout
            #expect(failed.contains("\nSNAPSHOT       FAILED, "), "\(failed)")
            #expect(!failed.contains(" ago, "))
            rmdir(server.folderPath + "/broken.rdb")
            try server.send("BGSAVE")
            try eventually("it has saved") {
                let info = try String(decoding: server.send("INFO persistence")[0].root.text ?? [], as: UTF8.self)
                return info.contains("rdb_last_bgsave_status:ok") && info.contains("rdb_bgsave_in_progress:0")
            }
            #expect(try server.run("memory").stdout.contains("\nSNAPSHOT       ok, "))
            #expect(try server.run("memory").stdout.contains(" ago, 0 changes since\n"))
        }
    }

    @Test func whatMayNotBeLookedAtIsUnknownAndEachRefusalNamesItsKey() throws {
        let user = "user default on nopass ~* +@all -xinfo"
        try withServer(extra: ["maxmemory 100mb", user]) { server in
            try server.send("XADD caracal.keys.invalidate 1-1 zone_id a")
            let result = try server.run("memory")
            #expect(result.status == 77)
            #expect(result.stdout.contains("\nAT ALL BOUNDS  at least "), "\(result.stdout)")
            let rows = result.stdout.split(separator: "\n").map {
                $0.split(separator: " ").prefix(3).joined(separator: " ")
            }
            #expect(rows.contains { $0.hasPrefix("keys.invalidate 1 ") }, "XLEN tells it")
            #expect(rows.contains("sessions.revoke NOT PERMITTED"), "0 may be a key that is not there")
            #expect(
                result.stderr.contains(
                    "in the sums with what they take now: caracal.keys.invalidate (this user may not XINFO"
                )
            )
            #expect(result.stderr.contains("caracal.sessions.revoke: the user \"default\" may not run"))
            #expect(result.stderr.contains(" on caracal.sessions.revoke "), "\(result.stderr)")
            let json = try server.run("memory", "-o", "json").stdout
            #expect(json.contains("\"length\": 1,"))
            #expect(json.contains("\"fits\": null"))
        }
        let blind = "user default on nopass ~* +@all -xrange -xrevrange -memory"
        try withServer(extra: ["maxmemory 100mb", blind]) { server in
            try server.send("XADD caracal.keys.invalidate 1-1 zone_id a")
            let result = try server.run("memory")
            #expect(
                result.stderr.contains(
                    "not measured, and missing in the sums: caracal.keys.invalidate (this user may not XRANGE)"
                ),
                "\(result.stderr)"
            )
            #expect(
                result.stdout.contains("\nAT ALL BOUNDS  unknown: no stream could be measured\n"),
                "\(result.stdout)"
            )
        }
    }

    @Test func unknownIsNullInJSONAndAbsentInMetrics() throws {
        try withServer(extra: ["maxmemory 100mb", "user default on nopass ~* +@all -info -config"]) { server in
            try server.send("XADD caracal.keys.invalidate 1-1 zone_id a")
            let json = try server.run("memory", "-o", "json")
            #expect(json.stdout.contains("\"schema\": \"caracalctl.memory/1\""))
            #expect(json.stdout.contains("\"used_bytes\": null,"))
            #expect(json.stdout.contains("\"maxmemory_bytes\": null,"))
            #expect(json.stdout.contains("\"fits\": null,"))
            #expect(json.stdout.contains("\"db1\": {"))
            #expect(json.status == 77, "the server's memory is what it was asked for")
            let metrics = try server.run("memory", "-o", "prometheus")
            #expect(!metrics.stdout.contains("caracal_redis_memory_used_bytes"))
            #expect(metrics.stdout.contains("\ncaracal_stream_memory_bytes{stream=\"caracal.keys.invalidate\"} 4"))
            let table = try server.run("memory")
            #expect(table.stdout.hasPrefix("USED           not permitted\nPEAK           not permitted\n"))
            #expect(table.stderr.contains("may not run INFO, CONFIG GET (ACL SETUSER default +info +config|get; "))
        }
    }

    @Test func aManagedServerThatDeniesCONFIGIsInOrder() throws {
        try withServer(extra: ["maxmemory 100mb", "user default on nopass ~* +@all -config"]) { server in
            #expect(try server.run("provision").status == 0)
            let result = try server.run("memory", "--quiet")
            expect(result, status: 0)
            #expect(try server.run("memory").stdout.contains("on, fsync not permitted, last write ok\n"))
        }
    }

    @Test func aCrossedLimitEndsWithOne() throws {
        try withServer(extra: ["maxmemory 4mb"]) { server in
            #expect(try server.run("provision").status == 0)
            let result = try server.run("memory", "--max-used", "10%", "-q")
            #expect(result.stdout.isEmpty)
            #expect(result.stderr.contains("% of maxmemory is used, which crosses --max-used"))
            #expect(result.status == 1)
            #expect(try server.run("memory", "--max-used", "100%", "-q").status == 0)
        }
    }

    @Test func anInterruptedWatchShowsWhatIsKnown() throws {
        try withServer(extra: ["maxmemory 100mb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("CONFIG RESETSTAT")
            let runner = CommandRunner(environment: ["REDIS_URL": server.url])
            let command = try runner.start(["memory", "--rate", "1h"])
            // Streams and dead letters once before the watch, the streams at its start, and once more after each second: the fourth
            // look is over once the fifth begins.
            try eventually("it has looked twice") { try looks(server) >= 5 }
            command.signal(SIGINT)
            let result = try command.finish()
            #expect(result.stdout.contains("\nFULL           "))
            #expect(result.status == 130)
        }
    }

    @Test(
        arguments: [
            (["--samples", "0"], "--samples is a number from 1 to 10000"),
            (["--max-used", "101%"], "--max-used is a share of maxmemory: above 0%, and 100% at most"),
            (["--rate", "0s"], "--rate is a duration from 1s to 1h"),
            (["--rate", "2h"], "--rate is a duration from 1s to 1h"),
        ]
    )
    func aSenselessOptionIsAUsageError(arguments: [String], message: String) throws {
        let result = try CommandRunner(environment: [:]).run(["memory"] + arguments)
        expect(result, status: 64, stderr: "caracalctl: \(message)\n")
    }

    @Test func whatTheServerSaysReachesNoTerminal() throws {
        let welcome = "%1\r\n$7\r\nversion\r\n$5\r\n8.2.3\r\n+OK\r\n+OK\r\n"
        let missing = "+none\r\n-ERR no such key\r\n-ERR no such key\r\n"
        let time = "*2\r\n$1\r\n5\r\n$1\r\n0\r\n"
        let evil = "maxmemory_policy:\u{1B}]0;x\u{7}\r\nused_memory:\u{1B}[31m\r\nmaxmemory:99999999999999999999\r\n"
        let info = "$\(evil.utf8.count)\r\n\(evil)\r\n"
        let refused = "-NOPERM no\u{1B}[2J\r\n"
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send(welcome), .expectCommands(55),
                .send(String(repeating: missing, count: 18) + time), .expectCommands(6),
                .send(info + info + info + info + refused + refused), .silent,
            ]
        ])
        let result = try CommandRunner(environment: ["REDIS_URL": peer.url]).run(["memory"])
        #expect(!(result.stdout + result.stderr).contains("\u{1B}"))
        #expect(result.stdout.contains("USED           unknown\n"))
        #expect(result.stdout.contains(#"POLICY         \x1b]0;x\x07"#))
        #expect(result.status == 1)
    }

    /// How often nine streams were looked at.
    private func looks(_ server: SandboxServer) throws -> Int {
        let text = String(decoding: try server.send("INFO commandstats")[0].root.text ?? [], as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_xinfo|stream:") }
        return line.flatMap { Int($0.dropFirst("cmdstat_xinfo|stream:calls=".count).prefix { $0 != "," }) }.map {
            $0 / 9
        } ?? 0
    }
}
