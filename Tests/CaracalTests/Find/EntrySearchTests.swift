import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

@Suite struct EntrySearchTests {
    private let keys = SignatureTarget(key: Array("caracal.keys.invalidate".utf8))
    private let policies = SignatureTarget(key: Array("caracal.policy.invalidate".utf8))

    /// What a search finds: the first halves of the ids, and what it reports.
    private func find(
        _ search: EntrySearch,
        limit: Int = .max,
        on channel: ReconnectingChannel,
        afterPage: (EntrySearch.Progress) throws -> Void = { _ in }
    ) throws -> (ids: [UInt64], report: SearchReport) {
        var judge: EntryJudge?
        var ids: [UInt64] = []
        let report = try search.find(limit, on: channel, judge: &judge, clock: 0, afterPage: afterPage) {
            ids.append($0.id.milliseconds)
        }
        return (ids, report)
    }

    private func fill(_ server: SandboxServer, _ target: SignatureTarget, _ ids: some Sequence<Int>) throws
        -> Connection
    {
        let connection = try server.connect()
        let commands = ids.map {
            Command(
                "XADD",
                arguments: [target.key] + ["\($0)-0", "n", "\($0)", "even", "\($0 % 2 == 0)"].map { Array($0.utf8) }
            )
        }
        _ = try connection.pipeline(commands)
        return connection
    }

    private func even() throws -> MessageSelector { MessageSelector([try MessageCondition("even=true".utf8)]) }

    @Test(arguments: RedisBinary.allCases)
    func everyEntryThatIsMeantIsFoundFromEitherEnd(_ version: RedisBinary) throws {
        try withServer(version) { server in
            let channel = ReconnectingChannel(try fill(server, keys, 1...1_500))
            let expected = (1...750).map { UInt64(2 * $0) }
            let forwards = try find(EntrySearch(targets: [keys], selector: try even()), on: channel)
            #expect(forwards.ids == expected)
            #expect(forwards.report.searched == 1_500 && forwards.report.shown == 750 && forwards.report.isComplete)
            let search = EntrySearch(targets: [keys], selector: try even(), isNewestFirst: true)
            #expect(try find(search, on: channel).ids == expected.reversed())
            let part = EntrySearch(
                targets: [keys],
                selector: try even(),
                since: .id(EntryID(milliseconds: 100, sequence: 0)),
                until: .millisecond(110),
                isNewestFirst: true
            )
            #expect(try find(part, on: channel).ids == [110, 108, 106, 104, 102, 100])
        }
    }

    @Test func aLimitEndsTheSearchAndTheConnectionCanBeUsedAgain() throws {
        try withServer { server in
            let channel = ReconnectingChannel(try fill(server, keys, 1...1_000))
            for isNewestFirst in [false, true] {
                let search = EntrySearch(targets: [keys], selector: try even(), isNewestFirst: isNewestFirst)
                let found = try find(search, limit: 3, on: channel)
                #expect(found.ids == (isNewestFirst ? [1_000, 998, 996] : [2, 4, 6]))
                #expect(found.report.isLimited && !found.report.isComplete)
                #expect(try channel.connection.send(Command("PING")).root.text.map(Array.init) == Array("PONG".utf8))
            }
        }
    }

    @Test func theNewestOfSeveralStreamsComeInOneOrder() throws {
        try withServer { server in
            _ = try fill(server, policies, [3, 7, 500, 900])
            let channel = ReconnectingChannel(try fill(server, keys, [1, 3, 5, 7, 400, 600]))
            let search = EntrySearch(targets: [keys, policies], isNewestFirst: true)
            #expect(try find(search, on: channel).ids == [900, 600, 500, 400, 7, 7, 5, 3, 3, 1])
            let found = try find(search, limit: 3, on: channel)
            #expect(found.ids == [900, 600, 500])
            // What cannot be among the newest is not read.
            #expect(found.report.streams.map(\.searched) == [3, 2])
            let inTurn = EntrySearch(targets: [keys, policies])
            #expect(try find(inTurn, limit: 8, on: channel).ids == [1, 3, 5, 7, 400, 600, 3, 7])
        }
    }

