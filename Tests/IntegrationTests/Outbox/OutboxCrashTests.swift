import Glibc
import RESP
import RedisSandbox
import TestSupport
import Testing

/// Rows that were published within the second before Redis was killed, where it keeps its data as in production: `appendonly yes`,
/// `appendfsync everysec`. It is started again from its append-only file.
///
/// What is lost: Redis hands a write to the kernel before it replies, unless an fsync is under way, and then two seconds later at the
/// latest. A process that is killed has lost nothing that it had handed over; a machine that loses its power, what was not on the disk
/// yet. That is staged by cutting the file to what it was a second ago.
@Suite struct OutboxCrashTests {
    private static let durable = ["appendonly yes", "appendfsync everysec"]
    private static let columns = ["--columns", "id,status,evidence"]

    /// Adds rows to both tables and publishes them; returns their ids once the kernel has the entries.
    private func publish(_ count: Int, secondsAgo: Double, _ postgres: PostgresServer, _ server: SandboxServer) throws
        -> [String]
    {
        var ids: [String] = []
        for outbox in TestOutbox.allCases {
            let stream = outbox == .api ? "caracal.keys.invalidate" : "caracal.sessions.revoke"
            ids += try postgres.insertRows(count, in: outbox, stream: stream, secondsAgo: secondsAgo, spacing: 0.01)
            #expect(try RivalDispatcher.publishAll(outbox, from: postgres, to: server) == count)
        }
        while true {
            let text = String(decoding: try server.send("INFO persistence")[0].root.text ?? [], as: UTF8.self)
            if text.contains("aof_buffer_length:0\r\n") { return ids }
        }
    }

    @Test func aKilledRedisHasLostNothing() throws {
        try withServer(extra: Self.durable) { server in
            try withPostgres { postgres in
                _ = try publish(25, secondsAgo: 60, postgres, server)
                try server.crash()
                expect(
                    try CommandRunner(for: server, postgres).run(["outbox", "reconcile"]),
                    status: 0,
                    stdout: ReconcileOutput.title(server, postgres) + "50 rows compared: 50 present\n",
                    stderr: ReconcileOutput.unchecked
                )
            }
        }
    }

    @Test func whatAMachineWithoutPowerHasLostIsNamedAndPublishedAgain() throws {
        try withServer(extra: Self.durable) { server in
            try withPostgres { postgres in
                _ = try publish(25, secondsAgo: 60, postgres, server)
                let file = server.folderPath + "/appendonlydir/appendonly.aof.1.incr.aof"
                var onDisk = stat()
                try #require(stat(file, &onDisk) == 0)
                let lost = try publish(10, secondsAgo: 30, postgres, server)
                try server.crash { truncate(file, onDisk.st_size) }
                let runner = CommandRunner(for: server, postgres)
                let lines = lost.map { "\($0)  lost    nothing was ever removed from the stream\n" }
                expect(
                    try runner.run(["outbox", "reconcile"] + Self.columns),
                    status: 1,
                    stdout: ReconcileOutput.title(server, postgres) + "ID                                    STATUS\n"
                        + lines.joined() + "70 rows compared: 50 present, 20 lost\n",
                    stderr: ReconcileOutput.unchecked
                )
                #expect(try runner.run(["outbox", "reconcile", "--requeue", "--yes"]).status == 0)
                for outbox in TestOutbox.allCases {
                    #expect(try RivalDispatcher.publishAll(outbox, from: postgres, to: server) == 10)
                }
                expect(
                    try runner.run(["outbox", "reconcile"]),
                    status: 0,
                    stdout: ReconcileOutput.title(server, postgres) + "70 rows compared: 70 present\n",
                    stderr: ReconcileOutput.unchecked
                )
            }
        }
    }
}
