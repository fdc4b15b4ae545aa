import RESP
import Redis
import TestSupport
import Testing

@Suite struct KeySlotTests {
    @Test(arguments: [
        ("caracal.audit.events", 16_099), ("caracal.audit.events.dlq", 6_308), ("caracal.policy.invalidate", 1_865),
        ("caracal.sessions.revoke", 13_713), ("caracal.keys.invalidate", 13_089),
        ("caracal.agents.lifecycle", 3_929), ("caracal.invocations.lifecycle", 6_226),
        ("caracal.delegations.invalidate", 3_525), ("caracal.providers.ratelimit", 6_632),
        ("{caracal.audit.events}.dlq", 16_099), ("", 0), ("123456789", 12_739),
    ])
    func isWhereRedisPutsIt(key: String, slot: Int) {
        #expect(KeySlot(key: Array(key.utf8)).number == slot)
    }

    @Test(arguments: RedisBinary.allCases)
    func agreesWithTheServerOnEveryKindOfTag(binary: RedisBinary) throws {
        let fragments: [[UInt8]] = [[0x7B], [0x7D], [0x61], [0x00], [0xFF], Array("key".utf8)]
        var keys: [[UInt8]] = [[]]
        for _ in 0..<4 { keys += keys.flatMap { key in fragments.map { key + $0 } } }
        let all = Array(Set(keys))
        try withServer(binary, extra: ["cluster-enabled yes"]) { server in
            let replies = try server.connect()
                .pipeline(all.map { Command("CLUSTER", arguments: [Array("KEYSLOT".utf8), $0]) })
            #expect(replies.map(\.root.integer) == all.map { Int64(KeySlot(key: $0).number) })
        }
    }

    @Test(arguments: [-1, 16_384, .max])
    func noClusterHasSuchASlot(number: Int) {
        #expect(KeySlot(number: number) == nil)
    }
}
