import Glibc
import RedisSandbox
import TestSupport
import Testing

@Suite struct PostgresServerTests {
    @Test func bothOutboxesAreThereAndEmpty() throws {
        try withPostgres { postgres throws in
            #expect(
                try postgres.sql("SELECT count(*) FROM event_outbox; SELECT count(*) FROM caracal_outbox") == [
                    "0", "0",
                ]
            )
        }
    }

    @Test func eachServiceHasItsRightsAndNoOthers() throws {
        try withPostgres { postgres throws in
            let rights = try postgres.sql(
                """
                SELECT r, t, string_agg(p, ' ' ORDER BY p)
                FROM unnest(ARRAY['caracalapi', 'caracalsts', 'caracalcoordinator']) r,
                    unnest(ARRAY['event_outbox', 'caracal_outbox']) t,
                    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
                WHERE has_table_privilege(r, t, p) GROUP BY r, t ORDER BY t, r
                """
            )
            #expect(
                rights == [
                    "caracalapi|caracal_outbox|INSERT SELECT UPDATE",
                    "caracalcoordinator|caracal_outbox|INSERT SELECT UPDATE",
                    "caracalapi|event_outbox|DELETE INSERT SELECT UPDATE", "caracalsts|event_outbox|INSERT",
                ]
            )
        }
    }

    @Test func rowsStandAsTheyWereMade() throws {
        try withPostgres { postgres throws in
            for outbox in TestOutbox.allCases {
                try postgres.insertRows(3, in: outbox, .published, spacing: 0.5)
                try postgres.insertRows(2, in: outbox, .dead())
                try postgres.insertRows(1, in: outbox)
            }
            try postgres.insertRows(1, in: .api, .locked(by: "api-1", forSeconds: -5))
            try postgres.insertRows(1, in: .api, .retrying(inSeconds: 3_600))
            #expect(
                try postgres.sql(
                    """
                    SELECT count(dispatched_at), count(*) FILTER (WHERE available_at = 'infinity'), count(locked_by),
                        count(*) FILTER (WHERE dispatched_at IS NULL AND available_at > now() AND isfinite(available_at))
                    FROM event_outbox
                    """
                ) == ["3|2|1|1"]
            )
            #expect(
                try postgres.sql("SELECT status, count(*) FROM caracal_outbox GROUP BY 1 ORDER BY 1")
                    == ["dead|2", "pending|1", "published|3"]
            )
        }
    }

    @Test func anIdBeginsWithTheTimeOfItsRow() throws {
        try withPostgres { postgres throws in
            let ids = try postgres.insertRows(2, in: .api, secondsAgo: 3600, spacing: 60)
            #expect(ids == ids.sorted())
            #expect(
                try postgres.sql(
                    """
                    SELECT ('x' || lpad(substr(replace(id, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint
                        - floor(extract(epoch FROM created_at) * 1000) FROM event_outbox
                    """
                ) == ["0", "0"]
            )
        }
    }

    @Test func itEndsAndItsFolderGoes() throws {
        let postgres = try startPostgres()
        let (process, file) = (postgres.processIdentifier, postgres.passwordFile)
        #expect(access(file, F_OK) == 0)
        postgres.stop()
        #expect(kill(process, 0) != 0)
        #expect(access(file, F_OK) != 0)
        postgres.stop()
    }

    @Test func aWrongPasswordIsRefused() throws {
        try withPostgres { postgres throws in
            let folder = try TemporaryFolder()
            let file = try folder.write("pgpass", "*:*:*:*:wrong\n")
            let psql = CommandRunner("/usr/bin/psql", environment: ["PGPASSFILE": file])
            let result = try psql.run(["-d", postgres.url])
            #expect(result.status == 2)
            #expect(result.stderr.contains("password authentication failed"))
        }
    }

    @Test func withACertificateItSpeaksTLSAlone() throws {
        let settings = PostgresServerSettings(certificate: try .init(.good))
        try withPostgres(settings) { postgres throws in
            #expect(try postgres.sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == ["t"])
            let psql = CommandRunner(
                "/usr/bin/psql",
                environment: ["PGPASSFILE": postgres.passwordFile, "PGSSLMODE": "disable"]
            )
            let result = try psql.run(["-d", postgres.url])
            #expect(result.status == 2)
            #expect(result.stderr.contains("no encryption"))
        }
    }

    @Test func onASocketItHasNoPort() throws {
        try withPostgres(PostgresServerSettings(listening: .socket)) { postgres throws in
            #expect(postgres.port == nil)
            #expect(try postgres.sql("SELECT inet_server_addr() IS NULL, current_user") == ["t|caracal"])
        }
    }

    @Test func aBadSettingIsReportedFromTheLog() throws {
        #expect(
            throws: PostgresServerError.failed(
                program: "postgres",
                reason: #"unrecognized configuration parameter "nothing""#
            )
        ) { try startPostgres(PostgresServerSettings(extra: ["nothing=1"])) }
    }

    @Test func aPortThatIsTakenIsNotWaitedFor() throws {
        try withPostgres { first throws in
            let taken = try #require(first.port)
            var ports = [FreePort.choose(), taken]
            let second = try PostgresServer.start { ports.popLast() ?? FreePort.choose() }
            #expect(second.port != taken)
        }
    }
}
