import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// The model of a stream's nodes beside the nodes of a server.
@Suite struct NodePackingTests {
    @Test(arguments: RedisBinary.allCases, EntryKind.allCases)
    func packsIntoAsManyNodesAsTheServerDoes(binary: RedisBinary, kind: EntryKind) throws {
        try withServer(binary) { server in
            try server.fill("s", 2000, kind, everyMilliseconds: 7)
            let entries = try read("s", server)
            var packing = NodePacking(.standard)
            for entry in entries { packing.append(entry, id: entry.id) }
            let info = try #require(try server.connect().ask(XInfoStream(key: Array("s".utf8))).value)
            #expect(info.nodes == UInt64(packing.full.count + 1))
        }
    }

    @Test(arguments: [(512, 100), (4096, 7), (0, 50)])
    func keepsToTheServersOwnLimits(bytes: Int, entries: Int) throws {
        let extra = ["stream-node-max-bytes \(bytes)", "stream-node-max-entries \(entries)"]
        try withServer(extra: extra) { server in
            try server.fill("s", 500, .small)
            let connection = try server.connect()
            let limits = NodeLimits(try connection.ask(ConfigGet("stream-node-max*")).value)
            var packing = NodePacking(limits)
            for entry in try read("s", server) { packing.append(entry, id: entry.id) }
            let info = try #require(try connection.ask(XInfoStream(key: Array("s".utf8))).value)
            #expect(info.nodes == UInt64(packing.full.count + 1))
        }
    }

    @Test func nodesWithoutLimitsComeToAnEnd() throws {
        var parser = ReplyParser()
        parser.append(Array("*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n".utf8))
        let reply = try #require(try parser.next())
        var entries = try #require(EntryReader(reply.root, of: "XRANGE"))
        let isOne = entries.advance()
        try #require(isOne)
        let entry = try #require(SampledEntry(entries))
        let limits = NodeLimits(bytes: 1 << 30, entries: .max)
        let shape = try #require(NodeShape(EntrySample(runs: [[entry]]), limits: limits, allocator: .jemalloc))
        #expect(shape.entries == 10_000)
    }

    private func read(_ key: String, _ server: SandboxServer) throws -> [SampledEntry] {
        let range = XRange(key: Array(key.utf8), first: .zero, last: .maximum, count: 10_000)
        var entries = try #require(try server.connect().ask(range).value)
        var samples: [SampledEntry] = []
        while entries.advance() { samples.append(try #require(SampledEntry(entries))) }
        return samples
    }
}
