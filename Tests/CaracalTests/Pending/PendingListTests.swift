import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct PendingListTests {
    /// The ids and places of what a walk shows, page by page.
    private func walk(
        _ connection: Connection,
        _ filter: PendingFilter = PendingFilter(),
        limit: UInt64? = nil,
        during: () throws -> Void = {}
    ) throws -> (pages: [[ListedEntry]], ending: PendingList.Ending) {
        let list = PendingList(stream: Stuck.stream, group: Stuck.group, filter: filter, limit: limit)
        let report = try list.look(on: connection, limits: PendingLimits()).get()
        let info = try #require(report.groups[0].info)
        var pages: [[ListedEntry]] = []
        let ending = try list.walk(info, on: connection) {
            pages.append($0)
            try during()
        }
        return (pages, ending)
    }

    private func ids(_ pages: [[ListedEntry]]) -> [UInt64] {
        pages.flatMap { $0.map(\.entry.id.milliseconds) }
    }

    @Test(arguments: RedisBinary.allCases)
    func everyEntryIsShownOnceInPages(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let observer = try server.connect()
            try Stuck.fill(observer, count: 2_500)
            try Stuck.deliver(2_500, to: "c1", observer)
            let before = try Stuck.fingerprint(observer)
            let (pages, ending) = try walk(server.connect())
            #expect(pages.map(\.count) == [1_000, 1_000, 500])
            #expect(ids(pages) == Array(1...2_500))
            #expect(pages.joined().allSatisfy { $0.presence == .present })
            #expect(ending.isWhole && ending.shown == 2_500)
            #expect(try Stuck.fingerprint(observer) == before)
        }
    }

    /// Where the entries are is asked for beside the pages, in whichever way.
    @Test(arguments: RedisBinary.allCases)
    func entriesOfEveryPageAreToldApart(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let gone: Set<UInt64> = [2, 17, 999, 1_000, 1_001, 2_400, 3_399]
            try Stuck.fill(connection, count: 3_500)
            try Stuck.deliver(3_400, to: "c1", connection)
            try connection.run("XDEL caracal.audit.events \(gone.map { "\($0)-0" }.joined(separator: " "))")
            // Of most entries of the third page none is pending: a script looks for the others.
            for id in 2_010...2_900 where !id.isMultiple(of: 12) {
                try connection.run("XACK caracal.audit.events audit-ingestor \(id)-0")
            }
            let acknowledged = Set((2_010...2_900).filter { !$0.isMultiple(of: 12) }.map { UInt64($0) })
            let expected = (1...3_400).filter { !acknowledged.contains($0) }
            let listed = try walk(connection).pages.flatMap { $0 }
            #expect(listed.map(\.entry.id.milliseconds) == expected)
            #expect(listed.map(\.presence) == expected.map { gone.contains($0) ? .deleted : .present })
            let (lost, ending) = try walk(connection, PendingFilter(isLostOnly: true))
            #expect(ids(lost) == gone.sorted())
            #expect(ending.isWhole && ending.shown == 7)
            for limit in [1, 4, 6] as [UInt64] {
                let (pages, ending) = try walk(connection, PendingFilter(isLostOnly: true), limit: limit)
                #expect(ids(pages) == Array(gone.sorted().prefix(Int(limit))))
                #expect(!ending.isWhole && ending.shown == limit)
            }
            #expect(try walk(connection, PendingFilter(isLostOnly: true), limit: 7).ending.isWhole)
        }
    }

    /// What was asked ahead is taken in: the connection can be used on.
    @Test func aListThatIsCutLeavesTheConnectionReusable() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 5_000)
            try Stuck.deliver(5_000, to: "c1", connection)
            try connection.run("XDEL caracal.audit.events 3-0 4-0")
            for (filter, limit) in [(PendingFilter(), 1_500), (PendingFilter(isLostOnly: true), 1)]
                as [(PendingFilter, UInt64)]
            {
                let (pages, ending) = try walk(connection, filter, limit: limit)
                #expect(UInt64(ids(pages).count) == limit && !ending.isWhole)
                #expect(connection.isReusable)
            }
        }
    }

    @Test func aListOfWholePagesEndsToo() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 2_000)
            try Stuck.deliver(2_000, to: "c1", connection)
            #expect(try walk(connection).pages.map(\.count) == [1_000, 1_000])
        }
    }

    /// The end of the walk is known from the second page on.
    @Test func aGroupThatIsGivenMoreDuringTheWalkDoesNotKeepItGoing() throws {
        try withServer { server in
            let connection = try server.connect()
            let consumer = try server.connect()
            try Stuck.fill(connection, count: 9_000)
            try Stuck.deliver(2_500, to: "c1", connection)
            var shown = 0
            let (pages, ending) = try walk(connection) {
                shown += 1
                if shown > 1 { try Stuck.deliver(1_000, to: "c1", consumer) }
            }
            #expect(ids(pages) == Array(1...2_500))
            #expect(ending.isWhole)
        }
    }

    /// XGROUP SETID moves the group's position back, and XCLAIM FORCE adds what lies beyond it: neither hides anything.
    @Test(arguments: RedisBinary.allCases)
    func entriesBeyondTheGroupsPositionAreShown(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 2_600)
            try Stuck.deliver(2_500, to: "c1", connection)
            try connection.run("XGROUP SETID caracal.audit.events audit-ingestor 7-0")
            try connection.run("XCLAIM caracal.audit.events audit-ingestor c2 0 2550-0 FORCE JUSTID")
            try connection.run("XDEL caracal.audit.events 2400-0")
            let (pages, ending) = try walk(connection)
            #expect(ids(pages) == Array(1...2_500) + [2_550])
            #expect(ending.isWhole && ending.shown == 2_501)
            #expect(try ids(walk(connection, PendingFilter(isLostOnly: true)).pages) == [2_400])
            #expect(try ids(walk(connection, PendingFilter(consumer: Array("c2".utf8))).pages) == [2_550])
        }
    }

    /// Many are found whatever the user may run.
    @Test(arguments: RedisBinary.allCases)
    func entriesAreToldApartWithAndWithoutScripts(binary: RedisBinary) throws {
        let rights = binary == .v6_2 ? "-eval" : "-eval -eval_ro"
        for extra in [[], ["user default on nopass ~* +@all \(rights)"]] {
            try withServer(binary, extra: extra) { server in
                let connection = try server.connect()
                try Stuck.fill(connection, count: 400)
                try Stuck.deliver(300, to: "c1", connection)
                try connection.run("XDEL caracal.audit.events 7-0 150-0 299-0 350-0")
                #expect(try ids(walk(connection, PendingFilter(isLostOnly: true)).pages) == [7, 150, 299])
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func entriesThatAreGoneAreToldApart(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 6)
            try Stuck.deliver(5, to: "c1", connection)
            try connection.run("XTRIM caracal.audit.events MINID 3-0")
            try connection.run("XDEL caracal.audit.events 4-0")
            let places = try walk(connection).pages.flatMap { $0.map(\.presence) }
            #expect(places == [.trimmed, .trimmed, .present, .deleted, .present])
            let (lost, ending) = try walk(connection, PendingFilter(isLostOnly: true))
            #expect(ids(lost) == [1, 2, 4])
            #expect(ending.isWhole)
        }
    }

    /// Only the first and the last entry of the stream are known to be there.
    @Test func entriesAreLookedForWhereTheStreamsEndsLeaveItOpen() throws {
        try withServer { server in
            let observer = try server.connect()
            try Stuck.fill(observer, count: 50)
            try Stuck.deliver(50, to: "c1", observer)
            try observer.run("XDEL caracal.audit.events 7-0")
            try observer.run("CONFIG RESETSTAT")
            _ = try walk(server.connect())
            #expect(try observer.commandCounts()["xrange"] == 48)
        }
    }

    @Test func filtersAreHeldAgainstTheEntriesHere() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            try Stuck.deliver(5, to: "c1", connection)
            try Stuck.deliver(5, to: "c2", connection)
            try Stuck.age(2, of: "c1", idle: 60_000, deliveries: 3, connection)
            try Stuck.age(7, of: "c2", idle: 7_200_000, deliveries: 2, connection)
            #expect(try ids(walk(connection, PendingFilter(consumer: Array("c2".utf8))).pages) == [6, 7, 8, 9, 10])
            #expect(try ids(walk(connection, PendingFilter(minIdle: 60_000)).pages) == [2, 7])
            #expect(try ids(walk(connection, PendingFilter(minIdle: 3_600_000)).pages) == [7])
            #expect(try ids(walk(connection, PendingFilter(minDeliveries: 3)).pages) == [2])
            let nobody = Array("nobody".utf8)
            let list = PendingList(
                stream: Stuck.stream,
                group: Stuck.group,
                filter: PendingFilter(consumer: nobody),
                limit: nil
            )
            let refusal = StreamProblem.unknownConsumer(Stuck.stream, group: Stuck.group, consumer: nobody)
            #expect(try list.look(on: connection, limits: PendingLimits()) == .failure(refusal))
        }
    }

    @Test(arguments: [(4, false), (5, true), (6, true)] as [(UInt64, Bool)])
    func aCountEndsTheListAndSaysWhetherThereIsMore(limit: UInt64, isWhole: Bool) throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 9)
            try Stuck.deliver(5, to: "c1", connection)
            let (pages, ending) = try walk(connection, limit: limit)
            #expect(ending.shown == min(5, limit))
            #expect(ending.isWhole == isWhole)
            #expect(ids(pages) == Array(1...min(5, limit)))
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aConsumerIsJudgedByWhatItHolds(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 200)
            try Stuck.deliver(150, to: "c1", connection)
            try Stuck.deliver(5, to: "c2", connection)
            try Stuck.age(151, of: "c2", idle: 60_000, deliveries: 1, connection)
            let list = PendingList(stream: Stuck.stream, group: Stuck.group, filter: PendingFilter(), limit: nil)
            let group = try list.look(on: connection, limits: PendingLimits()).get().groups[0]
            #expect(group.consumers?.map(\.info.name.readable) == ["c1", "c2"])
            #expect(group.consumers?.map(\.state) == [.active, .stuck])
        }
    }

    @Test func aGroupThatIsNotThereIsRefused() throws {
        try withServer { server in
            let connection = try server.connect()
            let list = PendingList(stream: Stuck.stream, group: Array("no".utf8), filter: PendingFilter(), limit: nil)
            #expect(try list.look(on: connection, limits: PendingLimits()) == .failure(.missing(Stuck.stream)))
            try provision(connection)
            let refusal = StreamProblem.noGroup(Stuck.stream, Array("no".utf8))
            #expect(try list.look(on: connection, limits: PendingLimits()) == .failure(refusal))
            #expect(try connection.run("XINFO GROUPS caracal.audit.events").root.count == 2)
        }
    }
}
