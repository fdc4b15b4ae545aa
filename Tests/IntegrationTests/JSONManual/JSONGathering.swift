import RESP
import RedisSandbox
import TestSupport
import Testing

/// Brings a server into many states, and runs every command that writes JSON there.
struct JSONGathering {
    private(set) var specimens = JSONSpecimens.none
    private let server: SandboxServer
    private let folder: TemporaryFolder
    private let runner: CommandRunner

    init(_ server: SandboxServer, _ folder: TemporaryFolder) {
        self.server = server
        self.folder = folder
        var runner = VerifySig.runner(server)
        runner.environment["XDG_CONFIG_HOME"] = folder.path
        self.runner = runner
    }

    mutating func run() throws {
        try settings()
        try provisioning()
        try publishing()
        try groups()
        try management()
        try deadLetters()
        try looking()
        try trimming()
        try unfinishedPublishing()
        try dispatching()
        try reconciling()
        try losing()
        try complaints()
        try outboxes()
        try cluster()
    }

    // MARK: Commands

    private mutating func settings() throws {
        try plain(
            """
            context add prod -q --description d --url rediss://redis.prod:6379 --user u --password-file /p --sentinel-user s \
            --sentinel-password-file /q --cacert /c --capath /d --cert /e --key /f --sni s \
            --database-url postgres://u@db/caracal --streams-hmac-key-file /k --audit-hmac-key-file /a --colour red --protected
            """
        )
        try plain("context add staging -q --url redis://r --database-url-file /u")
        try plain("context use -q prod")
        try document("context ls")
        try document("version")
        try document("env --url \(server.url) --connect")
        try withServer(.valkey9_1) { valkey in try document("env --url \(valkey.url) --connect") }
        try withPostgres { postgres in
            let runner = CommandRunner(for: server, postgres)
            let words = ["env", "--connect", "-o", "json"]
            try specimens.add(document: try runner.run(words).stdout)
            let traced = try runner.run(["-v"] + words).stderr
            specimens.add(line: "--trace -o json", try JSONNode.lines(traced))
        }
    }

