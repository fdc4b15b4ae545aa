import RESP
import Testing

@testable import Redis

/// Replies of the documented shape whose content is not what it should be.
@Suite struct RequestTests {
    @Test(arguments: [
        ("127.0.0.1", true), ("redis-1.internal", true), ("fe80::1", true), ("a b", false), ("a\u{9B}2J", false),
        ("a\u{202E}b", false), ("a\u{1B}[2J", false), ("", false),
    ])
    func aSentinelsAnswerIsAnAddressOrNothing(host: String, isOne: Bool) throws {
        let reply = try value("*2\r\n$\(host.utf8.count)\r\n\(host)\r\n$4\r\n6379\r\n")
        let answer = SentinelMasterAddress(name: "m").read(reply)
        #expect(answer == (isOne ? .some(.tcp(host: host, port: 6379)) : nil))
    }

    @Test func onlyAMasterIsAMaster() throws {
        let replies = [
            "*3\r\n$6\r\nmaster\r\n:5\r\n*0\r\n",
            "*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:1\r\n$9\r\nconnected\r\n:5\r\n",
            "*2\r\n$8\r\nsentinel\r\n*0\r\n", "+master\r\n",
        ]
        let roles = try replies.map { Role().read(try value($0)) }
        #expect(roles == [.master, .replica, .some(nil), nil])
    }

    @Test func replicasThatNobodyCountedAreNotNone() throws {
        func offsets(_ text: String) throws -> ReplicaOffsets.Offsets? {
            ReplicaOffsets().read(try value("$\(text.utf8.count)\r\n\(text)\r\n"))
        }
        #expect(try offsets("master_repl_offset:7\r\nconnected_slaves:0\r\n")?.replicas == [])
        #expect(try offsets("master_repl_offset:7\r\n") == nil)
        #expect(
            try offsets(
                "connected_slaves:1\r\nslave0:ip=h,port=1,state=online,offset=5,lag=0\r\nmaster_repl_offset:7\r\n"
            )
                == ReplicaOffsets.Offsets(own: 7, replicas: [5])
        )
    }
}
