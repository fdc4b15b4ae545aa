import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Who can write to Redis can give an entry any bytes for its `outbox_id`: no row has those that are no text, and the others are compared.
@Suite struct ReconcileEntryIDTests {
    private static let strange: [[UInt8]] = [[0xFF], Array("a\0b".utf8), [0xC3, 0x28], []]

    private func add(_ id: [UInt8], on server: SandboxServer) throws {
        let fields = [Array("outbox_id".utf8), id, Array("zone_id".utf8), Array("z".utf8)]
        let arguments = [Array(Published.stream(.coordinator).utf8), Array("*".utf8)] + fields
        #expect(try VerifySig.connect(server).send(Command("XADD", arguments: arguments)).root.error == nil)
    }

    @Test(arguments: [[], ["--since", "1h"]])
    func anEntryWhoseIDIsNoTextIsAnOrphan(options: [String]) throws {
        try Published.with { runner, server, postgres, ids in
            for id in Self.strange { try add(id, on: server) }
            try add(Array("m-1".utf8), on: server)
            try postgres.sql("DELETE FROM event_outbox WHERE id = '\(ids[0])'")
            let columns = ["--columns", "status", "--no-headers"]
            expect(
                try runner.run(["outbox", "reconcile"] + columns + options),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + String(repeating: "orphan\n", count: 6)
                    + "5 rows compared: 5 present, 6 orphan\n",
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    /// The letters of a stream are looked through for rows that its trimming left without an entry.
    @Test func aDeadLetterWhoseIDIsNoTextHidesNoOther() throws {
        try Published.with { runner, server, postgres, _ in
            let id = try Published.rowIDs(.coordinator, on: server)[0]
            try server.send("XTRIM caracal.sessions.revoke MAXLEN 2")
            try postgres.sql(
                "UPDATE caracal_outbox SET published_at = now() - interval '2 hours' WHERE id = '\(id)'"
            )
            let letters = [#"{"outbox_id":"a\u0000b"}"#, #"{"outbox_id":"\#(id)"}"#].map {
                ["original_id", "1-1", "error", "bad", "values", $0]
            }
            try VerifySig.add(letters, to: "caracal.sessions.revoke.dead", on: server)
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "6 rows compared: 6 present\n",
                stderr: ReconcileOutput.unchecked
            )
        }
    }
}
