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

    /// How much memory is used does not say that nothing can be published.
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
            let judged = try check(server)
            #expect(judged.status == 2)
            #expect(
                judged.stdout.hasPrefix(
                    "CARACAL CRITICAL - the server refuses writes (OOM): it has reached maxmemory; memory "
                ),
                "\(judged.stdout)"
            )
            try server.send("CONFIG SET maxmemory-policy allkeys-lru")
            #expect(try !check(server).stdout.contains("OOM"))
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

    /// INFO names replicas in step only where some are wanted: where there are none, no setting is needed to know it.
    @Test func tooFewReplicasAreCriticalToWhoMayReadNoSettings() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("CONFIG SET min-replicas-to-write 1", "ACL SETUSER lowly on >pw ~* &* +@all -config")
            var runner = CommandRunner(for: server)
            runner.environment["REDIS_URL"] = server.url.replacing("redis://", with: "redis://lowly:pw@")
            let write = try runner.run(["raw", "--yes", "XADD", "caracal.keys.invalidate", "*", "a", "b"])
            #expect(write.stderr.contains("NOREPLICAS"), "\(write)")
            let result = try runner.run(["check"])
            #expect(result.status == 2)
            #expect(
                result.stdout.hasPrefix(
                    "CARACAL CRITICAL - the server refuses writes (NOREPLICAS): it wants replicas in step and has none"
                ),
                "\(result.stdout)"
            )
            let metrics = try runner.run(["check", "-o", "prometheus"])
            #expect(metrics.stdout.contains("\ncaracal_redis_takes_writes 0\n"), "\(metrics.stdout)")
            let doctor = try runner.run(["doctor"])
            #expect(doctor.status == 1)
            #expect(
                doctor.stdout.contains(
                    "the server refuses writes (NOREPLICAS): it wants replicas in step and has none"
                ),
                "\(doctor.stdout)"
            )
        }
    }

    /// A group that has read all is put back to the start of a stream, of which an entry was deleted since.
    @Test(arguments: [RedisBinary.v7_0, .v8_2, .valkey9_1])
    func whatAGroupMayHaveReadBeforeIsUnknown(binary: RedisBinary) throws {
        try withServer(binary) { server in
            #expect(try server.run("provision").status == 0)
            let stream = "caracal.keys.invalidate"
            for id in 1...5 { try server.send("XADD \(stream) \(id)-0 zone_id z") }
            try server.send(
                "XREADGROUP GROUP sts-keys c STREAMS \(stream) >",
                "XACK \(stream) sts-keys 1-0 2-0 3-0 4-0 5-0",
                "XDEL \(stream) 3-0"
            )
            #expect(try server.run("check", "--lag", "off").status == 0)
            #expect(
                try server.run("group", "seek", "keys.invalidate", "sts-keys", "--to", "start", "--yes").status == 0
            )
            let result = try server.run("check", "--lag", "off")
            #expect(result.status == 3)
            #expect(
                result.stdout.hasPrefix(
                    "CARACAL UNKNOWN - keys.invalidate/sts-keys may have lost entries: the stream begins behind its position, and the "
                        + "server does not tell what was removed"
                ),
                "\(result.stdout)"
            )
            let metrics = try server.run("check", "-o", "prometheus").stdout.split(separator: "\n")
            let lost = metrics.filter { $0.hasPrefix("caracal_group_lost_entries") && $0.contains("sts-keys") }
            #expect(lost.isEmpty, "\(lost)")
            let doctor = try server.run("doctor", "--only", "loss")
            #expect(doctor.status == 0)
            #expect(!doctor.stdout.contains("reconcile"), "\(doctor.stdout)")
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
            var runner = CommandRunner(for: server)
            runner.environment["STREAMS_HMAC_KEY"] = "zz"
            let unusable = try runner.run(["check", "--lag", "off"])
            #expect(unusable.status == 0)
            #expect(
                unusable.stdout.contains(
                    "; not checked: signatures of the fields scheme (STREAMS_HMAC_KEY cannot be used) and of the audit scheme (no key) |"
                ),
                "\(unusable.stdout)"
            )
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

    /// As doctor has it: what is published has no effect there.
    @Test func aGroupBeyondTheEndOfItsStreamIsCritical() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XGROUP SETID caracal.policy.invalidate opa-engine 99999999999999-0")
            let place = "policy.invalidate/opa-engine"
            expect(
                try server.run("check", "--lag", "off", "--memory", "off", "--perfdata", "none"),
                status: 2,
                stdout: """
                    CARACAL CRITICAL - \(place) stands at 99999999999999-0, beyond the stream's last id: it is not given what is \
                    added now
                    CRITICAL: \(place) stands at 99999999999999-0, beyond the stream's last id: it is not given what is added now
                    not checked: signatures (no key)

                    """
            )
        }
    }

    /// A host that starts has nothing to forget: its group begins at the end by design.
    @Test func aHostsGroupThatBeginsAtTheEndIsNoWarning() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XADD caracal.sessions.revoke * zone_id z",
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:h1 $",
                "XGROUP CREATECONSUMER caracal.sessions.revoke gateway-revocation:h1 c"
            )
            let result = try server.run("check", "--lag", "off", "--memory", "off", "--perfdata", "none", "-q")
            #expect(result.status == 0)
            #expect(
                result.stdout.hasPrefix("CARACAL OK - 7 groups on 9 streams, dead letters 0, memory "),
                "\(result.stdout)"
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aReaderThatIsSilentWhileEntriesWaitIsAWarning(binary: RedisBinary) throws {
        try withServer(binary) { server in
            #expect(try server.run("provision").status == 0)
            let old = (time(nil) - 900) * 1000
            try server.send("XADD caracal.keys.invalidate \(old)-0 zone_id z")
            let result = try server.run("check", "--lag", "off")
            #expect(result.status == 1)
            let said =
                "CARACAL WARNING - keys.invalidate/sts-keys: 1 entry waits, and it has no consumer: the oldest is 1"
            #expect(result.stdout.hasPrefix(said), "\(result.stdout)")
            // A quarter of an hour, and the minutes that a slow machine adds.
            #expect(result.stdout.dropFirst(said.count + 1).first == "m", "\(result.stdout)")
            // Before Redis 7 nothing tells whether entries were trimmed ahead of a group that was given none: unknown is not OK.
            let rest = try server.run("check", "--lag", "off", "--oldest", "off")
            #expect(rest.status == (binary == .v6_2 ? 3 : 0), "\(rest.stdout)")
            let metrics = try readByPrometheus(try server.run("check", "-o", "prometheus").stdoutBytes)
            #expect(metrics.contains { $0.hasPrefix("gauge caracal_redis_replica {} 0") })
            #expect(metrics.contains { $0.hasPrefix("gauge caracal_redis_takes_writes {} 1") })
            #expect(
                !metrics.contains { $0.hasPrefix("gauge caracal_newest_signatures") },
                "nothing is known without a key"
            )
            #expect(!metrics.contains { $0.hasPrefix("gauge caracal_group_reader_silence_seconds") }, "nobody reads")
            try server.send("XREADGROUP GROUP sts-keys c1 STREAMS caracal.keys.invalidate >")
            let silence = try readByPrometheus(try server.run("check", "-o", "prometheus").stdoutBytes)
            #expect(
                silence.contains {
                    $0.hasPrefix("gauge caracal_group_reader_silence_seconds {stream='caracal.keys.invalidate'")
                }
            )
        }
    }

    @Test func metricsTellTheRoleSignaturesSkippedEntriesAndIDsAhead() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XADD caracal.policy.invalidate 1-1 zone_id z",
                "XGROUP SETID caracal.policy.invalidate opa-engine $",
                "XADD caracal.agents.lifecycle 99999999999999-1 a b",
                "XADD caracal.keys.invalidate 1-1 zone_id z _sig \(Self.key)"
            )
            let environment = Self.keys.merging(["REDIS_URL": server.url]) { $1 }
            let printed = try CommandRunner(environment: environment).run(["check", "-o", "prometheus"])
            #expect(printed.status == 0)
            let metrics = try readByPrometheus(printed.stdoutBytes)
            for sample in [
                "caracal_group_skipped {stream='caracal.policy.invalidate',group='opa-engine'} 1",
                "caracal_group_skipped {stream='caracal.keys.invalidate',group='sts-keys'} 0",
                "caracal_newest_signatures {stream='caracal.keys.invalidate',verdict='invalid'} 1",
                "caracal_newest_signatures {stream='caracal.policy.invalidate',verdict='unsigned'} 1",
                "caracal_stream_id_lead_seconds {stream='caracal.keys.invalidate'} 0",
            ] {
                #expect(metrics.contains("gauge \(sample)"), "\(sample)")
            }
            #expect(
                metrics.contains {
                    $0.hasPrefix("gauge caracal_stream_id_lead_seconds {stream='caracal.agents.lifecycle'} 9")
                }
            )
            try server.send("REPLICAOF 127.0.0.1 1")
            let replica = try readByPrometheus(
                try CommandRunner(environment: environment).run(["check", "-o", "prometheus"]).stdoutBytes
            )
            #expect(replica.contains("gauge caracal_redis_replica {} 1"))
            #expect(replica.contains("gauge caracal_redis_takes_writes {} 0"))
            // What may not be asked has no sample.
            try server.send("REPLICAOF NO ONE", "ACL SETUSER probe reset on >pw ~* +@all -info -config -time")
            let login = environment.merging(["REDIS_PASSWORD": "pw"]) { $1 }
            let blind = try readByPrometheus(
                try CommandRunner(environment: login).run(["check", "-o", "prometheus", "--user", "probe"]).stdoutBytes
            )
            #expect(!blind.contains { $0.contains("takes_writes") || $0.contains("id_lead") })
        }
    }

    @Test func whoMayNotNameConsumersIsToldThatNobodyLookedAtThem() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XGROUP CREATECONSUMER caracal.keys.invalidate sts-keys c1",
                "ACL SETUSER probe reset on >pw ~* +@all -xinfo|consumers"
            )
            let login = Self.keys.merging(["REDIS_URL": server.url, "REDIS_PASSWORD": "pw"]) { $1 }
            let result = try CommandRunner(environment: login).run(["check", "--user", "probe"])
            #expect(result.status == 0)
            #expect(
                result.stdout.contains("; not checked: consumers (no right to XINFO CONSUMERS) |"),
                "\(result.stdout)"
            )
        }
    }

    /// The figures of the provisioning table are always there, whatever else is amiss.
    @Test func performanceDataAreThoseOfTheTableAllOrNone() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.sessions.revoke 1-1 a b")
            for number in 0..<60 {
                try server.send(
                    "XGROUP CREATE caracal.sessions.revoke team-\(number) 0",
                    "XREADGROUP GROUP team-\(number) c STREAMS caracal.sessions.revoke >"
                )
            }
            let table = try PluginOutput(try server.run("check", "--pending", "0,1000").stdout).performance
            #expect(table.count == 40)
            #expect(table["audit.events/audit-ingestor lag"] != nil && table["memory"] != nil)
            #expect(table.keys.count { $0.hasPrefix("sessions.revoke/team-") } == 12)
            #expect(try PluginOutput(try server.run("check").stdout).performance.count == 28)
            let all = try server.run("check", "--perfdata", "all")
            #expect(try PluginOutput(all.stdout).performance.count == 28 + 3 * 60)
            let none = try server.run("check", "--perfdata", "none", "--pending", "0,1000")
            #expect(none.status == 1)
            #expect(!none.stdout.contains("|"))
            expect(
                try server.run("check", "--perfdata", "some"),
                status: 3,
                stdout: "CARACAL UNKNOWN - --perfdata is table, all or none\n"
            )
        }
    }

    @Test func aPersonAtATerminalSeesTheProblemsAndThenWhatWasLookedAt() throws {
        try withServer(extra: ["maxmemory 1gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.audit.events.dlq * reason x", "DEL caracal.sessions.revoke")
            var runner = CommandRunner(for: server)
            runner.environment["NO_COLOR"] = "1"
            let result = try runner.startInTerminal(["check"]).finish()
            #expect(result.status == 2)
            let lines = result.stdout.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(result.stdout)")
            #expect(lines[0].hasPrefix("CRITICAL ") && lines[0].hasSuffix(", 2 problems"))
            #expect(
                Array(lines[1...5]) == [
                    "", "CRITICAL  sessions.revoke does not exist (caracalctl provision sessions.revoke",
                    "          --start 0 creates it)", "WARNING   audit.events.dlq dead letters 1 (above 0)", "",
                ]
            )
            let table = lines[6...].map { $0.split(separator: " ").joined(separator: " ") }
            #expect(
                Array(table.prefix(5)) == [
                    "CHECK STATE WORST LIMITS WHERE", "lag OK 0 1,000 / 5,000 -", "pending OK 0 1,000 / 5,000 -",
                    "oldest pending OK 0s 5m00s / 30m -", "dead letters WARNING 1 0 / 100 audit.events.dlq",
                ],
                "\(result.stdout)"
            )
            #expect(table.contains("streams CRITICAL 1 problem - sessions.revoke"))
            #expect(table.contains("writes OK taken - -"))
            #expect(table.contains("signatures not checked no key - -"))
            #expect(table.contains("not checked: signatures (no key)"))
            let brief = try runner.startInTerminal(["check", "-q"]).finish()
            #expect(brief.stdout == lines[0] + "\r\n" + lines[2...4].joined(separator: "\r\n") + "\r\n")
        }
    }

    /// What nobody looked at is not in order.
    @Test func theTableCallsNothingInOrderThatWasNotLookedAt() throws {
        try withServer(extra: ["maxmemory 1gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XGROUP CREATECONSUMER caracal.keys.invalidate sts-keys c1",
                "XADD caracal.keys.invalidate 1-1 zone_id z",
                "XADD caracal.keys.invalidate 2-1 zone_id z",
                "XDEL caracal.keys.invalidate 1-1",
                "XGROUP SETID caracal.keys.invalidate sts-keys $",
                "ACL SETUSER probe reset on >pw ~* +@all -xinfo|consumers -xrevrange -time"
            )
            var runner = CommandRunner(for: server)
            runner.environment.merge(Self.keys) { $1 }
            runner.environment.merge(["NO_COLOR": "1", "REDIS_PASSWORD": "pw"]) { $1 }
            let result = try runner.startInTerminal(["check", "--lag", "off", "--user", "probe"]).finish()
            let table = result.stdout.split(separator: "\r\n").map {
                $0.split(separator: " ").joined(separator: " ")
            }
            let begin = try #require(table.firstIndex { $0.hasPrefix("streams ") }, "\(result.stdout)")
            #expect(
                Array(table[begin...].prefix(8)) == [
                    "streams OK 9 there - -", "groups OK 10 there - -", "writes OK taken - -",
                    "signatures not checked unknown - -", "silent readers not checked unknown - -",
                    "lost entries OK none - -", "skipped entries in part none - -", "ids ahead not checked unknown - -",
                ],
                "\(result.stdout)"
            )
            #expect(
                table[begin...].dropFirst(8).joined(separator: " ")
                    == "not checked: ids of the future (no right to TIME), "
                    + "signatures (no right to XREVRANGE), consumers (no right to XINFO CONSUMERS), "
                    + "skipped entries (entries were deleted one by one)"
            )
        }
    }

    /// redrive and purge take dead letters from those who only watch them: nothing has to be published again.
    @Test func deadLettersThatWereTakenAwayAreNoLoss() throws {
        try withServer(extra: ["maxmemory 1gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XGROUP CREATECONSUMER caracal.audit.events.dlq audit-dlq-observer c1",
                "XADD caracal.audit.events.dlq 1-1 reason x",
                "XADD caracal.audit.events.dlq 2-1 reason x",
                "XADD caracal.audit.events.dlq 3-1 reason x",
                "XDEL caracal.audit.events.dlq 1-1 2-1 3-1",
                "XADD caracal.audit.events.dlq 4-1 reason x"
            )
            #expect(try server.run("check", "--lag", "off", "--dlq", "off", "--oldest", "off").status == 0)
            let lost = try server.run("pending", "--lost")
            #expect(lost.status == 0 && lost.stderr.isEmpty, "\(lost.stderr)")
            let doctor = try server.run("doctor", "--only", "loss")
            #expect(doctor.status == 0 && doctor.stdout.contains("NOTE loss: "), "\(doctor.stdout)")
            for command in ["check", "pending"] {
                let metrics = try server.run(command, "-o", "prometheus").stdout.split(separator: "\n")
                let losses = metrics.filter { $0.hasPrefix("caracal_group_lost_entries") }
                #expect(losses.contains { $0.contains("sts-keys") }, "\(command)")
                #expect(!losses.contains { $0.contains("audit-dlq-observer") }, "\(command): \(losses)")
            }
        }
    }

    /// The states of consumers are those that the exporter and `pending` tell.
    @Test func consumersAreStuckAfterTheTimeThatIsSet() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XADD caracal.audit.events 1-1 data {}",
                "XREADGROUP GROUP audit-ingestor c1 STREAMS caracal.audit.events >",
                "XCLAIM caracal.audit.events audit-ingestor c1 0 1-1 IDLE 60000"
            )
            for (seconds, states) in [("30", ["stuck"]), ("86400", ["active"])] {
                var runner = CommandRunner(for: server)
                runner.environment["AUDIT_CLAIM_IDLE_SECS"] = seconds
                for command in ["check", "pending"] {
                    let metrics = try runner.run([command, "-o", "prometheus"]).stdout.split(separator: "\n")
                    let place = #"caracal_group_consumers{stream="caracal.audit.events",group="audit-ingestor",state=""#
                    let found = metrics.filter { $0.hasPrefix(place) && $0.hasSuffix(" 1") }
                    #expect(found == states.map { Substring("\(place)\($0)\"} 1") }, "\(command)")
                }
            }
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
