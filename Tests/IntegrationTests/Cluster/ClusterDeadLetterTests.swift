import RESP
import Redis
import TestSupport
import Testing

/// What is published of dead letters in a cluster, where no step moves one back.
@Suite struct ClusterDeadLetterTests {
    private static let events = "caracal.audit.events"

    /// Sends a command to the server that has its key.
    private func send(_ words: [String], to cluster: ClusterServers) throws -> Reply {
        let command = Command(words[0], arguments: words.dropFirst().map { Array($0.utf8) })
        // The others refuse it, with MOVED.
        for index in 0..<3 { if let reply = try? cluster.connect(index).send(command) { return reply } }
        throw DLQ.Unwritten()
    }

    private func runner(_ cluster: ClusterServers) throws -> CommandRunner {
        var runner = try cluster.runner()
        for name in ["STREAMS_HMAC_KEY", "AUDIT_HMAC_KEY"] { runner.environment[name] = VerifySig.key }
        return runner
    }

    /// A provisioned cluster with one dead letter, and the file that it was exported to.
    private func export(_ letter: [String], on cluster: ClusterServers, to folder: TemporaryFolder) throws -> String {
        #expect(try cluster.run("provision").status == 0)
        _ = try send(["XADD", DLQ.audit, "*"] + letter, to: cluster)
        let file = "\(folder.path)/dead.ndjson"
        #expect(try runner(cluster).run(["dlq", "export", "--to", file]).status == 0)
        return file
    }

    /// Of a producer that writes `data` and `sig` alone: without an `outbox_id` a lost reply could never be settled.
    @Test(arguments: [[], ["--outbox-id", "new"], ["--outbox-id", "none"]])
    func aMessageWithoutAnOutboxIDGetsOne(options: [String]) throws {
        try withCluster { cluster in
            let folder = try TemporaryFolder()
            let file = try export(DLQ.audited("5-1"), on: cluster, to: folder)
            let runner = try runner(cluster)
            let done = try runner.run(["publish", "audit.events", "--ndjson", file] + options)
            #expect(done.status == 0, "\(done)")
            let entries = try send(["XRANGE", Self.events, "-", "+"], to: cluster).root
            #expect(entries.elements.count == 1)
            let fields = DLQ.fields(entries[0])
            let isNone = options.last == "none"
            let names = fields.map { $0.prefix { $0 != "=" } }
            #expect(names == (isNone ? ["data", "sig"] : ["data", "outbox_id", "sig"]))
            #expect(fields.first == "data={}" && fields.last == "sig=\(VerifySig.audited[3])")
            if !isNone { #expect(fields[1].count == "outbox_id=".count + 36) }
            #expect(try runner.run(["verify-sig", "audit.events", "-q"]).status == 0)
        }
    }

    /// The field `id` that was lost, which `_sig` covers, comes back by the other key alone.
    @Test func withOneKeyNoSignatureIsPublishedThatDoesNotHold() throws {
        try withCluster { cluster in
            let folder = try TemporaryFolder()
            let file = try export(DLQ.twiceSigned(source: "5-1"), on: cluster, to: folder)
            let runner = try runner(cluster)
            var single = runner
            single.environment["STREAMS_HMAC_KEY"] = nil
            let done = try single.run(["publish", "audit.events", "--no-schema", "--ndjson", file])
            #expect(done.status == 0, "\(done)")
            let entries = try send(["XRANGE", Self.events, "-", "+"], to: cluster).root
            let names = DLQ.fields(entries[0]).map { $0.prefix { $0 != "=" } }
            #expect(names == ["data", "outbox_id", "sig", "zone_id"])
            #expect(try runner.run(["verify-sig", "audit.events", "-q"]).status == 0)
        }
    }

    /// It is there for dead letters, of which there are none, or is not asked for.
    @Test func aKeyThatIsNotNeededMayBeUnreadable() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            var runner = try cluster.runner()
            runner.environment["AUDIT_HMAC_KEY"] = nil
            runner.environment["AUDIT_HMAC_KEY_FILE"] = "/nowhere/audit.hex"
            let line = #"{"zone_id":"z","session_id":"s"}"# + "\n"
            let publish = ["publish", "sessions.revoke", "--ndjson", "-"]
            for options in [[], ["--dry-run"], ["--unsigned"], ["--unsigned", "--dry-run"]] {
                let done = try runner.run(publish + options, input: line)
                #expect(done.status == 0, "\(options): \(done)")
            }
            let event = ["publish", "audit.events", "--ndjson", "-"]
            #expect(try runner.run(event, input: #"{"data":"{}"}"# + "\n").status == 78)
        }
    }
}
