import RESP
import Redis
import Testing

@Suite struct ServerVersionTests {
    typealias Series = ServerVersion.Series

    @Test func eachProductIsHeldAgainstItsOwnNumbers() {
        func isNew(_ number: String, of product: ServerVersion.Product) -> Bool {
            ServerVersion(number, of: product).isAtLeast(redis: Series(8, 0), valkey: Series(9, 1))
        }
        #expect(isNew("8.0.0", of: .redis) && isNew("10.2", of: .redis) && !isNew("7.4.9", of: .redis))
        #expect(isNew("9.1.2", of: .valkey) && !isNew("9.0.9", of: .valkey) && !isNew("8.2.3", of: .valkey))
        #expect(!isNew("99.0", of: .other))
        #expect(!isNew("unstable", of: .redis) && !isNew("9", of: .valkey))
    }

    @Test(arguments: [
        ("%2\r\n+server\r\n+redis\r\n+version\r\n+8.2.3\r\n", "Redis 8.2.3"),
        ("%2\r\n+server\r\n+valkey\r\n+version\r\n+9.1.2\r\n", "Valkey 9.1.2"),
        ("%2\r\n+server\r\n+mykeys\r\n+version\r\n+1.0\r\n", "server 1.0"),
        ("%1\r\n+version\r\n+7.0.15\r\n", "Redis 7.0.15"),
        ("%1\r\n+server\r\n+valkey\r\n", nil),
    ])
    func helloTellsWhoItIs(hello: String, name: String?) throws {
        var parser = ReplyParser()
        parser.append(Array(hello.utf8))
        let reply = try #require(try parser.next())
        #expect(ServerIdentity(hello: reply.root).version?.description == name)
    }
}
