import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Postgres

@Suite struct TransactionTests {
    @Test func whatIsCommittedStaysAndWhatIsRolledBackIsUndone() throws {
        try withPostgres { postgres throws in
            try postgres.insertRows(4, in: .api)
            let connection = try connect(postgres, writing: true)
            let first = "DELETE FROM event_outbox WHERE id = (SELECT min(id) FROM event_outbox)"
            try connection.begin(.writes)
            try connection.execute(first)
            try connection.execute(first)
            try connection.commit()
            try connection.begin(.writes)
            try connection.execute(first)
            let error = failure { () throws(PostgresError) in try connection.execute("DELETE FROM nowhere") }
            connection.rollBack()
            #expect(error?.refusal?.kind == .undefinedTable && error?.isUnknownWrite == false)
            #expect(!connection.isInTransaction)
            #expect(try connection.query("SELECT count(*) FROM event_outbox").first?.integer(0) == 2)
        }
    }

    @Test func aTransactionThatLooksCannotWrite() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres, writing: true)
            try connection.begin(.reads)
            let error = failure { () throws(PostgresError) in try connection.execute("DELETE FROM event_outbox") }
            #expect(error?.refusal?.kind == .readOnly)
        }
    }

    @Test func commitOfWhatHasFailedIsNoSuccess() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres, writing: true)
            try connection.begin(.writes)
            _ = failure { () throws(PostgresError) in try connection.query("SELECT 1 / 0") }
            let error = failure { () throws(PostgresError) in try connection.commit() }
            guard case .unexpected = error?.cause else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.isUnknownWrite == false)
        }
    }

    @Test func aConflictIsOne() throws {
        try withPostgres { postgres throws in
            try postgres.insertRows(1, in: .api)
            let (one, other) = (try connect(postgres, writing: true), try connect(postgres, writing: true))
            try one.begin(.writes)
            _ = try one.query("SELECT id FROM event_outbox FOR UPDATE")
            let error = failure { () throws(PostgresError) in
                try other.query("SELECT id FROM event_outbox FOR UPDATE NOWAIT")
            }
            #expect(error?.refusal?.kind == .conflict)
            one.rollBack()
            #expect(try other.query("SELECT id FROM event_outbox FOR UPDATE NOWAIT").count == 1)
        }
    }

    /// Wherever the connection breaks: before COMMIT nothing has happened, and after it nobody knows.
    @Test func onlyALostCommitIsInDoubt() throws {
        try withPostgres { postgres throws in
            try postgres.insertRows(1, in: .api)
            var doubts: Set<Bool> = []
            for bytes in stride(from: 300, through: 900, by: 8) {
                let proxy = try FaultProxy(before: postgres.port ?? 0, [Fault(.toClient, after: .bytes(bytes), .cut)])
                defer { proxy.stop() }
                guard let broken = try? connect(postgres, port: proxy.port, writing: true) else { continue }
                var hasAsked = false
                let error = failure { () throws(PostgresError) in
                    try broken.begin(.writes)
                    try broken.execute("UPDATE event_outbox SET attempts = attempts + 1")
                    hasAsked = true
                    try broken.commit()
                }
                guard let error else { continue }
                #expect(error.isUnknownWrite == hasAsked, "after \(bytes) bytes")
                doubts.insert(error.isUnknownWrite)
            }
            #expect(doubts == [true, false])
        }
    }
}
