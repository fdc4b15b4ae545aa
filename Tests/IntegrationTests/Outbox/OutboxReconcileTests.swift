import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// `outbox reconcile`, with rows that a dispatcher like those of the services has published.
@Suite struct OutboxReconcileTests {
    private static let columns = ["--columns", "id,status,entries,evidence"]

    /// Runs `body` with rows of both tables that were published, the API's first, and their ids.
    private func withPublished(
        _ count: Int = 3,
        _ body: (CommandRunner, SandboxServer, PostgresServer, _ ids: [String]) throws -> Void
    ) throws {
        try withServer { server in
            try withPostgres { postgres in
                var ids: [String] = []
                for outbox in TestOutbox.allCases {
                    ids += try postgres.insertRows(
                        count,
                        in: outbox,
                        stream: Self.stream(outbox),
                        secondsAgo: 60,
                        spacing: 1
                    )
                    #expect(try RivalDispatcher.publishAll(outbox, from: postgres, to: server) == count)
                }
                try body(CommandRunner(for: server, postgres), server, postgres, ids)
            }
        }
    }

    private static func stream(_ outbox: TestOutbox) -> String {
        outbox == .api ? "caracal.keys.invalidate" : "caracal.sessions.revoke"
    }

    private func entryIDs(_ outbox: TestOutbox, on server: SandboxServer) throws -> [String] {
        try server.send("XRANGE \(Self.stream(outbox)) - +")[0].root.elements.map { entry in
            String(decoding: entry[0]?.text ?? [], as: UTF8.self)
        }
    }

    /// The `outbox_id` of each entry: the API's rows of a batch are published in no order.
    private func rowIDs(_ outbox: TestOutbox, on server: SandboxServer) throws -> [String] {
        try server.send("XRANGE \(Self.stream(outbox)) - +")[0].root.elements.map { entry in
            String(decoding: entry[1]?[1]?.text ?? [], as: UTF8.self)
        }
    }

