import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

@Suite struct GrowthTests {
    private let start = ContinuousClock.now
    private let stream = StreamTable["audit.events"]

    @Test func whatIsAddedAndWhatIsTrimmedAreToldApart() throws {
        let growth = try #require(
            Growth(from: look(0, length: 1000, added: 5000), to: look(10, length: 1000, added: 6000))
        )
        #expect(growth.milliseconds == 10_000)
        #expect(growth.added == [stream.name: 100])
        #expect(growth.longer == [stream.name: 0])
        #expect(growth.usedBytes == 0)
    }

    @Test func beforeRedis7TheLengthIsAllThereIs() throws {
        let growth = try #require(
            Growth(from: look(0, length: 1000, added: nil), to: look(2, length: 1500, added: nil, used: 3000))
        )
        #expect(growth.added == [stream.name: 250])
        #expect(growth.usedBytes == 1000)
    }

    @Test func noTimeNoRate() {
        #expect(Growth(from: look(0, length: 1, added: 1), to: look(0, length: 2, added: 2)) == nil)
    }

    @Test func aStreamBeginsAnewWhenItsCountGoesBack() throws {
        let growth = try #require(Growth(from: look(0, length: 9, added: 50), to: look(1, length: 3, added: 3)))
        #expect(growth.added == [stream.name: -6])
    }

    @Test(arguments: RedisBinary.allCases)
    func aWatchOfAQuietServerSeesNoGrowth(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 100mb"]) { server in
            try server.fill("caracal.audit.events", 100, .small)
            let rules = MemoryRules(ratePeriod: .milliseconds(1))
            let report = try Memory(streams: [stream], rules: rules).run(on: server.connect()).servers[0]
            #expect(report.growth?.added == [stream.name: 0])
            #expect(report.forecast.end == .never)
        }
    }

    @Test func memoryIsFullWhenWhatGrowsHasFilledIt() throws {
        try withServer(extra: ["maxmemory 100mb"]) { server in
            try server.fill("caracal.audit.events", 1000, .large)
            let report = try Memory(streams: [stream]).run(on: server.connect()).servers[0]
            let growth = Growth(from: look(0, length: 0, added: 0), to: look(1, length: 1000, added: 1000))
            let forecast = MemoryForecast(report.streams, report.server, headroom: 0.2, growth: growth)
            guard case .after(let milliseconds) = forecast.end else {
                Issue.record("\(forecast.end)")
                return
            }
            let free = Double(100 << 20) - Double(try #require(report.server.used.value))
            let rate = 1000 * (try #require(report.streams[0].bytesPerEntry))
            #expect(milliseconds == UInt64((free / rate * 1000).rounded()))
        }
    }

    /// Keys of another database, and dead letters, are in no stream that is watched.
    @Test(
        arguments: [
            // Entries that were added in ten seconds, other bytes that came, and the bytes in a second that go on without end.
            (0, 40 << 20, 4 << 20), (0, 50_000, nil), (0, -40 << 20, nil), (1000, 0, nil), (1000, 40 << 20, 4 << 20),
            (-1000, 40 << 20, 4 << 20),
        ] as [(Int, Int, Int?)]
    )
    func whatNoStreamExplainsGoesOnWithoutEnd(added: Int, others: Int, rate: Int?) throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            try server.fill("caracal.audit.events", 2000, .small)
            let report = try Memory(streams: [stream]).run(on: server.connect()).servers[0]
            let each = try #require(report.streams[0].bytesPerEntry)
            let start = 1 << 30
            let used = UInt64(start + others + Int((Double(added) * each).rounded()))
            let growth = Growth(
                from: look(0, length: 2000, added: 2000, used: UInt64(start)),
                to: look(10, length: UInt64(2000 + added), added: 2000, used: used)
            )
            let end = MemoryForecast(report.streams, report.server, headroom: 0.2, growth: growth).end
            guard let rate else {
                #expect(end == .never)
                return
            }
            let free = Double(2 << 30) - Double(try #require(report.server.used.value))
            guard case .after(let milliseconds) = end else {
                Issue.record("\(end)")
                return
            }
            // It is full before the stream is at its bound.
            let foretold = free / (Double(rate) + Double(max(0, added)) / 10 * each) * 1000
            #expect(abs(Double(milliseconds) / foretold - 1) < 0.001, "\(milliseconds), \(foretold)")
        }
    }

    /// What grows may be the stream that may not be looked at, which its bound ends.
    @Test func whatGrowsBesideAStreamThatIsRefusedMayEnd() throws {
        try withServer(extra: ["maxmemory 2gb", "user narrow on >pw ~other +@all"]) { server in
            let report = try Memory(streams: [stream]).run(on: server.connect(as: narrow)).servers[0]
            let grown = { (used: UInt64) in
                Growth(
                    from: GrowthLook(at: start, report.streams.map(\.observed), used: 1000),
                    to: GrowthLook(at: start + .seconds(10), report.streams.map(\.observed), used: used)
                )
            }
            let end = { MemoryForecast(report.streams, report.server, headroom: 0.2, growth: $0).end }
            #expect(end(grown(40 << 20)) == .unknown)
            #expect(end(grown(1000)) == .never)
        }
    }

    /// 26 kB in a second, over ten, may be buffers of clients, and would fill two gigabytes within a day.
    @Test func whatMayBeNoiseAndMayFillTheServerSoonIsNotKnown() throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let report = try Memory(streams: [stream]).run(on: server.connect()).servers[0]
            let end = { (seconds: Int, bytes: UInt64) in
                MemoryForecast(
                    report.streams,
                    report.server,
                    headroom: 0.2,
                    growth: Growth(
                        from: look(0, length: 0, added: 0, used: 0),
                        to: look(seconds, length: 0, added: 0, used: bytes)
                    )
                ).end
            }
            #expect(end(10, 260_000) == .unknown)
            #expect(end(1, 100_000) == .unknown)
            #expect(end(10, 100_000) == .never)
        }
    }

    private func look(_ seconds: Int, length: UInt64, added: UInt64?, used: UInt64 = 1000) -> GrowthLook {
        let info = StreamInfo(
            length: length,
            lastGeneratedID: .zero,
            groups: 0,
            firstID: nil,
            lastID: nil,
            entriesAdded: added
        )
        let observed = ObservedStream(definition: stream, state: .stream(info, groups: []))
        return GrowthLook(at: start + .seconds(seconds), [observed], used: used)
    }
}
