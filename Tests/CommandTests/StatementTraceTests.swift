import Postgres
import Redis
import Testing
import Text

@testable import CaracalCommands

/// What `--trace` shows of a statement of SQL.
@Suite struct StatementTraceTests {
    private static let statement = """
        SELECT id
          FROM event_outbox WHERE id = $1
        """

    private static func line(_ outcome: TraceEvent.Outcome) -> TraceLine {
        TraceLine(
            event: TraceEvent(
                target: "db:5432",
                subject: .statement(statement),
                duration: .microseconds(1_230),
                outcome: outcome
            )
        )
    }

    private static let refusal = PostgresRefusal(state: "42P01", message: Array("no \u{1B}[31m table".utf8))

    private static let outcomes: [(TraceEvent.Outcome, String, String)] = [
        (.rows(1200, bytes: 5000, changed: false), "1,200 rows, 5,000 bytes", #""reply","reply":"rows","bytes":5000"#),
        (.rows(3, bytes: 0, changed: true), "3 changed", #""reply","reply":"count","bytes":0"#),
        (.done, "done", #""done","reply":null,"bytes":null"#),
        (
            .ended(PostgresError(target: "db:5432", phase: .awaiting, cause: .refused(refusal))),
            "failed: db:5432 refused: no \\x1b[31m table (is this Caracal's database? check DATABASE_URL)",
            #""failed","reply":null,"bytes":null"#
        ),
    ]

    @Test func aStatementIsOneLine() {
        for (outcome, text, json) in Self.outcomes {
            let line = Self.line(outcome)
            #expect(
                line.text.text == "trace: db:5432  1.23ms  SELECT id FROM event_outbox WHERE id = $1 -> \(text)"
            )
            #expect(
                line.json.text.hasPrefix(
                    #"{"trace":{"server":"db:5432","step":"statement","command":"SELECT id FROM event_outbox WHERE id = $1","#
                        + #""commands":1,"duration_us":1230,"result":"#
                )
            )
            #expect(line.json.text.contains(#""result":"# + json))
        }
    }
}
