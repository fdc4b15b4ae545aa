import Caracal
import Redis
import RedisSandbox
import TestSupport
import Testing
import Text

/// Servers that do not tell everything.
@Suite struct MemoryRightsTests {
    @Test(arguments: RedisBinary.allCases)
    func withoutINFOTheServersFieldsAreNotPermittedAndTheStreamsAreThere(binary: RedisBinary) throws {
        let report = try measure(binary, without: "-info")
        #expect(report.server.used == .notPermitted)
        #expect(report.server.peak == .notPermitted)
        #expect(report.server.fragmentation == .notPermitted)
        #expect(report.server.limit == .known(100 << 20), "CONFIG tells it")
        #expect(report.server.policy.value == Array("noeviction".utf8))
        #expect(report.persistence.appendOnly == .notPermitted)
        #expect(report.persistence.fsync.value == Array("everysec".utf8))
        #expect(report.forecast.neededBytes == nil)
        #expect(report.forecast.fits == nil)
        #expect(report.streams[0].bytes ?? 0 > 10_000)
        #expect(
            report.findings.map(\.message.text).last
                == "the user \"narrow\" may not run INFO (ACL SETUSER narrow +info; caracalctl provision --emit-acl observer)"
        )
        #expect(report.refusals.map(\.kind) == [.noPermission])
    }

    @Test(arguments: RedisBinary.allCases)
    func withoutCONFIGOnlyItsOwnFieldsAreMissing(binary: RedisBinary) throws {
        let report = try measure(binary, without: "-config")
        #expect(report.persistence.fsync == .notPermitted)
        #expect(report.server.limit == .known(100 << 20))
        #expect(report.forecast.neededBytes != nil)
        #expect(
            report.findings.map(\.message.text).last
                == "the user \"narrow\" may not run CONFIG GET "
                + "(ACL SETUSER narrow +config|get; caracalctl provision --emit-acl observer)"
        )
        #expect(report.refusals.isEmpty)
    }

    @Test(arguments: RedisBinary.allCases)
    func withoutBothNothingIsTakenForZero(binary: RedisBinary) throws {
        let report = try measure(binary, without: "-info -config")
        #expect(report.server.limit == .notPermitted)
        #expect(report.server.policy == .notPermitted)
        #expect(report.server.used == .notPermitted)
        #expect(!report.findings.contains { $0.code == .noLimit })
    }

    @Test(arguments: RedisBinary.allCases)
    func withoutMEMORYTheSampleTellsAndWithoutXRANGETheServerDoes(binary: RedisBinary) throws {
        let sampled = try measure(binary, without: "-memory").streams[0]
        let told = try measure(binary, without: "-xrange -xrevrange").streams[0]
        #expect(sampled.serverEstimate == .notPermitted)
        #expect(sampled.sampled > 0)
        #expect(told.sampled == 0)
        let ours = try #require(sampled.bytesPerEntry)
        let theirs = try #require(told.bytesPerEntry)
        #expect(abs(theirs / ours - 1) < 0.1, "\(theirs) beside \(ours)")
    }

    @Test(arguments: RedisBinary.allCases)
    func withoutXINFOXLENAndMEMORYTellWhatTheyCan(binary: RedisBinary) throws {
        let report = try measure(binary, without: "-xinfo -xrange")
        let stream = report.streams[0]
        #expect(stream.length == 500)
        #expect(stream.bytes == stream.serverEstimate.value && stream.bytes ?? 0 > 10_000)
        #expect(stream.bytesPerEntry == nil && stream.pending == nil && stream.bytesAtBound == nil)
        #expect(report.forecast.bytesAtBounds == stream.bytes)
        #expect(report.forecast.otherBytes == nil && report.forecast.fits == nil)
        #expect(
            report.findings.map(\.message.text).last
                == "in the sums with what they take now: caracal.audit.events (this user may not XINFO STREAM)"
        )
        #expect(report.refusals.map(\.kind) == [.noPermission])
    }

    /// A node is allocated whole for its first entry: MEMORY USAGE of a few entries is no measure of one. (A stream that is to hold no
    /// more than that is as large as it is.)
    @Test(arguments: RedisBinary.allCases)
    func withoutXRANGEAFewEntriesTellNothingOfTheirSize(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 100mb", withoutRights(to: "-xrange -xrevrange")]) { server in
            let few = [StreamTable["audit.events"], StreamTable["providers.ratelimit"]]
            let many = StreamTable["policy.invalidate"]
            let writer = try server.connect()
            for stream in few { try writer.run("XADD \(stream.name) 1-0 a b") }
            try server.fill(many.name, 3_000, .small)
            let report = try Memory(streams: few + [many]).run(on: server.connect(as: narrow)).servers[0]
            #expect(report.streams.allSatisfy { $0.bytes != nil })
            #expect(report.streams.map { $0.bytesAtBound == nil } == [true, false, false])
            #expect(report.forecast.unmeasured == ["caracal.audit.events"])
            #expect(report.forecast.fits == nil)
            // The others' room is what is left of maxmemory once that one is full.
            #expect(report.forecast.largestBounds.isEmpty)
            #expect(
                report.findings.filter { $0.code == .unmeasured }.map(\.message.text) == [
                    "in the sums with what they take now: caracal.audit.events (this user may not XRANGE)"
                ]
            )
        }
    }

    @Test func whoMaySeeNoStreamSeesTheServer() throws {
        try withServer(extra: ["user narrow on >pw ~other +@all"]) { server in
            let report = try Memory(streams: StreamTable.all).run(on: server.connect(as: narrow)).servers[0]
            #expect(report.server.used.value != nil)
            #expect(report.streams.allSatisfy { $0.bytes == nil && $0.observed.state.refusal?.kind == .noPermission })
            #expect(report.refusals.count == 9)
        }
    }

    private func measure(_ binary: RedisBinary, without commands: String) throws -> ServerMemoryReport {
        try withServer(binary, extra: ["maxmemory 100mb", withoutRights(to: commands)]) { server in
            try server.fill("caracal.audit.events", 500, .small)
            return try Memory(streams: [StreamTable["audit.events"]]).run(on: server.connect(as: narrow)).servers[0]
        }
    }
}
