import RESP
import RedisSandbox
import TestSupport
import Testing

/// A row of a table that is not there is no row that is known not to be there.
@Suite struct MissingOutboxTests {
    private static let id = "019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1"

    @Test func noRowIsCalledAbsentWhoseTableIsMissing() throws {
        try withServer { server in
            expect(try server.run("provision", "-q"), status: 0)
            try withPostgres { postgres in
                let runner = CommandRunner(for: server, postgres)
                let seen = try postgres.insertRows(in: .coordinator, .waiting, secondsAgo: 5)[0]
                let added = try server.send(
                    "XADD caracal.sessions.revoke * zone_id z-1 session_id s-9 outbox_id \(Self.id)"
                )
                let entry = String(decoding: added[0].root.text ?? [], as: UTF8.self)
                var (missing, names) = ([String](), [String]())
                for (table, owner) in [("event_outbox", "API"), ("caracal_outbox", "Coordinator")] {
                    try postgres.sql("DROP TABLE \(table)")
                    missing.append("the database has no table \(table) (the \(owner)'s outbox)")
                    names.append(table)
                    let unknown =
                        "unknown whether there is a row: \(names.joined(separator: " and ")) could not be looked at\n"
                    let nothing = try runner.run(["trace", Self.id])
                    #expect(nothing.status == 1)
                    #expect(nothing.stdout == "outbox  \(unknown)", "\(nothing)")
                    let line = try runner.run(["trace", Self.id, "-o", "ndjson"])
                    #expect(line.stdout.contains(#""state":"unknown","certain":false"#), "\(line)")
                    let shown = try runner.run(["get", "sessions.revoke", entry])
                    #expect(shown.status == 0 && shown.stdout.contains("outbox     \(unknown)"), "\(shown)")
                    let found = try runner.run(["find", "sessions.revoke", "-o", "ndjson"])
                    #expect(found.status == 0, "\(found)")
                    for (result, message) in [nothing, line, shown, found].flatMap({ result in
                        missing.map { (result, $0) }
                    }) {
                        #expect(result.stderr.contains(message), "\(result)")
                    }
                    // One that is found in the other table needs no more.
                    guard names.count == 1 else { continue }
                    let other = try runner.run(["trace", seen])
                    #expect(other.status == 0 && other.stderr.isEmpty, "\(other)")
                    #expect(other.stdout.hasPrefix("outbox  caracal_outbox, waiting for "), "\(other)")
                }
            }
        }
    }
}