    @Test func whatIsThereIsPresent() throws {
        try withPublished { runner, _, postgres, _ in
            try postgres.insertRows(in: .api)
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: "6 rows compared: 6 present\n"
            )
            expect(try runner.run(["outbox", "reconcile", "-q"]), status: 0, stdout: "")
        }
    }

    @Test(arguments: ["FLUSHALL", "DEL caracal.keys.invalidate"])
    func aStreamThatIsGoneHasLostItsRowsAndTheyAreRequeued(_ command: String) throws {
        try withPublished(2) { runner, server, postgres, ids in
            try server.send(command)
            let lost = command == "FLUSHALL" ? ids : Array(ids.prefix(2))
            let rest = ids.count - lost.count
            let lines = lost.map { "\($0)  lost    -        the stream does not exist\n" }
            expect(
                try runner.run(["outbox", "reconcile"] + Self.columns),
                status: 1,
                stdout: "ID                                    STATUS  ENTRIES\n" + lines.joined()
                    + "4 rows compared: \(rest) present, \(lost.count) lost\n"
            )
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--yes", "--columns", "id,was,result"]),
                status: 0,
                stdout: "ID                                    WAS        RESULT\n"
                    + lost.map { "\($0)  published  requeued\n" }.joined(),
                stderr:
                    "caracalctl: warning: \(lost.count) rows were published before: consumers may get such a message twice\n"
            )
            for outbox in TestOutbox.allCases { try RivalDispatcher.publishAll(outbox, from: postgres, to: server) }
            expect(try runner.run(["outbox", "reconcile"]), status: 0, stdout: "4 rows compared: 4 present\n")
        }
    }

    @Test func theLastEntriesOfACrashAreLost() throws {
        try withPublished { runner, server, _, ids in
            let entries = try entryIDs(.api, on: server)
            // As after a restart from a file that lacks the last entry: nothing was removed, and the last id is older.
            try server.send("DEL caracal.keys.invalidate")
            for (entry, id) in zip(entries, ids).dropLast().prefix(2) {
                try server.send("XADD caracal.keys.invalidate \(entry) outbox_id \(id)")
            }
            expect(
                try runner.run(["outbox", "reconcile", "--stream", "keys.invalidate"] + Self.columns),
                status: 1,
                stdout: """
                    ID                                    STATUS  ENTRIES
                    \(ids[2])  lost    -        nothing was ever removed from the stream
                    3 rows compared: 2 present, 1 lost

                    """
            )
        }
    }

    @Test func whatWasDeletedOrTrimmedIsNotKnowable() throws {
        try withPublished { runner, server, _, ids in
            let entries = try entryIDs(.api, on: server)
            let deleted = try rowIDs(.api, on: server)[1]
            try server.send("XDEL caracal.keys.invalidate \(entries[1])")
            try server.send("XTRIM caracal.sessions.revoke MAXLEN 2")
            let result = try runner.run(["outbox", "reconcile"] + Self.columns)
            let first = try entryIDs(.coordinator, on: server)[0]
            expect(
                result,
                status: 0,
                stdout: """
                    ID                                    STATUS   ENTRIES
                    \(deleted)  unknown  -        XDEL removed entries up to \(entries[1]): it may be one of them
                    \(ids[3])  unknown  -        the stream begins at \(first): it may have been trimmed
                    6 rows compared: 4 present, 2 unknown

                    """
            )
        }
    }

    @Test func anEntryWithoutARowIsAnOrphan() throws {
        try withPublished(1) { runner, server, postgres, _ in
            let forged = "0199a000-0000-7000-8000-00000000000a"
            try server.send("XADD caracal.keys.invalidate * outbox_id \(forged) zone_id z")
            // The row of the second one waits: somebody publishes it at this moment.
            let waiting = try postgres.insertRows(in: .api, stream: "caracal.keys.invalidate")[0]
            try server.send("XADD caracal.keys.invalidate * outbox_id \(waiting) zone_id z")
            let entry = try entryIDs(.api, on: server)[1]
            expect(
                try runner.run(["outbox", "reconcile"] + Self.columns),
                status: 0,
                stdout: """
                    ID                                    STATUS  ENTRIES
                    \(forged)  orphan  \(entry)  no row has its outbox_id
                    2 rows compared: 2 present, 1 orphan

                    """
            )
        }
    }

    @Test func twoEntriesOfOneRowAreADuplicate() throws {
        try withPublished(2) { runner, server, _, _ in
            let id = try rowIDs(.api, on: server)[0]
            try server.send("XADD caracal.keys.invalidate * outbox_id \(id)")
            let entries = try entryIDs(.api, on: server)
            let json = try runner.run(["outbox", "reconcile", "-o", "json"])
            #expect(json.status == 0)
            let summary = [#""checked": 4"#, #""present": 3"#, #""lost": 0"#, #""duplicate": 1"#]
            #expect(json.stdout.contains(summary.joined(separator: ",\n    ")))
            expect(
                try runner.run(["outbox", "reconcile"] + ["--columns", "id,status,entries", "--no-headers"]),
                status: 0,
                stdout: """
                    \(id)  duplicate  \(entries[0]) \(entries[2])
                    4 rows compared: 3 present, 1 duplicate

                    """
            )
        }
    }

    @Test func whatIsADeadLetterIsThere() throws {
        try withPublished(1) { runner, server, _, ids in
            let entry = try entryIDs(.coordinator, on: server)[0]
            try server.send("DEL caracal.sessions.revoke")
            try server.send(
                "XADD caracal.sessions.revoke.dead * original_id \(entry) error no_anchor values {\"outbox_id\":\"\(ids[1])\"}"
            )
            expect(try runner.run(["outbox", "reconcile"]), status: 0, stdout: "2 rows compared: 2 present\n")
        }
    }

    /// Who may look at a stream and not read it has found nothing missing in it.
    @Test(arguments: ["-xrange", "resetkeys ~caracal.keys.invalidate ~caracal.sessions.revoke"])
    func whatMayNotBeReadIsNotLost(_ rights: String) throws {
        try withPublished(1) { runner, server, _, _ in
            try server.send("DEL caracal.sessions.revoke", "XADD caracal.sessions.revoke.dead * a b")
            try server.send("ACL SETUSER looking on nopass ~* +@all \(rights)")
            var runner = runner
            runner.environment["REDIS_URL"] = "redis://looking:x@127.0.0.1:\(server.port ?? 0)"
            let result = try runner.run(["outbox", "reconcile", "-o", "json"])
            #expect(result.status == 77, "\(result)")
            #expect(result.stdout.contains(#""lost": 0"#), "\(result.stdout)")
        }
    }

    @Test func anEntryThatHasTheIDOfItsPayloadIsNotLost() throws {
        try withPublished(1) { runner, server, postgres, _ in
            let id = try postgres.insertRows(
                in: .api,
                stream: "caracal.keys.invalidate",
                payload: #"{"outbox_id":"x"}"#
            )[0]
            #expect(try RivalDispatcher.publishAll(.api, from: postgres, to: server) == 1)
            let result = try runner.run(["outbox", "reconcile"] + Self.columns)
            #expect(result.status == 0)
            #expect(result.stdout.contains("\(id)  unknown"), "\(result)")
        }
    }

    @Test func sinceLeavesOlderRowsOut() throws {
        try withPublished(1) { runner, server, postgres, _ in
            try postgres.insertRows(in: .api, .published, stream: "caracal.keys.invalidate", secondsAgo: 86_400)
            expect(
                try runner.run(["outbox", "reconcile", "--since", "1h"]),
                status: 0,
                stdout: "2 rows compared: 2 present\n"
            )
            #expect(try runner.run(["outbox", "reconcile"]).status == 1)
        }
    }

    @Test func withoutRequeueThereIsNothingToPreview() throws {
        try withPublished(1) { runner, _, _, _ in
            let result = try runner.run(["outbox", "reconcile", "--dry-run"])
            #expect(result.status == 64)
            #expect(result.stderr.contains("--dry-run goes with --requeue: without it nothing is changed"))
        }
    }
}
