import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What other commands print of entries is what `publish --ndjson` reads.
@Suite struct PublishEntriesTests {
    private func tail(_ server: SandboxServer, _ arguments: String...) throws -> CommandResult {
        try VerifySig.runner(server).run(["tail", "--no-follow", "-o", "ndjson"] + arguments)
    }

    private func members(_ result: CommandResult) throws -> [JSONNode] { try JSONNode.lines(result.stdout) }

    @Test(arguments: RedisBinary.allCases)
    func whatTailPrintsIsPublishedAgainSignedAnewWithItsOutboxID(_ version: RedisBinary) throws {
        try withServer(version) { server in
            try server.makeRevocations(empty: true)
            let evil =
                #"{"zone_id":"z\u001b[2J\u202e\\é","session_id":"s","base64":{"base64":"/wD+"},"outbox_id":"o-1"}"#
            #expect(try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: evil).status == 0)
            let printed = try tail(server, "sessions.revoke", "--sig")
            #expect(printed.status == 0)
            // Another key, under which the old signatures are worth nothing: without --force that speaks against the key.
            var runner = VerifySig.runner(server)
            runner.environment["STREAMS_HMAC_KEY"] = String(repeating: "a1", count: 32)
            let publish = ["publish", "sessions.revoke", "--resign", "--force", "--yes", "--ndjson", "-"]
            #expect(try runner.run(publish, input: printed.stdoutBytes).status == 0)
            let again = try runner.run(["tail", "sessions.revoke", "--no-follow", "-o", "ndjson", "-n", "1", "--sig"])
            #expect(again.status == 0)
            let (before, after) = (try members(printed)[0], try members(again)[0])
            #expect(before["message"]?.without("_sig") == after["message"]?.without("_sig"))
            #expect(before["message"]?["_sig"] != after["message"]?["_sig"])
            #expect(after["message"]?["outbox_id"] == .string("o-1"))
            #expect(after["message"]?["base64"] == .object(["base64": .string("/wD+")]))
            #expect(try server.outboxIDs() == ["o-1", "o-1"])
            // A new id on demand.
            #expect(try runner.run(publish + ["--outbox-id", "new"], input: printed.stdoutBytes).status == 0)
            let ids = try server.outboxIDs()
            #expect(ids.count == 3 && ids[2] != "o-1" && ids[2].count == 36)
        }
    }

    @Test func anAuditEventKeepsItsBytes() throws {
        try withServer(.v7_0) { server in
            _ = try server.run("provision", "audit.events")
            let data = #"{ "id":"e","zone_id":"z", "occurred_at":"2026-01-03T12:47:05Z","n":1.50 }"#
            let runner = VerifySig.runner(server)
            #expect(try runner.run(["publish", "audit.events", "data=\(data)"]).status == 0)
            let printed = try tail(server, "audit.events")
            #expect(
                printed.stdout.contains(
                    #""event":{"id":"e","zone_id":"z","occurred_at":"2026-01-03T12:47:05Z","n":1.50}"#
                )
            )
            let publish = ["publish", "audit.events", "--ndjson", "-"]
            #expect(try runner.run(publish, input: printed.stdoutBytes).status == 0)
            let entries = try members(tail(server, "audit.events", "--sig"))
            #expect(entries.count == 2)
            #expect(entries[0]["message"] == entries[1]["message"])
            #expect(entries[1]["message"]?["data"] == .string(data))
        }
    }

    @Test func anEntryOfAnotherStreamAndADeadLetterAreRefused() throws {
        try withServer(.v7_0) { server in
            try server.makeRevocations()
            try DLQ.add([DLQ.connected()], to: DLQ.revocations, on: server)
            let other = #"{"stream":"caracal.keys.invalidate","id":"1-0","fields":[["zone_id","z"]]}"#
            let lines = Publish.lines(1) + other + "\n" + Publish.lines(1)
            let refused = try Publish.run(server, "sessions.revoke", "--ndjson", "-", input: lines)
            #expect(refused.status == 65)
            #expect(
                refused.stderr.hasPrefix(
                    """
                    caracalctl: line 2: an entry of caracal.keys.invalidate: entries go back only to the stream that they are from
                    """
                )
            )
            #expect(try server.outboxIDs() == ["m-1"])
            let export = try DLQ.run(server, "export")
            let dead = try Publish.run(server, "sessions.revoke", "--ndjson", "-", "--dry-run", input: export.stdout)
            expect(
                dead,
                status: 65,
                stderr: """
                    caracalctl: line 1: a dead letter of caracal.sessions.revoke.dead: caracalctl dlq redrive returns the message \
                    inside, unchanged and once; nothing was sent

                    """
            )
        }
    }

    /// A deep queue is moved in the memory that a few lines take: 100,000 of them are some 50 MB.
    @Test func aHundredThousandEntriesGoThroughInBoundedMemory() throws {
        try withServer(.v7_0) { server in
            try server.makeRevocations(empty: true)
            let folder = try TemporaryFolder()
            let lines = (1...100_000).map { number in
                #"{"stream":"caracal.sessions.revoke","id":"\#(number)-0","fields":[["zone_id","z"],["session_id","s-\#(number)"],"#
                    + #"["outbox_id","m-\#(number)"]],"message":{"zone_id":"z","session_id":"s-\#(number)","#
                    + #""padding":"\#(Publish.key)\#(Publish.key)\#(Publish.key)"},"event":null}"# + "\n"
            }
            let file = try folder.write("entries.ndjson", lines.joined())
            let peak = { (arguments: String) throws -> Int in
                let script = """
                    '\(CommandRunner.caracalctl)' \(arguments) > /dev/null 2> '\(folder.path)/errors' &
                    pid=$!; peak=0
                    while size=$(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$pid/status 2> /dev/null) && [ "$size" ]; do peak=$size; done
                    wait $pid && echo $peak
                    """
                var runner = CommandRunner("/bin/sh", environment: Publish.runner(server.url).environment)
                // Where an entry may lack its signature.
                runner.environment["CARACAL_MODE"] = "dev"
                runner.timeout = .seconds(300)
                let result = try runner.run(["-c", script])
                return try #require(Int(result.stdout.split(separator: "\n").last ?? ""), "\(result.stderr)")
            }
            // A run that reads nothing takes 26 MB.
            #expect(try peak("publish sessions.revoke --ndjson '\(file)'") < 60_000)
            #expect(try server.send("XLEN caracal.sessions.revoke")[0].root.integer == 100_000)
            #expect(try peak("tail sessions.revoke --since - --no-follow -o ndjson") < 60_000)
        }
    }
}
