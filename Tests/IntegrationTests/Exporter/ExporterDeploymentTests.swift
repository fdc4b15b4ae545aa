import Redis
import RedisSandbox
import TestSupport
import Testing

/// Each look finds the bus anew: after a failover, and after slots have moved.
@Suite struct ExporterDeploymentTests {
    @Test func afterAFailoverItLooksAtTheNewMaster() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                try former.send("XADD caracal.keys.invalidate 1-0 zone_id z kid k")
                try next.send(
                    "XADD caracal.keys.invalidate 1-0 zone_id z kid k",
                    "XADD caracal.keys.invalidate 2-0 zone_id z kid k"
                )
                let sentinel = try SentinelAnswerTests.sentinel(naming: former.port, times: 1, then: next.port)
                let place = ["--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name"]
                try withExporter(of: "", place[0], place[1], place[2], "bus") { exporter throws in
                    #expect(try Self.length(exporter) == "1")
                    former.stop()
                    #expect(try Self.length(exporter) == "2")
                }
            }
        }
    }

    @Test func inAClusterItFollowsMovedSlots() throws {
        try withCluster { cluster in
            let key = "caracal.keys.invalidate"
            let master = cluster.master(of: key)
            try cluster.run(master, "XADD", key, "1-0", "zone_id", "z", "kid", "k")
            try withExporter(of: cluster.url(master)) { exporter throws in
                #expect(try Self.length(exporter) == "1")
                try cluster.move(key, to: (master + 1) % 3)
                #expect(try Self.length(exporter) == "1")
                try cluster.run((master + 1) % 3, "XADD", key, "2-0", "zone_id", "z", "kid", "k")
                #expect(try Self.length(exporter) == "2")
            }
        }
    }

    /// The length of one stream, as a scrape tells it.
    private static func length(_ exporter: RunningExporter) throws -> String? {
        let start = "caracal_stream_length{stream=\"caracal.keys.invalidate\"} "
        let line = try exporter.ask("/metrics").body.split(separator: "\n").first { $0.hasPrefix(start) }
        return line.map { String($0.dropFirst(start.count)) }
    }
}
