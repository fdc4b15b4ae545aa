import Postgres
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

@Suite struct OutboxChangeTests {
    private static let states = """
        SELECT id, attempts, available_at <= now(), locked_until IS NULL, locked_by IS NULL, last_error IS NULL, dispatched_at IS NULL \
        FROM event_outbox ORDER BY id
        """

    @Test func requeuedRowsOfTheAPIAreAsNew() throws {
        try withPostgres { postgres in
            let ids = try postgres.fill(.api)
            let connection = try postgres.connect(writing: true)
            let requeue = OutboxRequeue(.ids(ids.map { Array($0.utf8) }))
            let plan = try requeue.plan(on: connection)
            #expect(plan.items.map(\.outcome) == [.inPlace, .planned, .planned, .planned, .inHand, .planned])
            let done = OutboxRequeue.change.apply(plan, on: connection)
            #expect(done.ending == nil)
            #expect(done.items.map(\.outcome) == [.inPlace, .done, .done, .done, .inHand, .done])
            let rows = try postgres.sql(Self.states)
            for (place, id) in ids.enumerated() where place != 4 { #expect(rows[place] == "\(id)|0|t|t|t|t|t") }
            #expect(rows[4] == "\(ids[4])|1|t|f|f|t|t")
        }
    }

    @Test func requeuedRowsOfTheCoordinatorAreAsNew() throws {
        try withPostgres { postgres in
            let ids = try postgres.fill(.coordinator)
            let connection = try postgres.connect(writing: true)
            let requeue = OutboxRequeue(.ids(ids.map { Array($0.utf8) }))
            let done = OutboxRequeue.change.apply(try requeue.plan(on: connection), on: connection)
            #expect(done.items.map(\.outcome) == [.inPlace, .done, .done, .done])
            let rows = try postgres.sql(
                """
                SELECT status, attempts, available_at <= now(), published_at IS NULL, updated_at >= created_at FROM caracal_outbox \
                ORDER BY id
                """
            )
            #expect(rows == Array(repeating: "pending|0|t|t|t", count: 4))
        }
    }

    @Test func deadRowsAreChosenByStreamAndReasonUpToALimit() throws {
        try withPostgres { postgres in
            let keys = try postgres.insertRows(
                3,
                in: .api,
                .dead(error: "OOM command not allowed"),
                stream: "caracal.keys.invalidate",
                spacing: 1
            )
            try postgres.insertRows(2, in: .api, .dead(), secondsAgo: 30)
            let filter = OutboxFilter(.state(.dead), reason: Array("OOM".utf8))
            let plan = try OutboxRequeue(.matching(filter, limit: 2)).plan(on: try postgres.connect())
            #expect(plan.items.map(\.id.readable) == Array(keys[...1]))
            #expect(plan.isCutShort)
        }
    }

    @Test func anIDThatIsInNoTableIsSaid() throws {
        try withPostgres { postgres in
            let plan = try OutboxRequeue(.ids([Array("nobody".utf8)])).plan(on: try postgres.connect())
            #expect(plan.items.map(\.outcome) == [.missing])
        }
    }

    /// Between the look and the change a rival publishes one, kills one, deletes one and holds one.
    @Test func aRowThatIsNoLongerAsItWasSeenIsLeft() throws {
        try withPostgres { postgres in
            let ids = try postgres.insertRows(5, in: .coordinator, .dead(), spacing: 1)
            let connection = try postgres.connect(writing: true)
            let filter = OutboxFilter(.state(.dead))
            let requeue = OutboxRequeue(.matching(filter, limit: 10))
            let plan = try requeue.plan(on: connection)
            try postgres.sql(
                """
                UPDATE caracal_outbox SET status = 'published', published_at = now() WHERE id = '\(ids[0])';
                UPDATE caracal_outbox SET attempts = 11 WHERE id = '\(ids[1])';
                DELETE FROM caracal_outbox WHERE id = '\(ids[2])'
                """
            )
            let rival = try postgres.connect(writing: true)
            try rival.begin(.writes)
            _ = try rival.query("SELECT id FROM caracal_outbox WHERE id = $1 FOR UPDATE", [.text(ids[3])])
            let done = OutboxRequeue.change.apply(plan, on: connection)
            #expect(
                done.items.map(\.outcome) == [
                    .taken(.state(.published)), .taken(.tried(11)), .deleted, .taken(.inTransaction), .done,
                ]
            )
            rival.rollBack()
            let rows = try postgres.sql("SELECT status, attempts FROM caracal_outbox ORDER BY id")
            #expect(rows == ["published|10", "dead|11", "dead|10", "pending|0"])
        }
    }

    @Test func thousandsAreChangedInBatches() throws {
        try withPostgres { postgres in
            try postgres.insertRows(1_201, in: .api, .dead(), spacing: 0.001)
            let connection = try postgres.connect(writing: true)
            let requeue = OutboxRequeue(.matching(OutboxFilter(.state(.dead)), limit: 5_000))
            var left: [Int] = []
            let done = OutboxRequeue.change.apply(try requeue.plan(on: connection), on: connection) {
                left.append($0.count(.planned))
            }
            #expect(done.count(.done) == 1_201)
            #expect(left == [701, 201, 0])
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE available_at < 'infinity'") == ["1201"])
        }
    }

