import Postgres
import RedisSandbox
import TestSupport
import Testing
import Text

@testable import Caracal

@Suite struct OutboxStatusTests {
    private static let sessions = Array("caracal.sessions.revoke".utf8)

    @Test func everyStateIsCountedInTheTermsOfItsTable() throws {
        try withPostgres { postgres in
            for outbox in TestOutbox.allCases { _ = try postgres.fill(outbox) }
            let report = try OutboxStatus(streams: [Self.sessions]).run(on: try postgres.connect())
            #expect(report.problems.isEmpty)
            let lines = report.lines
            #expect(Set(lines.map(\.outbox)) == [.api, .coordinator])
            let api = try #require(lines.first { $0.outbox == .api })
            #expect(api.waiting == 4)
            #expect(api.retrying == 1)
            #expect(api.inHand == 1)
            #expect(api.lockRunOut == 1)
            #expect(api.dead == 1)
            #expect(api.publishedLastHour == .exact(1))
            #expect(report.oldestAge(api).map { $0 >= 600_000 && $0 < 700_000 } == true)
            let coordinator = try #require(lines.first { $0.outbox == .coordinator })
            #expect(coordinator.waiting == 2)
            #expect(coordinator.retrying == 1)
            #expect(coordinator.inHand == nil)
            #expect(coordinator.lockRunOut == nil)
            #expect(coordinator.dead == 1)
            #expect(coordinator.publishedLastHour == .exact(1))
        }
    }

