import RedisSandbox
import TestSupport
import Testing

/// The services' dispatchers, as the tests have them.
@Suite struct RivalDispatcherTests {
    @Test(arguments: TestOutbox.allCases)
    func whatIsDueIsPublishedOnceAndMarked(outbox: TestOutbox) throws {
        try withPostgres { postgres throws in
            try withServer { server throws in
                try postgres.insertRows(120, in: outbox)
                try postgres.insertRows(1, in: outbox, .dead())
                try postgres.insertRows(1, in: outbox, .retrying(inSeconds: 600))
                #expect(try RivalDispatcher.publishAll(outbox, from: postgres, to: server) == 120)
                #expect(try RivalDispatcher.publishAll(outbox, from: postgres, to: server) == 0)
                let done = outbox == .api ? "dispatched_at IS NOT NULL" : "status = 'published'"
                #expect(try postgres.sql("SELECT count(*) FROM \(outbox.table) WHERE \(done)") == ["120"])
                let client = CommandRunner("/usr/bin/redis-cli")
                let length = try client.run(["-s", server.socketPath, "XLEN", "caracal.sessions.revoke"])
                #expect(length.stdout == "120\n")
            }
        }
    }

    @Test func withoutRedisRowsGoBackAsTheServicesPutThem() throws {
        try withPostgres { postgres throws in
            let server = try startServer()
            for outbox in TestOutbox.allCases { try postgres.insertRows(1, in: outbox) }
            server.stop()
            for outbox in TestOutbox.allCases { try RivalDispatcher.publishAll(outbox, from: postgres, to: server) }
            #expect(
                try postgres.sql(
                    """
                    SELECT attempts, locked_by IS NULL, last_error IS NOT NULL, available_at > created_at + interval '61 s'
                        FROM event_outbox;
                    SELECT attempts, status, available_at > created_at + interval '61 s' FROM caracal_outbox
                    """
                ) == ["1|t|t|t", "1|pending|t"]
            )
        }
    }

    @Test func theLastAttemptIsDeath() throws {
        try withPostgres { postgres throws in
            let server = try startServer()
            try postgres.insertRows(1, in: .api, .retrying(inSeconds: -1, attempts: 99))
            try postgres.insertRows(1, in: .coordinator, .retrying(inSeconds: -1, attempts: 9))
            server.stop()
            for outbox in TestOutbox.allCases { try RivalDispatcher.publishAll(outbox, from: postgres, to: server) }
            #expect(try postgres.sql("SELECT available_at FROM event_outbox") == ["infinity"])
            #expect(try postgres.sql("SELECT status FROM caracal_outbox") == ["dead"])
        }
    }
}
