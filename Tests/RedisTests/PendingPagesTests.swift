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
}
