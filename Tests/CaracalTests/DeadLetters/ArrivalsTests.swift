import Redis
import Testing

@testable import Caracal

@Suite struct ArrivalsTests {
    private static let info = """
        %5\r\n+length\r\n:3\r\n+last-generated-id\r\n+9-0\r\n+groups\r\n:0\r\n+first-entry\r\n_\r\n+last-entry\r\n_
        """
    private static let arrivals = Arrivals(stream: [], since: EntryID(milliseconds: 5, sequence: 0))

    @Test func entriesThatAreTheSameAreKeptApartNewestFirst() throws {
        let page = "*3" + ["7-0", "8-0", "9-0"].map { "\r\n*2\r\n+\($0)\r\n*2\r\n+a\r\n+b" }.joined()
        let connection = try Connection.open(ReplayLink(answering: [Self.info, page]))
        let found = try Self.arrivals.read(on: connection)
        #expect(found.values.map { $0.map(\.milliseconds) } == [[9, 8, 7]])
    }

    @Test func aStreamThatIsGoneHasNone() throws {
        let connection = try Connection.open(ReplayLink(answering: ["-ERR no such key"]))
        #expect(try Self.arrivals.read(on: connection).isEmpty)
    }

    @Test(arguments: [["-NOPERM no"], [info, "-LOADING wait"]])
    func whatCouldNotBeReadIsNotKnownToBeMissing(replies: [String]) throws {
        let connection = try Connection.open(ReplayLink(answering: replies))
        let error = #expect(throws: RedisError.self) { try Self.arrivals.read(on: connection) }
        #expect(error?.refusal != nil)
    }
}
