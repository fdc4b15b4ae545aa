import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct ClusterCommandTests {
    private static let table = """
        STREAM                  LENGTH      BOUND  FILL  OLDEST  NEWEST  GROUPS
        audit.events                 0  1,000,000    0%       -       -       2
        audit.events.dlq             0    100,000    0%       -       -       1
        policy.invalidate            0     10,000    0%       -       -       1
        sessions.revoke              0     10,000    0%       -       -       2
        keys.invalidate              0     10,000    0%       -       -       1
        agents.lifecycle             0          -     -       -       -       1
        invocations.lifecycle        0          -     -       -       -       1
        delegations.invalidate       0          -     -       -       -       1
        providers.ratelimit          1          1  100%       -       -       0

        """

    @Test(arguments: RedisBinary.allCases)
    func provisionsAndMeasuresAcrossTheServers(binary: RedisBinary) throws {
        try withCluster(binary) { cluster in
            expect(
                try cluster.run("provision", "--check"),
                status: 1,
                stdout: missing,
            )
            expect(try cluster.run("provision"), status: 0, stdout: provisioned("created", start: "0"))
            expect(try cluster.run("provision", by: 2), status: 0, stdout: provisioned("exists", start: "-"))
            expect(try cluster.run("xlen", by: 1), status: 0, stdout: Self.table)
            for index in 0..<3 { #expect(try cluster.run(index, "DBSIZE").root.integer == 3) }
            try cluster.run(1, "XADD", "caracal.unknown.{caracal.providers.ratelimit}", "*", "a", "b")
            let drift = try cluster.run("provision", "--check")
            #expect(drift.status == 1)
            #expect(
                drift.stderr
                    == "caracalctl: the key caracal.unknown.{caracal.providers.ratelimit} is not in the table\n"
            )
        }
    }

    private var missing: String {
        provisioned("missing", start: "-")
    }

    @Test func namesTheClusterInItsDocuments() throws {
        try withCluster { cluster in
            let result = try cluster.run("xlen", "-o", "json")
            #expect(result.status == 1)
            #expect(result.stdout.contains("\"role\": \"master\",\n    \"mode\": \"cluster\"\n"))
            #expect(result.stdout.contains("\"address\": \"127.0.0.1:\(cluster.port(0))\""))
        }
    }

    @Test func worksOnEntriesWhereverTheyAre() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            let published = try cluster.run("publish", "sessions.revoke", "zone_id=z", "session_id=s", "outbox_id=m-1")
            #expect(published.status == 0)
            expect(try cluster.run("xlen", "sessions.revoke", "--raw"), status: 0, stdout: "1\n")
            expect(
                try cluster.run("verify-sig", "sessions.revoke", "-q"),
                status: 0
            )
            try cluster.run(
                2,
                "XREADGROUP",
                "GROUP",
                "sts-revocation",
                "c1",
                "STREAMS",
                "caracal.sessions.revoke",
                ">"
            )
            let id = published.stdout.split(separator: "\n").first.map(String.init) ?? ""
            let pending = try cluster.run("pending", "sessions.revoke", "sts-revocation", "-o", "ndjson")
            #expect(pending.status == 0)
            #expect(pending.stdout.contains("\"id\":\"\(id)\""))
            let claimed = try cluster.run(
                "claim",
                "sessions.revoke",
                "sts-revocation",
                id,
                "--to",
                "c2",
                "--create-consumer",
                "--yes"
            )
            #expect(claimed.status == 0)
            #expect(claimed.stdout.contains("claimed"))
            #expect(try cluster.run("ack", "sessions.revoke", "sts-revocation", id, "--yes").status == 0)
            let summary = try cluster.run(2, "XPENDING", "caracal.sessions.revoke", "sts-revocation")
            #expect(summary.root[0]?.integer == 0)
            try cluster.run(
                2,
                "XREADGROUP",
                "GROUP",
                "resource-revocation",
                "c1",
                "NOACK",
                "STREAMS",
                "caracal.sessions.revoke",
                ">"
            )
            #expect(try cluster.run("trim", "sessions.revoke", "--yes").status == 0)
            expect(try cluster.run("xlen", "sessions.revoke", "--raw"), status: 0, stdout: "0\n")
        }
    }

    @Test func deadLettersAreShownExportedAndPurgedButNotMoved() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            for number in 1...3 {
                try cluster.run(
                    1,
                    "XADD",
                    "caracal.audit.events.dlq",
                    "\(number)-0",
                    "event_id",
                    "e\(number)",
                    "reason",
                    "pg: x",
                    "src_id",
                    "1-\(number)",
                    "fields",
                    "{}"
                )
            }
            #expect(try cluster.run("dlq").stdout.contains("audit.events.dlq  pg"))
            expect(
                try cluster.run("dlq", "redrive", "--yes"),
                status: 78,
                stderr:
                    "caracalctl: 127.0.0.1:\(cluster.port(0)) is a cluster, where a message cannot be moved between "
                    + "two streams in one step: use caracalctl dlq export, caracalctl publish and caracalctl dlq purge; "
                    + "nothing was changed\n"
            )
            let export = try cluster.run("dlq", "export")
            #expect(export.status == 0)
            #expect(export.stdout.split(separator: "\n").count == 3)
            let folder = try TemporaryFolder()
            let file = try folder.write("dead.ndjson", export.stdout)
            // By another server than it was exported by.
            let purged = try cluster.run("dlq", "purge", "--exported", file, "--yes", by: 2)
            #expect(purged.status == 0)
            #expect(try cluster.run(1, "XLEN", "caracal.audit.events.dlq").root.integer == 0)
        }
    }

    /// The steps of caracalctl-deployment(7), which take the place of a redrive.
    @Test func deadLettersAreReturnedByExportPublishAndPurge() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            var runner = try cluster.runner()
            for name in ["STREAMS_HMAC_KEY", "AUDIT_HMAC_KEY"] { runner.environment[name] = VerifySig.key }
            func add(_ stream: String, _ fields: [String]) throws {
                let command = [stream, "*"] + fields
                // The others refuse it, with MOVED.
                let node = (0..<3).first { index in
                    (try? cluster.connect(index).send(Command("XADD", arguments: command.map { Array($0.utf8) })))
                        != nil
                }
                #expect(node != nil)
            }
            for event in ["event-0", "event-1"] { try add(DLQ.audit, DLQ.audited(event)) }
            try add(DLQ.audit, DLQ.audited("event-2", reason: "hmac_verify_failed"))
            try add(DLQ.revocations, DLQ.served())
            // A cluster refuses a redrive: what has to be chosen first is not proposed as a line, the rest is.
            let proposal = try runner.run(["doctor", "--only", "dead-letters", "-o", "ndjson"]).stdout
            #expect(
                proposal.contains(
                    "caracalctl dlq # why each of them died; those of one stream whose cause is gone go back with"
                )
                    && !proposal.contains("redrive"),
                "\(proposal)"
            )
            let folder = try TemporaryFolder()
            func carryOut(_ stream: String, _ name: String, _ choice: [String]) throws {
                let file = folder.path + "/" + name
                #expect(try runner.run(["dlq", "export", "--stream", stream] + choice + ["--to", file]).status == 0)
                let plan = try runner.run(["publish", stream, "--ndjson", file, "--no-schema", "--dry-run"])
                #expect(plan.status == 0, "\(plan)")
                let published = try runner.run(["publish", stream, "--ndjson", file, "--no-schema"])
                #expect(published.status == 0, "\(published)")
                #expect(try runner.run(["dlq", "purge", "--exported", file, "--yes"]).status == 0)
            }
            try carryOut("audit.events", "events.ndjson", ["--reason", "pg_permanent_error"])
            try carryOut("sessions.revoke", "revocations.ndjson", [])
            let lengths = try ["audit.events", "sessions.revoke"].map { try runner.run(["xlen", $0, "--raw"]).stdout }
            #expect(lengths == ["2\n", "1\n"])
            let left = try runner.run(["dlq", "--no-headers", "--columns", "stream,reason,count"]).stdout
            #expect(
                left.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") } == [
                    "audit.events.dlq hmac_verify_failed 1"
                ]
            )
            #expect(try runner.run(["verify-sig", "audit.events", "sessions.revoke", "-q"]).status == 0)
        }
    }

    /// What doctor proposes in a cluster, carried out: each message is published once, or nothing is proposed to.
    @Test func doctorsLineReturnsDeadLettersOnce() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            var runner = try cluster.runner()
            for name in ["STREAMS_HMAC_KEY", "AUDIT_HMAC_KEY"] { runner.environment[name] = VerifySig.key }
            func send(_ words: [String]) throws -> Reply {
                let command = Command(words[0], arguments: words.dropFirst().map { Array($0.utf8) })
                // The others refuse it, with MOVED.
                for index in 0..<3 {
                    let reply = try? cluster.connect(index).send(command)
                    if let reply, reply.root.error == nil { return reply }
                }
                throw DLQ.Unwritten()
            }
            for session in ["s1", "s2"] {
                let publish = ["publish", "sessions.revoke", "zone_id=z", "session_id=\(session)"]
                #expect(try runner.run(publish).status == 0)
            }
            let entries = try send(["XRANGE", "caracal.sessions.revoke", "-", "+"]).root.elements
            let letters = entries.map { entry in
                let words = entry[1]?.elements.map { String(decoding: $0.text ?? [], as: UTF8.self) } ?? []
                let members = stride(from: 0, to: words.count - 1, by: 2).map {
                    "\"\(words[$0])\":\"\(words[$0 + 1])\""
                }
                let id = String(decoding: entry[0]?.text ?? [], as: UTF8.self)
                return [
                    "original_id", id, "error", "pg_permanent_error:x", "values",
                    "{\(members.joined(separator: ","))}",
                ]
            }
            #expect(letters.count == 2)
            for letter in letters { _ = try send(["XADD", DLQ.revocations, "*"] + letter) }
            func fix() throws -> String {
                let lines = try runner.run(["doctor", "--only", "dead-letters", "-o", "ndjson"]).stdout
                guard case .string(let fix)? = try JSONNode.lines(lines).first?["fix"] else { return "" }
                return fix
            }
            let line = try fix()
            #expect(line.contains(" && caracalctl publish sessions.revoke --ndjson dead.ndjson && "), "\(line)")
            var shell = runner
            shell.executable = "/bin/bash"
            let tool = CommandRunner.caracalctl.dropLast("/caracalctl".count)
            shell.environment["PATH"] = "\(tool):\(Environment.current["PATH"] ?? "")"
            let folder = try TemporaryFolder()
            let result = try shell.run([
                "-c", "cd '\(folder.path)' && \(line.replacing("dlq purge", with: "dlq purge --yes"))",
            ])
            #expect(result.status == 0, "\(line): \(result)")
            #expect(try runner.run(["xlen", "sessions.revoke", "--raw"]).stdout == "4\n")
            #expect(try send(["XLEN", DLQ.revocations]).root.integer == 0)
            // A message that died twice would go twice.
            for letter in letters + [letters[0]] { _ = try send(["XADD", DLQ.revocations, "*"] + letter) }
            let choice = try fix()
            #expect(!choice.contains(" --ndjson "), "\(choice)")
            #expect(
                choice.hasSuffix("; publish a message once that died more than once: 1 dead letter repeats another"),
                "\(choice)"
            )
        }
    }

    /// What goes round by a file, since no step of a cluster moves it: all fields and both signatures are as they were.
    @Test func aDeadLetterThatIsPublishedIsTheMessageAsItWas() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            var runner = try cluster.runner()
            for name in ["STREAMS_HMAC_KEY", "AUDIT_HMAC_KEY"] { runner.environment[name] = VerifySig.key }
            func send(_ words: [String]) throws -> Reply {
                let command = Command(words[0], arguments: words.dropFirst().map { Array($0.utf8) })
                // The others refuse it, with MOVED.
                for index in 0..<3 { if let reply = try? cluster.connect(index).send(command) { return reply } }
                throw DLQ.Unwritten()
            }
            _ = try send(["XADD", DLQ.audit, "*"] + DLQ.twiceSigned(source: "5-1"))
            let folder = try TemporaryFolder()
            let file = "\(folder.path)/dead.ndjson"
            #expect(try runner.run(["dlq", "export", "--to", file]).status == 0)
            let publish = ["publish", "audit.events", "--ndjson", file]
            let preview = try runner.run(publish + ["--dry-run", "-o", "json"])
            #expect(preview.status == 0, "\(preview)")
            let done = try runner.run(publish)
            #expect(done.status == 0, "\(done)")
            let entries = try send(["XRANGE", "caracal.audit.events", "-", "+"]).root
            #expect(entries.elements.count == 1)
            #expect(DLQ.fields(entries[0]) == DLQ.twiceSignedFields)
            #expect(try runner.run(["verify-sig", "audit.events", "-q"]).status == 0)
            #expect(try runner.run(["dlq", "purge", "--exported", file, "--yes", "-q"]).status == 0)
            #expect(try send(["XLEN", DLQ.audit]).root.integer == 0)
        }
    }

    @Test func tailGoesOnWhenTheServerItEnteredByIsGone() throws {
        try withCluster(replicas: true) { cluster in
            #expect(try cluster.run("provision").status == 0)
            #expect(try cluster.run("publish", "sessions.revoke", "zone_id=z", "session_id=s1").status == 0)
            var runner = try cluster.runner(by: 2)
            // Less than the failover takes.
            runner.environment["CARACALCTL_TIMEOUT"] = "5s"
            let tail = try runner.start(["tail", "sessions.revoke"])
            try tail.waitForOutput("session_id=s1")
            try eventually("the replica has it") { try cluster.outboxIDsOfReplica(5).count == 1 }
            try cluster.lose(2, noticedAfter: 7000)
            try cluster.waitUntilWhole(except: [2])
            #expect(try cluster.run("publish", "sessions.revoke", "zone_id=z", "session_id=s2").status == 0)
            try tail.waitForOutput("session_id=s2")
            tail.signal(SIGTERM)
            #expect(try tail.finish().status == 143)
        }
    }

    @Test func anInterruptedTailOfSeveralServersIsInterrupted() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            #expect(try cluster.run("publish", "sessions.revoke", "zone_id=z", "session_id=s1").status == 0)
            let tail = try cluster.runner().start(["tail"])
            try tail.waitForOutput("session_id=s1")
            tail.signal(SIGINT)
            let result = try tail.finish()
            #expect(result.status == 130)
            #expect(result.stderr == "")
        }
    }

    @Test func aShellGoesOnWhenTheServerItEnteredByIsGone() throws {
        try withCluster(replicas: true) { cluster in
            #expect(try cluster.run("provision").status == 0)
            var runner = try cluster.runner(by: 2)
            runner.environment["CARACALCTL_TIMEOUT"] = "5s"
            let shell = try runner.start(["shell", "--keep-going"])
            try shell.type("xlen sessions.revoke --raw\n", until: "0\n")
            cluster.servers[2].stop()
            shell.type("xlen sessions.revoke --raw\n")
            try shell.waitForErrors("line 2 ended with status 69")
            try cluster.noticeLoss(of: 2)
            try cluster.waitUntilWhole(except: [2])
            try shell.type("xlen providers.ratelimit sessions.revoke\n", until: "sessions.revoke ")
            shell.closeInput()
            #expect(try shell.finish().status == 69)
        }
    }

    @Test func aCommandWithoutAKeySaysWhichServerWasAsked() throws {
        try withCluster { cluster in
            expect(
                try cluster.run("raw", "DBSIZE", by: 1),
                status: 0,
                stdout: "(integer) 0\n",
                stderr: "caracalctl: note: of the cluster 127.0.0.1:\(cluster.port(1)) alone was asked\n"
            )
            expect(try cluster.run("raw", "XLEN", "caracal.sessions.revoke", by: 1), status: 0, stdout: "(integer) 0\n")
        }
    }

    @Test func doctorExaminesEveryMaster() throws {
        try withCluster(extra: ["maxmemory 2gb", "appendonly yes", "save 3600 1", "tcp-keepalive 60"]) { cluster in
            #expect(try cluster.run("provision").status == 0)
            try cluster.run(1, "CONFIG", "SET", "timeout", "300")
            for index in [0, 2] { try cluster.run(index, "CONFIG", "SET", "maxmemory", "0") }
            for index in 0...2 { try cluster.run(index, "CONFIG", "SET", "tcp-keepalive", "0") }
            let result = try cluster.run("doctor", "--only", "maxmemory,timeout,tcp-keepalive,appendonly")
            let port = cluster.port
            expect(
                result,
                status: 0,
                stdout: """
                    1. WARNING maxmemory: 127.0.0.1:\(port(0)), 127.0.0.1:\(port(2)): maxmemory is 0: nothing stops Redis \
                    before the machine runs out of memory (set maxmemory)
                       fix:  caracalctl memory
                       note: how much it takes; then redis-cli -u "$REDIS_URL" CONFIG SET maxmemory SIZE
                    2. WARNING timeout: 127.0.0.1:\(port(1)): timeout is 300: the server closes connections that are idle for \
                    that many seconds
                       fix:  redis-cli -u "$REDIS_URL" CONFIG SET timeout 0 && redis-cli -u "$REDIS_URL" CONFIG REWRITE
                       note: with the URL of 127.0.0.1:\(port(1))
                    3. WARNING tcp-keepalive: each of 3 masters: tcp-keepalive is off: peers that vanished are never noticed
                       fix:  redis-cli -u "$REDIS_URL" CONFIG SET tcp-keepalive 60 && redis-cli -u "$REDIS_URL" CONFIG REWRITE
                       note: with the URL of 127.0.0.1:\(port(0)), then 127.0.0.1:\(port(1)), then 127.0.0.1:\(port(2))

                    the cluster of 127.0.0.1:\(port(0)): 3 warnings. 4 checks: 3 with a warning, 1 ok.

                    """
            )
        }
    }

    @Test func checkTellsTheServerThatUsesMostWhereNoneHasALimit() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            try cluster.run(2, "XADD", "caracal.sessions.revoke", "*", "f", String(repeating: "x", count: 1 << 22))
            let lines = try cluster.run("check", "--lag", "off", "-o", "ndjson").stdout.split(separator: "\n")
            let memory = #"{"check":"memory","stream":null,"group":null,"server":"127.0.0.1:\#(cluster.port(2))","#
            #expect(lines.count { $0.hasPrefix(memory) } == 1)
            let frame = try cluster.run("watch", "-o", "ndjson", "--count", "1")
            #expect(frame.stdout.contains(#""memory_server":"127.0.0.1:\#(cluster.port(2))","used_memory_bytes":"#))
        }
    }

    @Test func anInterruptedWatchSaysTheGrowthOfEveryServer() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            let command = try cluster.runner().startInTerminal(["memory", "--rate", "1h"])
            try command.waitForOutput("watching growth")
            command.signal(SIGINT)
            let result = try command.finish()
            #expect(result.status == 130)
            // Every server has its part, and its growth.
            #expect(result.stdout.ranges(of: "SERVER  ").count == 3)
            #expect(result.stdout.ranges(of: "GROWTH  ").count == 3)
        }
    }

    @Test func memoryHoldsEachServerAgainstItsOwnStreams() throws {
        try withCluster(extra: ["appendonly yes"]) { cluster in
            #expect(try cluster.run("provision").status == 0)
            try cluster.run(1, "CONFIG", "SET", "maxmemory", "100mb")
            let result = try cluster.run("memory", "-o", "ndjson")
            let places = result.stdout.split(separator: "\n").map { line in
                line.split(separator: "\"").enumerated().filter { [3, 7].contains($0.offset) }.map {
                    String($0.element)
                }
            }
            let held = [
                ["policy.invalidate", "agents.lifecycle", "delegations.invalidate"],
                ["audit.events.dlq", "invocations.lifecycle", "providers.ratelimit"],
                ["audit.events", "sessions.revoke", "keys.invalidate"],
            ]
            #expect(
                places
                    == held.enumerated().flatMap { index, names in
                        names.map { ["127.0.0.1:\(cluster.port(index))", "caracal.\($0)"] }
                    }
            )
            let metrics = try cluster.run("memory", "-o", "prometheus").stdout
            for (index, limit) in [0, 104_857_600, 0].enumerated() {
                let name = "caracal_redis_memory_limit_bytes{server=\"127.0.0.1:\(cluster.port(index))\"}"
                #expect(metrics.contains("\(name) \(limit)\n"))
            }
            #expect(try cluster.run("memory", "-q").stdout == "")
        }
    }

    @Test func checkJudgesTheFullestServerAndNoneThatIsUnknown() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            for (index, limit) in ["1gb", "100mb", "2gb"].enumerated() {
                try cluster.run(index, "CONFIG", "SET", "maxmemory", limit)
            }
            let judged = try cluster.run("check", "--memory", "0%,")
            #expect(judged.status == 1)
            #expect(judged.stdout.contains(" of 100 MiB ("), "\(judged.stdout)")
            try cluster.run(2, "ACL", "SETUSER", "default", "-info", "-config")
            let unknown = try cluster.run("check")
            #expect(unknown.status == 3)
            #expect(unknown.stdout.contains("memory against maxmemory unknown"), "\(unknown.stdout)")
        }
    }

    @Test func recognisesAClusterWhereHelloIsForbidden() throws {
        try withCluster(extra: ["rename-command HELLO \"\""]) { cluster in
            expect(try cluster.run("provision"), status: 0, stdout: provisioned("created", start: "0"))
            expect(try cluster.run("xlen", by: 1), status: 0, stdout: Self.table)
        }
    }

    @Test func refusesWhatAClusterLacks() throws {
        try withCluster { cluster in
            expect(
                try cluster.run("xlen", "--db", "1"),
                status: 78,
                stderr: "caracalctl: warning: --db selects db 1, but Caracal's streams live in db 0\n"
                    + "caracalctl: 127.0.0.1:\(cluster.port(0)) refused: ERR SELECT is not allowed in cluster mode "
                    + "(check --db or the URL: streams live in db 0)\n"
            )
        }
    }

    @Test func saysWhatIsWrongWithAClusterThatIsDown() throws {
        try withCluster { cluster in
            for index in 0..<3 { try cluster.run(index, "CLUSTER", "DELSLOTS", "13713") }
            try eventually("the cluster is down") {
                try (0..<3).allSatisfy { index in
                    let text = try cluster.run(index, "CLUSTER", "INFO").root.text ?? []
                    return String(decoding: text, as: UTF8.self).contains("cluster_state:fail")
                }
            }
            expect(
                try cluster.run("xlen", "sessions.revoke", "--timeout", "5s"),
                status: 75,
                stderr: "caracalctl: 127.0.0.1:\(cluster.port(0)) refused: CLUSTERDOWN Hash slot not served "
                    + "(part of the cluster is served by nobody: redis-cli --cluster check shows which)\n"
            )
            let published = try cluster.run(
                "publish",
                "sessions.revoke",
                "zone_id=z",
                "session_id=s",
                "--timeout",
                "5s"
            )
            #expect(published.status == 75)
            #expect(published.stdout == "")
        }
    }
}
