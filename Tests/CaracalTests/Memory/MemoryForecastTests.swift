import Caracal
import RedisSandbox
import TestSupport
import Testing

/// The estimates beside the truth, which is by how much `used_memory` falls when the stream goes.
@Suite struct MemoryForecastTests {
    private static let stream = StreamTable["keys.invalidate"]

    @Test(arguments: RedisBinary.allCases, EntryKind.allCases)
    func aStreamFilledToItsBoundTakesWhatWasForetold(binary: RedisBinary, kind: EntryKind) throws {
        try withServer(binary, extra: ["appendonly no"]) { server in
            try server.fill(Self.stream.name, 1500, kind)
            let foretold = try #require(try measure(server).bytesAtBound)
            try server.fill(Self.stream.name, 8500, kind, seed: 2)
            let reported = try #require(try measure(server).bytes)
            let truth = try server.truth(Self.stream.name)
            #expect(abs(Double(foretold) / truth - 1) < 0.1, "foretold \(foretold), took \(truth)")
            #expect(abs(Double(reported) / truth - 1) < 0.1, "reported \(reported), took \(truth)")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func entriesFarApartTakeNoMoreThanIsReported(binary: RedisBinary) throws {
        try withServer(binary, extra: ["appendonly no"]) { server in
            try server.fill(Self.stream.name, 5000, .small, everyMilliseconds: 997)
            let reported = try #require(try measure(server).bytes)
            let truth = try server.truth(Self.stream.name)
            #expect(abs(Double(reported) / truth - 1) < 0.1, "reported \(reported), took \(truth)")
        }
    }

    @Test(arguments: RedisBinary.allCases, [UInt64(1), 997])
    func pendingEntriesCountWhatTheyReallyTake(binary: RedisBinary, gap: UInt64) throws {
        try withServer(binary, extra: ["appendonly no"]) { server in
            try server.fill(Self.stream.name, 20_000, .small, everyMilliseconds: gap)
            let connection = try server.connect()
            let key = Self.stream.name
            try connection.run("XGROUP CREATE \(key) g 0")
            for _ in 0..<40 { try connection.run("XREADGROUP GROUP g c COUNT 500 STREAMS \(key) >") }
            let report = try measure(server)
            let truth = try server.truth(key)
            #expect(report.pending == 20_000)
            let reported = try #require(report.bytes)
            #expect(abs(Double(reported) / truth - 1) < 0.1, "reported \(reported), took \(truth)")
            let server = try #require(report.serverEstimate.value)
            let ratio = Double(server) / truth
            #expect(
                binary == .valkey9_1 ? (0.8..<1.2).contains(ratio) : ratio > 1.8,
                "MEMORY USAGE says \(server), which is what this is about"
            )
        }
    }

    @Test func deletedEntriesDoNotMakeNewOnesLarger() throws {
        try withServer(extra: ["appendonly no"]) { server in
            try server.fill(Self.stream.name, 4000, .small, everyMilliseconds: 1)
            let before = try #require(try measure(server).bytesPerEntry)
            let connection = try server.connect()
            for index in stride(from: 0, to: 4000, by: 2) {
                try connection.run("XDEL \(Self.stream.name) \(1_700_000_000_000 + index)-0")
            }
            let after = try #require(try measure(server).bytesPerEntry)
            #expect(abs(after / before - 1) < 0.05)
        }
    }

    @Test(arguments: [StreamTable["agents.lifecycle"], StreamTable["keys.invalidate"]])
    func whatHasNoBoundOrIsBeyondItCountsAsItIs(stream: StreamDefinition) throws {
        try withServer(extra: ["appendonly no"]) { server in
            try server.fill(stream.name, 12_000, .small)
            let report = try Memory(streams: [stream]).run(on: server.connect()).servers[0]
            let bytes = try #require(report.streams[0].bytes)
            #expect(report.streams[0].bytesAtBound.map { $0 < bytes } ?? (stream.bound == nil))
            #expect(report.forecast.bytesAtBounds == bytes)
        }
    }

    private func measure(_ server: SandboxServer) throws -> StreamMemory {
        try Memory(streams: [Self.stream]).run(on: server.connect()).servers[0].streams[0]
    }
}
