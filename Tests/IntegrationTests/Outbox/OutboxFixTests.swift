import RESP
import RedisSandbox
import TestSupport
import Testing

/// What is wrong with the outboxes, the fix that doctor prints, and what it comes to.
struct OutboxFix: Sendable, CustomStringConvertible {
    let check: String
    /// Makes what is wrong.
    let wreck: @Sendable (PostgresServer) throws -> Void
    /// The fixes, in the order of doctor's findings.
    let fixes: [String]
    /// A statement, and what it gives when each fix was typed once.
    let afterwards: (statement: String, rows: [String])

    var description: String { "\(check): \(fixes.first ?? "")" }

    private static let dead = """
        SELECT (SELECT count(*) FROM event_outbox WHERE available_at = 'infinity'),
            (SELECT count(*) FROM caracal_outbox WHERE status = 'dead'),
            (SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL AND available_at <= now() AND attempts = 0),
            (SELECT count(*) FROM caracal_outbox WHERE status = 'pending' AND attempts = 0)
        """

    private static let locks = "SELECT locked_by, count(*) FROM event_outbox WHERE locked_until IS NOT NULL GROUP BY 1"

    static let all = [
        OutboxFix(
            check: "outbox-dead",
            wreck: {
                try $0.insertRows(2, in: .api, .dead(), stream: "caracal.keys.invalidate")
                try $0.insertRows(3, in: .coordinator, .dead())
                try $0.insertRows(4, in: .coordinator, .dead(), stream: "caracal.agents.lifecycle")
            },
            fixes: [
                "caracalctl outbox requeue --dead # once their cause is gone",
                "caracalctl outbox requeue --dead # once their cause is gone",
            ],
            afterwards: (dead, ["0|0|2|7"])
        ),
        // The rows of another stream of its table stay.
        OutboxFix(
            check: "outbox-dead",
            wreck: { try $0.insertRows(2, in: .api, .dead(), stream: "it's $(id); x") },
            fixes: [
                #"caracalctl outbox requeue --dead --outbox api --any-stream --stream 'it'\''s $(id); x' # once their cause is gone"#
            ],
            afterwards: (dead, ["0|0|2|0"])
        ),
        OutboxFix(
            check: "outbox-dead",
            wreck: { try $0.insertRows(1_203, in: .coordinator, .dead()) },
            fixes: [
                "caracalctl outbox requeue --dead --outbox coordinator --stream sessions.revoke --limit 1203 # once their cause is gone"
            ],
            afterwards: (dead, ["0|0|0|1203"])
        ),
        OutboxFix(
            check: "outbox-locks",
            wreck: {
                try $0.insertRows(3, in: .api, .locked(by: "gone", forSeconds: -60))
                try $0.insertRows(2, in: .api, .locked(by: "alive", forSeconds: 3_600))
            },
            fixes: ["caracalctl outbox dispatch --outbox api # while the API is down: else start it"],
            afterwards: (locks, ["alive|2"])
        ),
        OutboxFix(
            check: "outbox-locks",
            wreck: {
                try $0.insertRows(700, in: .api, .locked(by: "gone", forSeconds: -60))
                try $0.insertRows(600, in: .api, .locked(by: "gone too", forSeconds: -60))
            },
            fixes: [
                "caracalctl outbox dispatch --outbox api # while the API is down: else start it",
                "caracalctl outbox dispatch --outbox api # while the API is down: else start it",
            ],
            afterwards: (locks, [])
        ),
        OutboxFix(
            check: "outbox-waiting",
            wreck: {
                try $0.insertRows(2, in: .api, stream: "caracal.keys.invalidate", secondsAgo: 400)
                try $0.insertRows(3, in: .coordinator, secondsAgo: 4_000)
            },
            fixes: [
                "caracalctl outbox dispatch # or start the services: either publishes them",
                "caracalctl outbox dispatch # or start the services: either publishes them",
            ],
            afterwards: (
                """
                SELECT (SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL),
                    (SELECT count(*) FROM caracal_outbox WHERE status = 'pending')
                """, ["0|0"]
            )
        ),
    ]
}

