import Redis
import TestSupport
import Testing

@testable import Caracal

/// How much `publish --resign` holds at once.
@Suite struct ResignBoundTests {
    private static let stream = StreamTable["sessions.revoke"]

    /// Three entries whose signature does not hold, the second one larger than the others together.
    private func withEntries(_ body: (Connection) throws -> Void) throws {
        try withServer { server in
            let connection = try server.connect()
            for (number, size) in [(1, 1_000), (2, 9_000), (3, 1_000)] {
                let note = String(repeating: "x", count: size)
                try connection.run("XADD \(CheckSupport.revocations) 5-\(number) zone_id z session_id \(note) _sig 00")
            }
            try body(connection)
        }
    }

    private func plan(
        _ connection: Connection,
        from first: String = "5-0",
        limit: Int = 100,
        bytes: Int
    ) throws -> ResignPlan {
        let key = try #require(CheckSupport.key)
        let rules = PublishRules(stream: Self.stream, signing: (.fields, key))
        let since = try #require(EntryID(Array(first.utf8)))
        return try Resign(rules, source: .stream(.range(from: .id(since), to: .end)), limit: limit, byteLimit: bytes)
            .plan(on: connection, clock: 0) { _ in }
    }

    @Test func whatIsTakenUpEndsAtTheFirstEntryThatDoesNotFit() throws {
        try withEntries { connection in
            let plan = try plan(connection, bytes: 5_000)
            #expect(plan.entries.map(\.id.readable) == ["5-1"])
            #expect(plan.cut == .bytes(next: Array("5-2".utf8)))
        }
    }

    /// Else no run would get past it.
    @Test func anEntryThatIsLargerThanAllThatIsHeldIsTakenAlone() throws {
        try withEntries { connection in
            let plan = try plan(connection, from: "5-2", bytes: 5_000)
            #expect(plan.entries.map(\.id.readable) == ["5-2"])
            #expect(plan.cut == .bytes(next: Array("5-3".utf8)))
        }
    }

    @Test func theLimitNamesTheFirstEntryBehindIt() throws {
        try withEntries { connection in
            let plan = try plan(connection, limit: 2, bytes: 1 << 20)
            #expect(plan.entries.map(\.id.readable) == ["5-1", "5-2"])
            #expect(plan.cut == .limit(next: Array("5-3".utf8)))
            #expect(try self.plan(connection, limit: 3, bytes: 1 << 20).cut == nil)
        }
    }
}
