import Caracal
import TestSupport
import Testing

@Suite struct OutboxGrantsTests {
    @Test func anObserverLooksAtBothTables() {
        #expect(
            OutboxGrants(.observer).script == """
                DO $$ BEGIN CREATE ROLE caracal_observer LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                GRANT USAGE ON SCHEMA public TO caracal_observer;
                GRANT SELECT ON event_outbox TO caracal_observer;
                GRANT SELECT ON caracal_outbox TO caracal_observer;

                """
        )
    }

    @Test func anOperatorChangesNoIdStreamOrPayload() {
        #expect(
            OutboxGrants(.operator).statements.suffix(2) == [
                "GRANT UPDATE (attempts, available_at, dispatched_at, last_error, locked_by, locked_until) "
                    + "ON event_outbox TO caracal_operator",
                "GRANT UPDATE (attempts, available_at, published_at, status, updated_at) "
                    + "ON caracal_outbox TO caracal_operator",
            ]
        )
    }

    @Test(arguments: OutboxRole.allCases)
    func theyCanBeGivenTwice(role: OutboxRole) throws {
        try withPostgres { postgres throws in
            for _ in 0..<2 { try postgres.sql(OutboxGrants(role).script) }
        }
    }
}