    @Test(arguments: [false, true])
    func aLostConnectionLeavesNothingOutAndNothingTwice(isNewestFirst: Bool) throws {
        try withServer { server in
            let direct = try fill(server, keys, 1...300)
            // The handshake, the look at the stream and at the clock, and one page: the next one is lost on its way.
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(3 + 3 + 1), .swallowThenCut)])
            let channel = ReconnectingChannel(try proxy.connect()) { () throws(RedisError) in direct }
            let found = try find(EntrySearch(targets: [keys], isNewestFirst: isNewestFirst), on: channel)
            #expect(proxy.waitForFault())
            let all = Array(1...UInt64(300))
            #expect(found.ids == (isNewestFirst ? all.reversed() : all))
            #expect(found.report.searched == 300 && found.report.isComplete)
        }
    }

    @Test func whatIsTrimmedOrDeletedMeanwhileIsSaid() throws {
        try withServer { server in
            let direct = try fill(server, keys, 1...300)
            let channel = ReconnectingChannel(try server.connect())
            var isFirst = true
            let found = try find(EntrySearch(targets: [keys]), on: channel) { _ in
                // The second page is on its way already.
                if isFirst { _ = try direct.send(Command("XTRIM", "caracal.keys.invalidate", "MINID", "=", "201")) }
                isFirst = false
            }
            #expect(found.ids.last == 300)
            let missed = try #require(found.report.streams.first?.missed)
            #expect(missed > 0 && missed + UInt64(found.ids.count) == 300)
            #expect(found.report.findings { _ in .failure }.map(\.code) == [.missed])
        }
    }

    @Test func aStreamThatIsMadeAnewMeanwhileIsNotSearched() throws {
        try withServer { server in
            let direct = try fill(server, keys, 1...300)
            let channel = ReconnectingChannel(try server.connect())
            var isFirst = true
            let found = try find(EntrySearch(targets: [keys]), on: channel) { _ in
                guard isFirst else { return }
                isFirst = false
                _ = try direct.send(Command("DEL", "caracal.keys.invalidate"))
                _ = try direct.send(Command("XADD", "caracal.keys.invalidate", "1000-0", "new", "1"))
            }
            #expect(!found.ids.contains(1_000))
            #expect(found.report.findings { _ in .failure }.map(\.code) == [.missed])
        }
    }

    @Test func streamsThatCannotBeSearchedDoNotStopTheOthers() throws {
        try withServer { server in
            let channel = ReconnectingChannel(try fill(server, policies, [2]))
            _ = try channel.connection.send(Command("SET", "caracal.sessions.revoke", "x"))
            let revocations = SignatureTarget(key: Array("caracal.sessions.revoke".utf8))
            let dead = SignatureTarget(key: Array("caracal.sessions.revoke.dead".utf8), isOptional: true)
            let found = try find(EntrySearch(targets: [keys, revocations, dead, policies]), on: channel)
            #expect(found.ids == [2])
            #expect(found.report.findings { _ in .note }.map(\.code) == [.missing, .wrongType])
            #expect(found.report.streams.map(\.target) == [keys, revocations, policies])
        }
    }

    @Test func entriesAreCountedByAValue() throws {
        try withServer { server in
            let channel = ReconnectingChannel(try fill(server, keys, 1...101))
            let search = EntrySearch(targets: [keys], selector: MessageSelector([try MessageCondition("n>1".utf8)]))
            let path = try MessagePath("even".utf8)
            let (counts, report) = try search.count(by: path, on: channel, clock: 0) { _ in }
            #expect(counts.groups.map(\.count) == [50, 50])
            #expect(report.matched == 100 && report.searched == 101)
        }
    }
}