    @Test func withoutRowsEveryStreamOfTheTableIsShownWithNone() throws {
        try withPostgres { postgres in
            let report = try OutboxStatus().run(on: try postgres.connect())
            #expect(report.lines.map(\.stream.readable) == OutboxTable.allCases.flatMap { $0.streams.map(\.name) })
            #expect(
                report.lines.allSatisfy {
                    $0.waiting == 0 && $0.oldestWaiting == nil && $0.publishedLastHour == .exact(0)
                }
            )
        }
    }

    @Test func aRowForAStreamOutsideTheTableIsCountedToo() throws {
        try withPostgres { postgres in
            try postgres.insertRows(2, in: .api, stream: "elsewhere")
            let report = try OutboxStatus().run(on: try postgres.connect())
            #expect(report.lines.first { $0.stream == Array("elsewhere".utf8) }?.waiting == 2)
        }
    }

    @Test func whatWasPublishedEarlierOrByOthersIsNotCounted() throws {
        try withPostgres { postgres in
            for outbox in TestOutbox.allCases {
                try postgres.insertRows(3, in: outbox, .published, secondsAgo: 3_700)
                try postgres.insertRows(2, in: outbox, .published, secondsAgo: 3_000)
            }
            try postgres.insertRows(in: .coordinator, secondsAgo: 3_500)
            try postgres.sql("UPDATE caracal_outbox SET producer = 'api' WHERE status = 'pending'")
            let report = try OutboxStatus(streams: [Self.sessions]).run(on: try postgres.connect())
            #expect(report.lines.map(\.publishedLastHour) == [.exact(2), .exact(2)])
            #expect(report.lines.map(\.waiting) == [0, 0])
        }
    }

    /// A table of 40,000 published rows, before and after its first ANALYZE.
    @Test func onlyIndexesAreReadHoweverManyRowsWerePublished() throws {
        try withPostgres { postgres in
            for outbox in TestOutbox.allCases {
                try postgres.insertRows(
                    40_000,
                    in: outbox,
                    .published,
                    payload: #"{"zone_id":"z-1","text":"\#(String(repeating: "x", count: 200))"}"#,
                    secondsAgo: 600_000,
                    spacing: 15
                )
                try postgres.insertRows(20, in: outbox, .waiting, secondsAgo: 30)
                try postgres.insertRows(3, in: outbox, .dead(), secondsAgo: 30)
            }
            let ids = "id = ANY('{a,b}'::text[])"
            for _ in 1...2 {
                for table in OutboxTable.allCases {
                    var statements = [
                        OutboxStatus.statement(table, isWhole: false),
                        "SELECT \(table.columns(hasPayload: true)) FROM \(table.name) WHERE \(table.own)\(ids)",
                    ]
                    for kind in [OutboxFilter.Kind.unpublished, .state(.waiting), .state(.dead), .state(.retrying)] {
                        let condition = OutboxFilter(kind).condition(on: table).sql
                        statements.append(OutboxReader.statement(table, condition, limit: 21, hasPayload: true))
                    }
                    for statement in statements {
                        let plan = try postgres.plan(statement)
                        #expect(!plan.contains("Seq Scan"), "\(statement)\n\(plan)")
                    }
                }
                try postgres.sql("ANALYZE")
            }
            // Both tables are above 8 MiB: what an index does not find is not counted, and the figure says so.
            let published = try OutboxStatus(streams: [Self.sessions]).run(on: try postgres.connect()).lines
            #expect(published.map(\.publishedLastHour.quality) == ["at_least", "at_least"])
            #expect(published.allSatisfy { ($0.publishedLastHour.value ?? 0) > 200 })
        }
    }

    @Test func rowsThatWereRequeuedOrHadWaitedForLongAreCounted() throws {
        try withPostgres { postgres in
            for outbox in TestOutbox.allCases {
                try postgres.insertRows(5, in: outbox, .published, secondsAgo: 20_000)
            }
            try postgres.sql("UPDATE event_outbox SET dispatched_at = now()")
            try postgres.sql("UPDATE caracal_outbox SET published_at = now(), updated_at = now()")
            let report = try OutboxStatus(streams: [Self.sessions]).run(on: try postgres.connect())
            #expect(report.lines.map(\.publishedLastHour) == [.exact(5), .exact(5)])
        }
    }

    @Test func oneTableIsCountedWhereOneIsMeant() throws {
        try withPostgres { postgres in
            let report = try OutboxStatus(streams: [Self.sessions], tables: [.coordinator])
                .run(on: try postgres.connect())
            #expect(report.lines.map(\.outbox) == [.coordinator])
        }
    }

    @Test func aTableThatIsMissingIsSaidAndTheOtherShown() throws {
        try withPostgres { postgres in
            try postgres.sql("DROP TABLE caracal_outbox")
            let report = try OutboxStatus().run(on: try postgres.connect())
            #expect(report.problems.map(\.reason) == [.missing])
            #expect(
                report.problems.map(\.text) == ["the database has no table caracal_outbox (the Coordinator's outbox)"]
            )
            #expect(report.lines.allSatisfy { $0.outbox == .api })
        }
    }

    @Test func aTableThatMayNotBeReadIsSaidAndTheOtherShown() throws {
        try withPostgres { postgres in
            let report = try OutboxStatus().run(on: try postgres.connect(as: "caracalcoordinator"))
            #expect(report.problems.map(\.reason) == [.notPermitted])
            #expect(
                report.problems.map(\.text) == [
                    "the role may not read event_outbox (the API's outbox): permission denied for table event_outbox"
                ]
            )
            #expect(report.lines.allSatisfy { $0.outbox == .coordinator })
        }
    }

    @Test func aColumnThatIsMissingIsNamed() throws {
        try withPostgres { postgres in
            try postgres.sql("ALTER TABLE event_outbox DROP COLUMN locked_until")
            let report = try OutboxStatus().run(on: try postgres.connect())
            #expect(report.problems.map(\.reason) == [.otherShape])
            #expect(
                report.problems.map(\.text) == [
                    "event_outbox (the API's outbox) is not the table of Caracal: column \"locked_until\" does not exist"
                ]
            )
        }
    }

    @Test func timesThatAreNoneAreNotKnown() throws {
        try withPostgres { postgres in
            try postgres.insertRows(in: .api)
            try postgres.sql("UPDATE event_outbox SET created_at = '-infinity', available_at = '-infinity'")
            let report = try OutboxStatus(streams: [Self.sessions]).run(on: try postgres.connect())
            let line = try #require(report.lines.first { $0.outbox == .api })
            #expect(line.waiting == 1)
            #expect(line.oldestWaiting == nil)
        }
    }
}
