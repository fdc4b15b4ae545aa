import RESP
import Redis
import TestSupport
import Testing

@Suite struct PendingPagesTests {
    private static let stream =
        "*12\r\n$6\r\nlength\r\n:1\r\n$17\r\nlast-generated-id\r\n$3\r\n5-0\r\n$6\r\ngroups\r\n:1\r\n"
        + "$20\r\nmax-deleted-entry-id\r\n$3\r\n0-0\r\n$11\r\nfirst-entry\r\n*-1\r\n$10\r\nlast-entry\r\n*-1\r\n"

    private static func page(_ ids: [String]) -> String {
        "*\(ids.count)\r\n" + ids.map { "*4\r\n$3\r\n\($0)\r\n$1\r\nc\r\n:5\r\n:1\r\n" }.joined()
    }

    /// What the first page comes to whose entries have these ids, of a group.
    private func read(_ ids: [String]) throws -> [EntryID]? {
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send("+OK\r\n+OK\r\n+OK\r\n"), .expectCommands(2),
                .send(Self.page(ids) + Self.stream), .silent,
            ]
        ])
        let connection = try peer.connect()
        var pages = PendingPages(
            connection,
            key: Array("s".utf8),
            group: Array("g".utf8)
        )
        return try pages.next().get()?.entries.map(\.id)
    }

    @Test func entriesInOrderAreRead() throws {
        #expect(try read(["1-0", "3-0", "5-0"])?.map(\.milliseconds) == [1, 3, 5])
    }

    @Test(arguments: [["2-0", "2-0"], ["3-0", "2-0"], ["4-0", "5-0", "1-0"]])
    func entriesTwiceOrOutOfOrderAreAViolation(ids: [String]) throws {
        let error = try #require(throws: RedisError.self) { try read(ids) }
        #expect(error.cause == .unexpected("the reply to XPENDING does not have its documented shape"))
    }

    // MARK: Several questions on their way

    private static let hello: [PeerStep] = [.expectCommands(3), .send("+OK\r\n+OK\r\n+OK\r\n")]
    private static let loading = "-LOADING Redis is loading the dataset in memory\r\n"

    /// What became of two questions that were on their way at once, as numbers that the peer replied with.
    private func asks(
        _ connections: [[PeerStep]],
        settling: Bool = false
    ) throws -> [String?] {
        let peer = try ScriptedPeer(connections.map { Self.hello + $0 })
        let connection = try peer.connect()
        connection.retry = RetryPolicy(
            reopen: { () throws(RedisError) in
                try Connection.open(
                    Endpoint(address: .tcp(host: "127.0.0.1", port: peer.port)),
                    timeouts: Timeouts(connect: .seconds(30), command: .seconds(30))
                )
            },
            say: { _ in }
        )
        var pages = PendingPages(connection, key: Array("s".utf8), group: Array("g".utf8))
        try pages.ask([Command("GET", "a").reading(key: 0)])
        try pages.ask([Command("GET", "b").reading(key: 0), Command("GET", "c").reading(key: 0)])
        if settling {
            try pages.settle()
            #expect(try connection.pipeline([Command("GET", "d").reading(key: 0)]).map(\.text) == ["d"])
        }
        return try pages.receive(1).map(\.text) + pages.receive(2).map(\.text)
    }

    private static let replies = ["$1\r\na\r\n", "$1\r\nb\r\n", "$1\r\nc\r\n"]

    @Test func repliesComeInTheOrderOfAsking() throws {
        let all = Self.replies.joined()
        #expect(try asks([[.expectCommands(3), .send(all), .silent]]) == ["a", "b", "c"])
        let settled: [PeerStep] = [.expectCommands(3), .send(all), .expectCommand, .send("$1\r\nd\r\n"), .silent]
        #expect(try asks([settled], settling: true) == ["a", "b", "c"])
    }

    /// What is on its way behind the refusal is taken in before anything is sent again on that connection.
    @Test(arguments: [0, 1, 2])
    func whatIsRefusedForNowIsAskedAgainWithAllBehindIt(place: Int) throws {
        var first = Self.replies
        first[place] = Self.loading
        let again = Self.replies[place...].joined()
        let steps: [PeerStep] = [.expectCommands(3), .send(first.joined()), .expectCommands(3 - place), .send(again)]
        #expect(try asks([steps + [.silent]]) == ["a", "b", "c"])
        let settled: [PeerStep] = [.expectCommand, .send("$1\r\nd\r\n"), .silent]
        #expect(try asks([steps + settled], settling: true) == ["a", "b", "c"])
    }

    @Test(arguments: [0, 1, 2])
    func whatIsLostOnItsWayIsAskedAnotherConnection(count: Int) throws {
        let first: [PeerStep] = [.expectCommands(3), .send(Self.replies[..<count].joined()), .close]
        let rest = Self.replies[count...].joined()
        let second: [PeerStep] = [.expectCommands(3 - count), .send(rest), .silent]
        #expect(try asks([first, second]) == ["a", "b", "c"])
    }
}
