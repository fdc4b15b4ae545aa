import Postgres
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

@Suite struct OutboxListTests {
    private func ids(
        _ postgres: PostgresServer,
        _ filter: OutboxFilter,
        _ conditions: [String] = [],
        limit: Int = 20
    ) throws -> [String] {
        let selector = MessageSelector(try conditions.map { try MessageCondition($0.utf8) })
        let list = OutboxList(filter, selector: selector, limit: limit, hasPayloads: false)
        return try list.run(on: try postgres.connect()).rows.map(\.id.readable)
    }

    @Test func aFilterMeansTheRowsOfItsState() throws {
        try withPostgres { postgres in
            let api = try postgres.fill(.api)
            let other = try postgres.fill(.coordinator)
            #expect(
                try ids(postgres, OutboxFilter(.unpublished))
                    == [api[0], other[0], api[1], other[1], api[2], other[2], api[4], api[5]]
            )
            #expect(try Set(ids(postgres, OutboxFilter(.state(.dead)))) == [api[2], other[2]])
            #expect(try Set(ids(postgres, OutboxFilter(.state(.retrying)))) == [api[1], other[1]])
            #expect(try ids(postgres, OutboxFilter(.locked)) == [api[4], api[5]])
            #expect(try ids(postgres, OutboxFilter(.lockRunOut)) == [api[5]])
            #expect(
                try Set(ids(postgres, OutboxFilter(.state(.waiting))))
                    == [api[0], api[1], api[4], api[5], other[0], other[1]]
            )
            #expect(try ids(postgres, OutboxFilter(.locked, worker: Array("w-2".utf8))) == [api[5]])
            #expect(try ids(postgres, OutboxFilter(.unpublished, streams: [Array("caracal.x".utf8)])) == [])
            #expect(try ids(postgres, OutboxFilter(.state(.dead), reason: Array("connect".utf8))) == [api[2]])
            #expect(try ids(postgres, OutboxFilter(.state(.dead), reason: Array("onnect".utf8))) == [])
            #expect(try ids(postgres, OutboxFilter(.state(.dead), tables: [.coordinator])) == [other[2]])
        }
    }

    @Test func aDeadRowIsNeverDue() throws {
        try withPostgres { postgres in
            for outbox in TestOutbox.allCases { try postgres.insertRows(in: outbox, .dead()) }
            let list = OutboxList(
                OutboxFilter(.state(.dead)),
                selector: MessageSelector([]),
                limit: 2,
                hasPayloads: false
            )
            #expect(try list.run(on: try postgres.connect()).rows.map(\.availableAt) == [nil, nil])
        }
    }

    @Test func rowsAreChosenByWhenTheyWereMade() throws {
        try withPostgres { postgres in
            let made = try postgres.insertRows(4, in: .coordinator, secondsAgo: 400, spacing: 100)
            let times = made.compactMap { MessageName.milliseconds(ofUUID: $0.utf8) }
            #expect(times.count == 4)
            #expect(try ids(postgres, OutboxFilter(.unpublished, since: times[1] + 1)) == Array(made[2...]))
            #expect(try ids(postgres, OutboxFilter(.unpublished, until: times[1])) == Array(made[...1]))
        }
    }

    @Test func conditionsLookIntoTheMessageAndGoOnUntilThereAreEnough() throws {
        try withPostgres { postgres in
            let payload = #"{"zone_id":"z-1","n":$n,"ok":true,"none":null}"#
            let made = try postgres.insertRows(
                250,
                in: .api,
                stream: "caracal.keys.invalidate",
                payload: payload,
                secondsAgo: 900,
                spacing: 1
            )
            #expect(try ids(postgres, OutboxFilter(.unpublished), ["n=249"]) == [made[249]])
            #expect(try ids(postgres, OutboxFilter(.unpublished), ["ok=true"], limit: 2) == Array(made[...1]))
            #expect(try ids(postgres, OutboxFilter(.unpublished), ["outbox_id=\(made[7])"]) == [made[7]])
        }
    }

    @Test func aMessageThatCannotBeReadIsCounted() throws {
        try withPostgres { postgres in
            try postgres.insertRows(2, in: .api, payload: #"{"zone_id":"z"}"#)
            try postgres.insertRows(in: .api, payload: "[1]")
            let list = OutboxList(
                OutboxFilter(.unpublished),
                selector: MessageSelector([try MessageCondition("zone_id=z".utf8)]),
                limit: 1,
                hasPayloads: false
            )
            let report = try list.run(on: try postgres.connect())
            #expect(report.rows.count == 1)
            #expect(report.isCutShort)
            #expect(report.unreadable == 1)
        }
    }
}