/// The fixes of doctor's findings about the outboxes, typed as they are printed: each does what it promises, and the finding is gone.
@Suite struct OutboxFixTests {
    @Test(arguments: OutboxFix.all)
    func aFixMakesTheFindingGo(fix: OutboxFix) throws {
        let bus = try IncidentBus(.v8_2, [], hasDatabase: true)
        let postgres = try #require(bus.postgres)
        try fix.wreck(postgres)
        let found = try bus.findings().filter { $0.check == fix.check }
        #expect(found.map(\.fix) == fix.fixes)
        // Of equal fixes the first one settles all.
        for (number, line) in fix.fixes.enumerated() where !fix.fixes[..<number].contains(line) {
            let result = try bus.confirm(line)
            #expect(result.status == 0, "\(line): \(result)")
        }
        #expect(try postgres.sql(fix.afterwards.statement) == fix.afterwards.rows)
        let left = try bus.findings().filter { $0.check == fix.check }
        #expect(left.isEmpty, "\(left)")
    }

    /// Rows that are tried again later: their fix shows them, each with its error where one is kept.
    @Test func whatIsRetriedIsShown() throws {
        let bus = try IncidentBus(.v8_2, [], hasDatabase: true)
        let postgres = try #require(bus.postgres)
        let ids = try postgres.insertRows(2, in: .api, .retrying(inSeconds: 3_600, error: "OOM: full"), secondsAgo: 400)
        try postgres.insertRows(in: .coordinator, .retrying(inSeconds: 3_600), stream: "caracal.agents.lifecycle")
        let found = try bus.findings()
        #expect(
            found.filter { $0.check == "outbox-retrying" }.map(\.fix) == [
                "caracalctl outbox ls --retrying", "caracalctl outbox ls --retrying",
            ]
        )
        let all = try bus.type("caracalctl outbox ls --retrying")
        #expect(all.status == 0)
        #expect(all.stdout.split(separator: "\n").count == 4, "\(all.stdout)")
        // None of those that wait for long can be published sooner, so nobody proposes to.
        let waiting = try #require(found.first { $0.check == "outbox-waiting" })
        #expect(waiting.fix == "caracalctl outbox ls --retrying --stream sessions.revoke")
        let own = try bus.type(waiting.fix)
        #expect(own.status == 0)
        #expect(ids.allSatisfy(own.stdout.contains) && own.stdout.contains("OOM: full"), "\(own.stdout)")
    }

    /// Typed again and again it removes what was published long ago, and nothing else.
    @Test func rowsOfLongAgoAreRemovedInPortions() throws {
        let bus = try IncidentBus(.v8_2, [], hasDatabase: true)
        let postgres = try #require(bus.postgres)
        // Autovacuum would count the rows anew.
        try postgres.sql("ALTER TABLE event_outbox SET (autovacuum_enabled = false)")
        let history = try postgres.sql("SELECT count(*) FROM event_outbox")
        try postgres.insertRows(10_020, in: .api, .published, secondsAgo: 40 * 86_400)
        let kept = try postgres.insertRows(in: .api, .dead(), secondsAgo: 40 * 86_400)
        // As ANALYZE would count two million.
        try postgres.sql("UPDATE pg_class SET reltuples = 2000000 WHERE oid = 'event_outbox'::regclass")
        let finding = try #require(try bus.findings().first { $0.check == "outbox-growth" })
        #expect(finding.status == "note")
        #expect(finding.text.contains(", about 2,000,000 rows, and nobody deletes from it"), "\(finding)")
        #expect(finding.fix.hasSuffix(" # repeat until DELETE 0"))
        let answers = try (1...3).map { _ in try bus.type(finding.fix) }
        #expect(answers.map(\.status) == [0, 0, 0])
        #expect(answers.map(\.stdout) == ["DELETE 10000\n", "DELETE 20\n", "DELETE 0\n"])
        #expect(try postgres.sql("SELECT count(*) - 1 FROM event_outbox") == history)
        #expect(try postgres.sql("SELECT id FROM event_outbox WHERE dispatched_at IS NULL") == kept)
    }
}
