import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// How old what waits is, and when it will be gone.
@Suite struct FlowTests {
    private static let stream = StreamTable["keys.invalidate"]

    private static func group(_ lag: Quantity, reported: UInt64? = nil) -> GroupStanding {
        let name = Array("g".utf8)
        var group = GroupStanding(stream: stream, name: name, info: GroupInfo(name: name, lastDeliveredID: .zero))
        group.lag = lag
        group.reportedLag = reported
        return group
    }

    static let drains: [(Quantity, UInt64?, Double?, Double?, Drain)] = [
        (.exact(0), nil, nil, nil, .done), (.exact(0), nil, 5, 0, .done), (.exact(100), nil, 10, 60, .after(2_000)),
        (.exact(100), nil, 10, 10, .never), (.exact(100), nil, 0, 0, .never), (.exact(100), nil, 10, 9, .never),
        (.exact(100), nil, nil, 10, .unknown), (.exact(100), nil, 10, nil, .unknown),
        (.atLeast(100), nil, 1, 2, .unknown), (.atLeast(100), 500, 0, 50, .after(10_000)),
        (.atLeast(100), nil, 2, 1, .never), (.unknown, nil, 2, 1, .unknown), (.unknown, 10, 0, 1, .after(10_000)),
        (.atMost(7), nil, 2, 1, .unknown), (.exact(.max), nil, 0, 0.001, .after(1 << 53)),
    ]

    @Test(arguments: drains)
    func aLagDrainsOnlyWhereMoreGoesThanComes(
        lag: Quantity,
        reported: UInt64?,
        rateIn: Double?,
        rateOut: Double?,
        drain: Drain
    ) {
        #expect(Drain(of: Self.group(lag, reported: reported), rateIn: rateIn, rateOut: rateOut) == drain)
        let expected: UInt64? =
            switch drain {
            case .done: 0
            case .after(let time): time
            case .never, .unknown: nil
            }
        #expect(drain.milliseconds == expected)
    }

    @Test func aGroupThatIsMissingDrainsNowhere() {
        let missing = GroupStanding(stream: Self.stream, name: Array("g".utf8), info: nil)
        #expect(Drain(of: missing, rateIn: 1, rateOut: 0) == .unknown)
    }

    private func group(_ connection: Connection) throws -> GroupStanding {
        try #require(
            try PendingSummary(streams: [Self.stream], group: Array("g".utf8)).run(on: connection).groups.first
        )
    }

    /// Ages are by the server's clock.
    @Test(arguments: RedisBinary.allCases)
    func behindIsTheAgeOfTheOldestEntryThatWaits(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let now = try #require(try connection.ask(ServerTime()).value)
            let ids = [100_000, 60_000, 30_000, 20_000].map { "\(now - UInt64($0))-0" }
            for id in ids { try connection.run("XADD caracal.keys.invalidate \(id) a b") }
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 0")
            #expect(try group(connection).nextID?.description == ids[0])
            #expect(try #require(try group(connection).behind) >= 100_000)
            try connection.run("XREADGROUP GROUP g c COUNT 1 STREAMS caracal.keys.invalidate >")
            #expect(try group(connection).nextID?.description == ids[1])
            try connection.run("XDEL caracal.keys.invalidate \(ids[1])")
            let standing = try group(connection)
            #expect(standing.nextID?.description == ids[2])
            #expect(try (30_000..<60_000).contains(#require(standing.behind)))
            #expect(standing.lag == .exact(2))
            try connection.run("XREADGROUP GROUP g c COUNT 9 STREAMS caracal.keys.invalidate >")
            #expect(try group(connection).nextID == nil)
            #expect(try group(connection).behind == 0)
        }
    }

    @Test func anIdAheadOfTheClockIsLessThanNothingBehind() throws {
        try withServer { server in
            let connection = try server.connect()
            let now = try #require(try connection.ask(ServerTime()).value)
            try connection.run("XADD caracal.keys.invalidate \(now + 86_400_000)-0 a b")
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 0")
            let behind = try #require(try group(connection).behind)
            #expect((-86_400_000 ... -86_000_000).contains(behind))
        }
    }

    /// What is no time, what stands beyond the stream, and what may not be looked at, has no age; none of them is 0.
    @Test func whatHasNoTimeIsNotKnown() throws {
        try withServer(extra: ["user blind on nopass ~* +@all -xrange", "user deaf on nopass ~* +@all -time"]) {
            server in
            let connection = try server.connect()
            for id in 1...3 { try connection.run("XADD caracal.keys.invalidate \(id)-0 a b") }
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 1-0")
            #expect(try group(connection).behind == nil)
            #expect(try group(connection).nextID?.description == "2-0")
            try connection.run("XADD caracal.keys.invalidate * a b")
            try connection.run("XGROUP SETID caracal.keys.invalidate g 3-0")
            #expect(try group(connection).behind != nil)
            for user in ["blind", "deaf"] {
                try connection.run("AUTH \(user) x")
                #expect(try group(connection).behind == nil)
            }
            try connection.run("AUTH default x")
            try connection.run("XGROUP SETID caracal.keys.invalidate g 9999999999999999-0")
            #expect(try group(connection).behind == nil)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func ratesBetweenTwoLooksAreWhatCameAndWent(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            for id in 1...50 { try connection.run("XADD caracal.keys.invalidate \(id)-0 a b") }
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 0")
            let look = PendingSummary(streams: [Self.stream], group: Array("g".utf8))
            let first = try look.run(on: connection)
            for id in 51...60 { try connection.run("XADD caracal.keys.invalidate \(id)-0 a b") }
            try connection.run("XREADGROUP GROUP g c COUNT 30 STREAMS caracal.keys.invalidate >")
            var second = try look.run(on: connection)
            while second.now == first.now { second = try look.run(on: connection) }
            let flow = try #require(second.flows(since: first).first)
            let seconds = Double(try #require(second.now) - (try #require(first.now))) / 1000
            guard binary != .v6_2 else {
                #expect(flow == GroupFlow(of: second.groups[0], rateIn: nil, rateOut: nil), "6.2 does not count")
                #expect(flow.drain == .unknown)
                return
            }
            #expect(flow.rateIn == 10 / seconds)
            #expect(flow.rateOut == 30 / seconds)
            #expect(flow.drain == .after(UInt64(30 / (30 / seconds - 10 / seconds) * 1000)))
            let standing = try look.run(on: connection).flows(since: second)[0]
            #expect(standing.drain == (standing.rateIn == nil ? .unknown : .never))
        }
    }
}
