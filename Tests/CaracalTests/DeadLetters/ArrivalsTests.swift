import Redis
import Testing

@testable import Caracal

@Suite struct ArrivalsTests {
    private static let info = """
        %5\r\n+length\r\n:3\r\n+last-generated-id\r\n+9-0\r\n+groups\r\n:0\r\n+first-entry\r\n_\r\n+last-entry\r\n_
        """
    private static let arrivals = Arrivals(stream: [], since: EntryID(milliseconds: 5, sequence: 0))

    @Test func entriesThatAreTheSameAreKeptApartNewestFirst() throws {
        let connection = try Connection.open(ReplayLink(answering: [Self.info, Self.page(["9-0", "8-0", "7-0"])]))
        let found = try Self.arrivals.read(on: connection)
        #expect(found.values.map { $0.map(\.milliseconds) } == [[9, 8, 7]])
    }

    /// What is looked for was added last: where not all is read, it is what is older that is left out.
    @Test func whereNotAllIsReadTheNewestAre() throws {
        let ids = (0..<16).map { "9-\($0)" }
        let pages = [Self.page(ids.reversed()), Self.page(["8-0"])]
        let info = Self.info.replacing("+9-0", with: "+9-15")
        for (limit, isWhole) in [(16, false), (17, true)] {
            let connection = try Connection.open(ReplayLink(answering: [info] + pages))
            let found = try Self.arrivals.read(among: nil, limit: limit, on: connection)
            #expect(found.isWhole == isWhole)
            let read = ids.reversed() + (isWhole ? ["8-0"] : [])
            #expect(found.arrivals.values.map { $0.map(\.description) } == [read])
        }
    }

    private static func page(_ ids: [String]) -> String {
        "*\(ids.count)" + ids.map { "\r\n*2\r\n+\($0)\r\n*2\r\n+a\r\n+b" }.joined()
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