    @Test func locksThatRanOutAreTakenOffAndThoseOfANamedWorker() throws {
        try withPostgres { postgres in
            let ids = try postgres.fill(.api)
            let connection = try postgres.connect(writing: true)
            let unlock = OutboxUnlock(worker: nil, streams: [], limit: 10)
            let plan = try unlock.plan(on: connection)
            #expect(plan.items.map(\.id.readable) == [ids[5]])
            #expect(OutboxUnlock.change.apply(plan, on: connection).items.map(\.outcome) == [.done])
            let (sessions, keys) = (Array("caracal.sessions.revoke".utf8), Array("caracal.keys.invalidate".utf8))
            let other = OutboxUnlock(worker: Array("w-1".utf8), streams: [keys], limit: 10)
            #expect(try other.plan(on: connection).items.isEmpty)
            #expect(try other.others(on: connection) == OutboxUnlock.Others(streams: [sessions], workers: []))
            let nobody = OutboxUnlock(worker: Array("w-9".utf8), streams: [], limit: 10)
            #expect(
                try nobody.others(on: connection) == OutboxUnlock.Others(streams: [], workers: [Array("w-1".utf8)])
            )
            let named = OutboxUnlock(worker: Array("w-1".utf8), streams: [], limit: 10)
            #expect(
                OutboxUnlock.change.apply(try named.plan(on: connection), on: connection).items.map(\.id.readable) == [
                    ids[4]
                ]
            )
            let locked = "SELECT count(*) FROM event_outbox WHERE locked_by IS NOT NULL OR locked_until IS NOT NULL"
            #expect(try postgres.sql(locked) == ["0"])
            #expect(try postgres.sql("SELECT attempts FROM event_outbox WHERE id = '\(ids[4])'") == ["1"])
        }
    }

    @Test func aRowThatIsLockedAgainKeepsItsLock() throws {
        try withPostgres { postgres in
            let ids = try postgres.insertRows(in: .api, .locked(by: "gone", forSeconds: -60))
            let connection = try postgres.connect(writing: true)
            let unlock = OutboxUnlock(worker: nil, streams: [], limit: 10)
            let plan = try unlock.plan(on: connection)
            try postgres.sql(
                "UPDATE event_outbox SET locked_by = 'new', locked_until = now() + interval '30 s', attempts = 2"
            )
            #expect(OutboxUnlock.change.apply(plan, on: connection).items.map(\.outcome) == [.taken(.state(.inHand))])
            #expect(try postgres.sql("SELECT locked_by FROM event_outbox WHERE id = '\(ids[0])'") == ["new"])
        }
    }

    @Test func whatSomebodyElseDidIsTold() throws {
        try withPostgres { postgres in
            let ids =
                try postgres.insertRows(3, in: .api, .locked(by: "w-1", forSeconds: 60), spacing: 1)
                + postgres.insertRows(2, in: .api, .published, secondsAgo: 30, spacing: 1)
            let connection = try postgres.connect()
            let seen = try OutboxRowLook(ids: ids.map { Array($0.utf8) }).run(on: connection).rows
            try postgres.sql(
                """
                UPDATE event_outbox SET locked_by = 'w-2', locked_until = now() + interval '70 s' WHERE id = '\(ids[0])';
                UPDATE event_outbox SET locked_until = now() - interval '1 s' WHERE id = '\(ids[1])';
                UPDATE event_outbox SET dispatched_at = now() WHERE id = '\(ids[3])';
                UPDATE event_outbox SET created_at = now() WHERE id = '\(ids[4])'
                """
            )
            let now = try OutboxRowLook(ids: ids.map { Array($0.utf8) }).run(on: connection).rows
            let changes = ids.compactMap { id in
                let find = { (rows: [OutboxRow]) in rows.first { $0.id == Array(id.utf8) } }
                return find(seen).flatMap { row in find(now).map { OutboxRowChange(from: row, to: $0) } }
            }
            #expect(
                changes == [
                    .locked(worker: Array("w-2".utf8)), .state(.waiting), .inTransaction, .publishedAgain, .other,
                ]
            )
        }
    }

    @Test func aSessionThatOnlyLooksChangesNothing() throws {
        try withPostgres { postgres in
            try postgres.insertRows(in: .api, .dead())
            let connection = try postgres.connect()
            let requeue = OutboxRequeue(.matching(OutboxFilter(.state(.dead)), limit: 10))
            let done = OutboxRequeue.change.apply(try requeue.plan(on: connection), on: connection)
            guard case .failed(let error)? = done.ending else {
                Issue.record("\(done)")
                return
            }
            #expect(error.refusal?.kind == .readOnly)
            #expect(done.items.map(\.outcome) == [.planned])
        }
    }
}
