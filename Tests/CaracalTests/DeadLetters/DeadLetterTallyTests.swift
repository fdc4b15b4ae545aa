import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

@Suite struct DeadLetterTallyTests {
    private static let queue = "caracal.audit.events.dlq"
    private static let targets = SignatureTarget.deadLetters.map(\.stream)

    @Test(arguments: RedisBinary.allCases)
    func eachLookCountsWhatTheSummaryCountsAndReadsOnlyWhatIsNew(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            var tally = DeadLetterTally()
            let add = { (reason: String, stream: String) throws -> Void in
                try connection.run("XADD \(stream) * reason \(reason) data {}")
            }
            try expectSame(&tally, connection, reads: 0, "nothing is there")
            for reason in ["a:1", "b:2", "a:3"] { try add(reason, Self.queue) }
            try add("c", "caracal.keys.invalidate.dead")
            try expectSame(&tally, connection, reads: 2, "both streams are new")
            try expectSame(&tally, connection, reads: 0, "nothing is new")
            try add("b:4", Self.queue)
            try expectSame(&tally, connection, reads: 1, "one stream has one more")
            let page = try connection.run("XRANGE \(Self.queue) - + COUNT 2").root
            let second = String(decoding: page[1]?[0]?.text ?? [], as: UTF8.self)
            try connection.run("XDEL \(Self.queue) \(second)")
            try expectSame(&tally, connection, reads: 1, "one in the middle was removed")
            try connection.run("XTRIM \(Self.queue) MAXLEN 1")
            try expectSame(&tally, connection, reads: 1, "the first ones were removed")
            try connection.run("DEL \(Self.queue)")
            try expectSame(&tally, connection, reads: 0, "the stream was removed")
            try connection.run("XADD \(Self.queue) 1-0 reason z data {}")
            try expectSame(&tally, connection, reads: 1, "it began again, with smaller ids")
            try connection.run("DEL \(Self.queue)")
            try connection.run("XADD \(Self.queue) 1-0 reason another data {}")
            try expectSame(&tally, connection, reads: 1, "it began again, with the same id")
            try connection.run("XTRIM \(Self.queue) MAXLEN 0")
            try expectSame(&tally, connection, reads: 1, "it was emptied")
            try expectSame(&tally, connection, reads: 0, "it stays empty")
        }
    }

    @Test func anotherKeyHasEveryDeadLetterCheckedAgain() throws {
        try withServer { server in
            let connection = try server.connect()
            try connection.run("XADD \(Self.queue) * reason a src_data {} src_sig \(String(repeating: "0", count: 64))")
            var tally = DeadLetterTally()
            let keys = [SignatureKeys(), CheckSupport.keys]
            let outcomes = try keys.map { keys in
                let groups = try look(&tally, connection, keys).report.streams.flatMap(\.groups)
                return groups.map { [$0.unchecked, $0.invalid] }
            }
            #expect(outcomes == [[[1, 0]], [[0, 1]]])
        }
    }

    @Test func whatThereIsNoTimeForIsCountedOnAtTheNextLook() throws {
        try withServer { server in
            let connection = try server.connect()
            _ = try connection.pipeline((1...250).map { Command("XADD", Self.queue, "\($0)-0", "reason", "x") })
            var tally = DeadLetterTally()
            let counts = try (1...3).map { _ in
                let seen = try look(&tally, connection, until: .after(.zero))
                return seen.isWhole ? seen.report.count : nil
            }
            #expect(counts == [nil, nil, 250])
        }
    }

    private func look(
        _ tally: inout DeadLetterTally,
        _ connection: Connection,
        _ keys: SignatureKeys = SignatureKeys(),
        until deadline: Deadline = .after(.seconds(30))
    ) throws -> DeadLetterTally.Seen {
        let look = try StreamLook(streams: Self.targets, includesGroups: false).run(on: connection)
        return try tally.look(at: look.streams, now: look.now ?? 0, on: connection, keys: keys, until: deadline)
    }

    private func expectSame(
        _ tally: inout DeadLetterTally,
        _ connection: Connection,
        reads: Int,
        _ comment: Comment
    ) throws {
        try connection.run("CONFIG RESETSTAT")
        let seen = try look(&tally, connection)
        #expect(try connection.commandCounts()["xrange", default: 0] == reads, comment)
        var judge = try DeadLetterJudge(keys: SignatureKeys())
        let summary = try DeadLetterSummary(selection: DeadLetterSelection()).run(on: connection, &judge, clock: 0)
        #expect(seen.isWhole, comment)
        let there = summary.streams.filter { $0.look.state.info != nil }
        #expect(seen.report.streams.map(\.groups) == there.map(\.groups), comment)
        #expect(seen.report.streams.map(\.count) == there.map(\.count), comment)
    }
}