    private mutating func dispatching() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try withPostgres { postgres in
                try postgres.insertRows(1, in: .api, stream: "caracal.keys.invalidate")
                try postgres.insertRows(1, in: .coordinator, payload: #"{"reason":"a\nb"}"#)
                var runner = CommandRunner(for: server, postgres)
                runner.environment["STREAMS_HMAC_KEY"] = String(repeating: "22", count: 32)
                for option in ["--dry-run", "--yes"] {
                    let words = ["outbox", "dispatch", option, "-o", "json"]
                    try specimens.add(document: try runner.run(words).stdout)
                }
            }
        }
    }

    /// One row, or entry, of each status.
    private mutating func reconciling() throws {
        try withServer { server in
            try withPostgres { postgres in
                let keys = "caracal.keys.invalidate"
                let ids = try postgres.insertRows(2, in: .api, .published, stream: keys)
                try postgres.insertRows(in: .coordinator, .published)
                for id in [ids[0], ids[0], "0199a000-0000-7000-8000-00000000000a"] {
                    try server.send("XADD \(keys) * outbox_id \(id) zone_id z")
                }
                try server.send("XADD \(keys) 9999999999999-0 outbox_id \(ids[1])", "XDEL \(keys) 9999999999999-0")
                var runner = CommandRunner(for: server, postgres)
                try document("outbox reconcile", status: 1, by: runner)
                runner.environment["STREAMS_HMAC_KEY"] = String(repeating: "22", count: 32)
                try document("outbox reconcile", status: 1, by: runner)
            }
        }
        let documents = specimens.documents["caracalctl.outbox-reconcile/1"] ?? []
        let statuses = documents.suffix(2).map { (Self.items($0) ?? []).map { $0["status"] } }
        #expect(statuses.first == [.string("lost"), .string("duplicate"), .string("unknown"), .string("orphan")])
        #expect(statuses.last == [.string("lost"), .string("invalid"), .string("unknown"), .string("orphan")])
    }

    /// Trimming overtook a group: only the server's counters tell what it lost.
    private mutating func losing() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            for _ in 1...10 { try server.send("XADD caracal.audit.events * data {}") }
            try server.send("XREADGROUP GROUP audit-ingestor c COUNT 3 STREAMS caracal.audit.events >")
            try server.send("XTRIM caracal.audit.events MAXLEN 4")
            let runner = CommandRunner(environment: ["REDIS_URL": server.url])
            try document("pending", by: runner)
            try document("pending audit.events audit-ingestor", by: runner)
            try specimens.add(document: try runner.run(["watch", "-o", "ndjson", "--count", "1"]).stdout)
        }
    }

    private mutating func provisioning() throws {
        try server.send("XADD caracal.keys.invalidate * zone_id z")
        try document("xlen", status: 1)
        try tracing()
        try document("provision --dry-run")
        try document("provision --emit-acl all")
        try document("outbox --emit-grants operator")
        try document("provision")
        try server.send("XGROUP CREATE caracal.keys.invalidate stranger $")
        try document("provision --check", status: 1)
    }

    private mutating func tracing() throws {
        var lines = ""
        for command in ["xlen", "raw XINFO STREAM nowhere", "raw --port 1 PING"] {
            let words = command.split(separator: " ").map(String.init)
            lines += try runner.run([words[0], "-v", "-o", "json"] + words.dropFirst()).stderr
        }
        let traced = lines.split(separator: "\n").filter { $0.hasPrefix("{\"trace\"") }.joined(separator: "\n")
        specimens.add(line: "--trace -o json", try JSONNode.lines(traced))
    }

    private mutating func publishing() throws {
        let message = "sessions.revoke zone_id=z-1 session_id=s-1 reason=r"
        try document("publish --dry-run \(message)")
        try document("publish --wait-aof \(message)")
        let receipts = try runner.run(
            ["publish", "sessions.revoke", "--ndjson", "-", "-o", "ndjson"],
            input: Publish.lines(3)
        )
        specimens.add(line: "publish -o ndjson", try JSONNode.lines(receipts.stdout))
        try document(
            "publish sessions.revoke --ndjson -",
            status: 65,
            input: Publish.lines(1) + "{\n" + Publish.lines(1)
        )
        try server.send("XADD caracal.sessions.revoke * zone_id z-1 session_id s-9 outbox_id o-9 _sig 00")
        try server.send("XADD caracal.sessions.revoke * zone_id z-1 _sig 00")
        let resign = "publish sessions.revoke --resign --since -"
        try document("\(resign) --dry-run", status: 1)
        try document("\(resign) --yes", status: 1)
    }

    private mutating func groups() throws {
        try server.send("XADD caracal.audit.events 1-0 data {}", "XADD caracal.audit.events 2-0 data {}")
        for _ in 1...5 { try server.send("XADD caracal.audit.events * data {}") }
        let read = "XREADGROUP GROUP audit-ingestor"
        try server.send(
            "\(read) old COUNT 4 STREAMS caracal.audit.events >",
            "\(read) new COUNT 1 STREAMS caracal.audit.events >"
        )
        try server.send("XCLAIM caracal.audit.events audit-ingestor old 0 2-0 IDLE 65000 RETRYCOUNT 7 JUSTID")
        try server.send("XTRIM caracal.audit.events MINID 2-0")
        // One that was not delivered is deleted: a loss.
        let newest = try server.send("XREVRANGE caracal.audit.events + - COUNT 1")[0].root[0]?[0]?.text ?? []
        try server.send("XDEL caracal.audit.events \(String(decoding: newest, as: UTF8.self))")
        try document("pending")
        try document("pending --rate 1s")
        let group = "audit.events audit-ingestor"
        try document("pending \(group)")
        try document("claim \(group) --to new --dry-run 2-0 9-9", status: 1)
        try document("claim \(group) --to new --yes 2-0")
        try document("ack \(group) --dry-run 2-0 9-9", status: 1)
        try document("ack \(group) --yes 2-0")
    }

    private mutating func management() throws {
        let export = "audit.events siem-export"
        try server.send("XREADGROUP GROUP siem-export reader COUNT 1 STREAMS caracal.audit.events >")
        try document("group ls")
        try document("consumer ls")
        try document("group create audit.events more --at 0 --dry-run")
        try document("group create audit.events more --at $ --dry-run")
        try document("group create audit.events more --at 3-0 --yes")
        try document("group seek \(export) --to end --dry-run")
        try document("group seek \(export) --to start --yes")
        try server.send("XREADGROUP GROUP more reader COUNT 1 STREAMS caracal.audit.events >")
        try document("group rm audit.events more --force --dry-run")
        try document("group rm audit.events more --force --yes")
        try server.send("XGROUP CREATECONSUMER caracal.audit.events siem-export spare")
        try document("consumer rm \(export) spare --dry-run")
        try document("consumer rm \(export) reader nobody --yes", status: 1)
        let idle = "XREADGROUP GROUP siem-export"
        try server.send(
            "\(idle) idle COUNT 1 STREAMS caracal.audit.events >",
            "\(idle) idler COUNT 1 STREAMS caracal.audit.events >"
        )
        for name in ["idle", "idler"] {
            let lines = try server.send("XPENDING caracal.audit.events siem-export - + 9 \(name)")[0].root.elements
            for line in lines {
                let id = String(decoding: line[0]?.text ?? [], as: UTF8.self)
                try server.send("XACK caracal.audit.events siem-export \(id)")
            }
        }
        try document("consumer prune \(export) --idle 0s --dry-run")
        try document("consumer prune \(export) --idle 0s --yes")
        try pruning()
    }

    /// A group is left over when nothing was heard of its consumers for an hour; one that never had any is at once.
    private mutating func pruning() throws {
        try server.send("XADD caracal.sessions.revoke * zone_id z")
        try server.send("XGROUP CREATE caracal.sessions.revoke gateway-revocation:a 0")
        try server.send("XGROUP CREATE caracal.sessions.revoke gateway-revocation:b 0")
        try document("group prune --dry-run")
        try document("group prune --yes")
    }

    private mutating func deadLetters() throws {
        try DLQ.add(
            [DLQ.audited("5-1"), DLQ.audited("event-2"), DLQ.audited("event-3", reason: "hmac_verify_failed")],
            to: DLQ.audit,
            on: server
        )
        try DLQ.add([DLQ.connected(), DLQ.served()], to: DLQ.revocations, on: server)
        try DLQ.add([["reason", "r", "src_id", "5-3", "src_data", "{\"id\":\"e\"}"]], to: DLQ.audit, on: server)
        try document("dlq")
        try document("dlq ls")
        for case .object(let letter) in specimens.documents["caracalctl.dlq-ls/1"]?.first.flatMap(Self.items) ?? [] {
            if case .string(let id)? = letter["id"] { try document("dlq show \(id)") }
        }
        try document("dlq export --stream audit.events --to \(folder.path)/dead.ndjson")
        specimens.add(line: "dlq export", try JSONNode.lines(try plain("dlq export").stdout))
        try DLQ.add(Array(repeating: DLQ.audited("event-2"), count: 2), to: DLQ.audit, on: server)
        try document("dlq redrive --dry-run")
        try document("dlq redrive --yes --limit 1")
        let receipts = try plain("dlq redrive --yes -o ndjson")
        specimens.add(line: "dlq redrive -o ndjson", try JSONNode.lines(receipts.stdout))
        try document("dlq purge --exported \(folder.path)/dead.ndjson --yes")
    }

    private mutating func looking() throws {
        // What follows the command is Redis's.
        try specimens.add(document: try runner.run(["raw", "-o", "json", "TYPE", "caracal.audit.events"]).stdout)
        try specimens.add(document: try runner.run(["raw", "-o", "json", "--dry-run", "DEL", "a"]).stdout)
        try server.send("SELECT 1", "SET rl:z:p:u 1")
        try server.send("ACL SETUSER lowly on >pw ~* +@all -info -config -memory -xrange -xrevrange")
        let signature = String(repeating: "0", count: 64)
        try server.send("XADD caracal.audit.events * data {} sig \(signature) _sig \(signature)")
        try server.send("CONFIG SET maxmemory 20mb")
        try server.send("SAVE")
        try document("memory --rate 1s", status: nil)
        try server.send("CONFIG SET maxmemory 100mb")
        try document(
            "memory --url \(server.url.replacing("redis://", with: "redis://lowly:pw@"))",
            status: nil
        )
        try document("check", status: nil)
        try document("doctor", status: nil)
        // A look that explains another finding: what fills the server is the cause of the refused writes.
        try server.send("CONFIG SET maxmemory 1")
        try document("doctor", status: nil)
        try server.send("CONFIG SET maxmemory 100mb")
        try document("doctor --explain all")
        for frame in try plain("watch --interval 100ms --count 2").stdout.split(separator: "\n") {
            try specimens.add(document: String(frame))
        }
        try document("verify-sig --all", status: 1)
        specimens.add(
            line: "verify-sig --each",
            try JSONNode.lines(try plain("verify-sig --all --each", status: 1).stdout)
        )
        try document("tail --no-follow --from - --verify", status: 1)
        try document("find --dead --sig", status: 1)
        try document("find audit.events --sig", status: nil)
        try document("find --dead --count-by zone_id", status: nil)
        try following()
    }

    /// An entry that a group has pending, signed twice and wrongly; one behind it; and one that was never there.
    private mutating func following() throws {
        let (stream, signature) = ("caracal.delegations.invalidate", String(repeating: "0", count: 64))
        try server.send(
            "XADD \(stream) 5000-0 zone_id z zone_id y data {\"id\":\"e-1\"} sig \(signature) _sig \(signature)",
            "XGROUP SETID \(stream) delegations-observer 4999-0",
            "XREADGROUP GROUP delegations-observer c COUNT 1 STREAMS \(stream) >",
            "XADD \(stream) 5001-0 zone_id z"
        )
        try document("find delegations.invalidate --sig", status: 1)
        try document("get delegations.invalidate 5000-0")
        try document("get delegations.invalidate 5001-0")
        try document("get delegations.invalidate 4000-0", status: 1)
        try document("trace 5000-0", status: 1)
    }

    private mutating func trimming() throws {
        try server.send("XREADGROUP GROUP siem-export one NOACK STREAMS caracal.audit.events >")
        try document("trim audit.events --dry-run")
        try document("trim audit.events --yes")
    }

    /// What a full server leaves open is in a file.
    private mutating func unfinishedPublishing() throws {
        try server.send("XADD caracal.sessions.revoke * zone_id z-1 session_id s-9 outbox_id o-10 _sig 00")
        try server.send("CONFIG SET maxmemory 1")
        try document("publish sessions.revoke --resign --since - --yes", status: 75)
        let command = try runner.start(["publish", "sessions.revoke", "--ndjson", "-", "--maxlen", "100", "-o", "json"])
        command.type(Publish.lines(2))
        command.closeInput()
        let result = try command.finish()
        #expect(result.status == 75)
        try specimens.add(document: result.stdout)
        guard case .string(let name)? = specimens.documents["caracalctl.publish/1"]?.last?["summary"]?["resume_file"]
        else { return }
        let text = String(decoding: try TemporaryFolder.read("\(command.homePath)/\(name)"), as: UTF8.self)
        let lines = try JSONNode.lines(text)
        specimens.add(line: "publish --resume: first line", Array(lines.prefix(1)))
        specimens.add(line: "publish --resume: other lines", Array(lines.dropFirst()))
        let refused = ["publish", "sessions.revoke", "--ndjson", "-", "-o", "ndjson"]
        specimens.add(
            line: "publish -o ndjson",
            try JSONNode.lines(try runner.run(refused, input: Publish.lines(1)).stdout)
        )
        try server.send("CONFIG SET maxmemory 0")
    }

    private mutating func complaints() throws {
        let error = try plain("xlen nonsense -o json", status: 64)
        specimens.add(line: "Errors", try JSONNode.lines(error.stderr))
        try server.send("DEL caracal.policy.invalidate")
        let remarks = try plain("xlen -o ndjson", status: 1)
        specimens.add(line: "Remarks", try JSONNode.lines(remarks.stderr).map(Self.asWarning))
    }

    /// Rows of every state, some with what only few have; an entry of one of them.
    private mutating func outboxes() throws {
        try withPostgres { postgres in
            let database = CommandRunner(for: server, postgres)
            let states: [OutboxRowState] = [
                .dead(), .retrying(inSeconds: 600), .locked(by: "w", forSeconds: -60), .waiting, .published,
            ]
            let ids = try states.flatMap { try postgres.insertRows(in: .api, $0, payload: #"{"zone_id":"z"}"#) }
            try postgres.sql("UPDATE event_outbox SET request_id = 'r', last_error = 'e'")
            let dead = try postgres.insertRows(in: .coordinator, .dead())[0]
            try server.send("XADD caracal.sessions.revoke * outbox_id \(ids[4]) zone_id z")
            let entry = try server.send("XREVRANGE caracal.sessions.revoke + - COUNT 1")[0].root[0]?[0]?.text ?? []
            try document("outbox", by: database)
            try document("outbox ls", by: database)
            for id in [ids[4], ids[2], dead] { try document("outbox show \(id)", by: database) }
            try document("get sessions.revoke \(String(decoding: entry, as: UTF8.self))", by: database)
            try document("find sessions.revoke --newest", by: database)
            try document("check", status: nil, by: database)
            try document("doctor", status: nil, by: database)
            try document("outbox unlock --yes", by: database)
            try document("outbox requeue --dead --yes", by: database)
            try document("outbox requeue --dry-run nobody \(ids[1])", status: 1, by: database)
        }
    }

    /// What a cluster's documents have besides, and what they share with those of one server.
    private mutating func cluster() throws {
        let memory = try withCluster { cluster in
            let runner = CommandRunner(environment: ["REDIS_URL": cluster.url()])
            try specimens.add(document: try runner.run(["provision", "-o", "json"]).stdout)
            try specimens.add(document: try runner.run(["check", "-o", "json"]).stdout)
            try specimens.add(document: try runner.run(["watch", "-o", "ndjson", "--count", "1"]).stdout)
            return try JSONNode.read(try runner.run(["memory", "-o", "json"]).stdout)
        }
        guard case .array(let items)? = memory["items"], case .array(let servers)? = memory["summary"]?["servers"]
        else {
            Issue.record("\(memory)")
            return
        }
        for server in servers {
            specimens.add(document: memory.with(items.map { $0.without("server") }, server.without("server")))
        }
        let parts = (items.map { $0.only("server") }, servers.map { $0.only("server") })
        specimens.add(
            line: "memory of a cluster",
            [.object(["items": .array(parts.0), "summary": .object(["servers": .array(parts.1)])])]
        )
    }

    // MARK: Running

    private mutating func document(
        _ line: String,
        status: Int32? = 0,
        input: String = "",
        by runner: CommandRunner? = nil
    ) throws {
        let result = try (runner ?? self.runner).run(Self.words(line) + ["-o", "json"], input: input)
        if let status { #expect(result.status == status, "\(line): \(result.stderr)") }
        do { try specimens.add(document: result.stdout) } catch {
            Issue.record("\(line) wrote \(result.stdout) and \(result.stderr)")
        }
    }

    @discardableResult
    private func plain(_ line: String, status: Int32? = 0) throws -> CommandResult {
        let result = try runner.run(Self.words(line))
        if let status { #expect(result.status == status, "\(line): \(result.stderr)") }
        return result
    }

    private static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    private static func items(_ document: JSONNode) -> [JSONNode]? {
        if case .array(let items)? = document["items"] { items } else { nil }
    }

    /// A remark with the name of its severity made the same for all.
    private static func asWarning(_ remark: JSONNode) -> JSONNode {
        for severity in ["note", "warning", "failure"] {
            if let inner = remark[severity] { return .object(["warning": inner]) }
        }
        return remark
    }
}
