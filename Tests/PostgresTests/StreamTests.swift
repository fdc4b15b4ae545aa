import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Postgres

@Suite struct StreamTests {
    @Test(arguments: [0, 1, 999, 1000, 1001, 2500])
    func allRowsComeInOrder(count: Int) throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres)
            let stream = try connection.stream(
                "SELECT n FROM generate_series(1, $1::bigint) n ORDER BY n",
                [.integer(Int64(count))]
            )
            var numbers: [Int64?] = []
            while let page = try stream.next() {
                #expect(page.count <= 1000 && !page.isEmpty)
                numbers += page.map { $0.integer(0) }
            }
            #expect(numbers == (0..<count).map { Int64($0) + 1 })
            #expect(try stream.next() == nil)
            #expect(!connection.isInTransaction)
        }
    }

    @Test func othersMayAskInBetween() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres)
            let one = try connection.stream("SELECT n FROM generate_series(1, 7) n", pageSize: 2)
            let other = try connection.stream("SELECT n FROM generate_series(11, 14) n", pageSize: 3)
            var numbers: [Int64?] = []
            while let page = try one.next() {
                numbers += page.map { $0.integer(0) }
                numbers.append(try connection.query("SELECT 0").first?.integer(0))
                numbers += try other.next()?.map { $0.integer(0) } ?? []
            }
            #expect(numbers == [1, 2, 0, 11, 12, 13, 3, 4, 0, 14, 5, 6, 0, 7, 0])
        }
    }

    @Test func itMayBeLeftEarly() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres)
            let stream = try connection.stream("SELECT n FROM generate_series(1, 100000) n", pageSize: 10)
            #expect(try stream.next()?.count == 10)
            try stream.close()
            #expect(!connection.isInTransaction)
            #expect(try connection.query("SELECT 1").count == 1)
        }
    }

    @Test func aRowThatCannotBeMadeEndsIt() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres)
            let stream = try connection.stream("SELECT 1 / (25 - n) FROM generate_series(1, 100) n", pageSize: 10)
            #expect(try stream.next()?.count == 10 && stream.next()?.count == 10)
            let error = failure { () throws(PostgresError) in try stream.next() }
            #expect(error?.refusal?.state == "22012")
            #expect(try stream.next() == nil)
            #expect(try connection.query("SELECT 1").count == 1, "the session goes on")
        }
    }

    @Test func aServerThatGoesAwayInTheMiddleIsAnError() throws {
        try withPostgres { postgres throws in
            let proxy = try FaultProxy(before: postgres.port ?? 0, [Fault(.toClient, after: .bytes(100_000), .cut)])
            let connection = try connect(postgres, port: proxy.port)
            let stream = try connection.stream("SELECT repeat('x', 100) FROM generate_series(1, 100000) n")
            let error = failure { () throws(PostgresError) in
                while try stream.next() != nil {}
            }
            #expect(error?.cause == .link(.disconnected(reason: nil)))
            #expect(error?.isUnknownWrite == false && !connection.isOpen)
            proxy.stop()
        }
    }
}
