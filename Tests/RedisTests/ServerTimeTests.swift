import RESP
import Redis
import Testing

@Suite struct ServerTimeTests {
    private func read(_ seconds: String, _ microseconds: String) throws -> UInt64? {
        ServerTime().read(
            try value("*2\r\n$\(seconds.count)\r\n\(seconds)\r\n$\(microseconds.count)\r\n\(microseconds)\r\n")
        )
    }

    @Test func microsecondsAreCutToMilliseconds() throws {
        #expect(try read("1700000000", "123999") == 1_700_000_000_123)
    }

    @Test func aTimeBeyondAllMeasureIsNone() throws {
        #expect(try read("18446744073709552", "0") == nil)
        #expect(try read("18446744073709551", "616000") == nil)
        #expect(try read("18446744073709551", "18446744073709551615") == nil)
        #expect(try read("18446744073709551", "615000") == .max)
    }
}
