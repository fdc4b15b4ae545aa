import RESP
import Redis
import TestSupport
import Testing

@testable import Caracal

/// What is found of messages that were sent before a connection was lost, on real servers.
@Suite struct LookBackTests {
    private static let key = "caracal.sessions.revoke"
    private static let stream = Array(key.utf8)

    private func id(_ number: UInt64) -> EntryID { EntryID(milliseconds: number, sequence: 0) }

    private func sent(_ name: String, _ value: String = "v") -> SentEntry {
        SentEntry(line: 1, fields: [(Array("a".utf8), Array(value.utf8)), (FieldName.outboxID, Array(name.utf8))])
    }

    /// What is there before a run, by the ids of its entries.
    private enum Before {
        case three, nothing
    }

    /// A mark at the end of what is there; what happens then; and what is found. `knowsCounts` is whether the server may be
    /// asked what it has counted.
    private func found(
        _ entries: [SentEntry],
        _ binary: RedisBinary = .v8_2,
        before: Before = .three,
        knowsCounts: Bool = true,
        after lines: String...
    ) throws -> LookBack.Found {
        try withServer(binary) { server in
            let connection = try server.connect()
            try connection.run("XGROUP CREATE \(Self.key) g $ MKSTREAM")
            if before == .three { for number in 1...3 { try connection.run("XADD \(Self.key) \(number)-0 a b") } }
            let counts = RemovalCount(try connection.pipeline(RemovalCount.commands))
            #expect(counts != nil)
            let mark = StreamMark(
                try connection.ask(XInfoStream(key: Self.stream)).get(),
                removals: knowsCounts ? counts : nil
            )
            for line in lines { try connection.run(line) }
            return try LookBack(stream: Self.stream, mark: mark).run(for: entries, on: connection).get()
        }
    }

    private func add(_ number: Int, _ name: String) -> String {
        "XADD \(Self.key) \(number)-0 a v outbox_id \(name)"
    }

    @Test(arguments: RedisBinary.allCases)
    func whatArrivedHasItsIDAndWhatDidNotHasNone(binary: RedisBinary) throws {
        let entries = [sent("m-1"), sent("m-2"), sent("m-3")]
        #expect(
            try found(entries, binary, after: add(4, "m-1"), add(5, "other"), add(6, "m-3"))
                == .ids([id(4), nil, id(6)])
        )
        #expect(try found(entries, binary) == .ids([nil, nil, nil]))
    }

    @Test func theSameNameWithOtherFieldsIsAnotherMessage() throws {
        #expect(try found([sent("m-1", "w")], after: add(4, "m-1")) == .ids([nil]))
    }

    @Test func ofSeveralThatAreTheSameEachEntryIsOne() throws {
        let twice = [sent("m-1"), sent("m-1"), sent("m-1")]
        guard case .ids(let ids) = try found(twice, after: add(4, "m-1"), add(5, "m-1")) else {
            Issue.record("the search is certain")
            return
        }
        #expect(Set(ids) == [id(4), id(5), nil])
    }

    @Test(arguments: RedisBinary.allCases)
    func trimmingBehindTheMarkLeavesWhatWasNotFoundUncertain(binary: RedisBinary) throws {
        let trim = "XTRIM \(Self.key) MINID = 5-0"
        let (first, second) = (add(4, "m-1"), add(5, "m-2"))
        #expect(try found([sent("m-1")], binary, after: first, second, trim) == .uncertain)
        #expect(try found([sent("m-2")], binary, after: first, second, trim) == .ids([id(5)]), "what is there is there")
    }

    /// Where entries are counted, trimming up to the mark takes nothing of what was sent.
    @Test(arguments: RedisBinary.allCases)
    func trimmingUpToTheMarkIsToldApartWhereEntriesAreCounted(binary: RedisBinary) throws {
        let trim = "XTRIM \(Self.key) MINID = 4-0"
        let certain = try found([sent("m-2")], binary, after: add(4, "m-1"), trim)
        #expect(certain == (binary == .v6_2 ? .uncertain : .ids([nil])))
    }

    /// A consumer that removes what it has done with: on Redis 6 the stream itself shows nothing of it.
    @Test(arguments: RedisBinary.allCases, [true, false])
    func aDeletionBehindTheMarkLeavesItUncertain(binary: RedisBinary, knowsCounts: Bool) throws {
        let (delete, other) = ("XDEL \(Self.key) 4-0", add(5, "other"))
        #expect(
            try found([sent("m-1")], binary, knowsCounts: knowsCounts, after: add(4, "m-1"), delete, other)
                == .uncertain
        )
        #expect(try found([sent("m-1")], binary, knowsCounts: knowsCounts, after: add(4, "m-1"), delete) == .uncertain)
    }

    /// `XTRIM … ACKED` takes entries behind the mark and leaves the greatest id deleted alone.
    @Test func trimmingWhatIsAcknowledgedLeavesItUncertain() throws {
        let read = "XREADGROUP GROUP g c STREAMS \(Self.key) >"
        let acknowledge = "XACK \(Self.key) g 4-0"
        let trim = "XTRIM \(Self.key) MAXLEN = 0 ACKED"
        #expect(try found([sent("m-1")], after: add(4, "m-1"), read, acknowledge, trim) == .uncertain)
    }

    /// On Redis 6 nothing but the server's counts proves that an entry was not there and removed.
    @Test func withoutCountsRedis6CanTellOnlyWhatNothingWasAddedAfter() throws {
        let other = add(5, "other")
        #expect(try found([sent("m-1")], .v6_2, knowsCounts: false, after: other) == .uncertain)
        #expect(try found([sent("m-1")], .v6_2, after: other) == .ids([nil]))
        #expect(try found([sent("m-1")], .v6_2, knowsCounts: false) == .ids([nil]))
    }

    /// One connection's commands run in order: behind the newest entry of the stream none ran.
    @Test(arguments: RedisBinary.allCases, [true, false])
    func whatWasSentAfterTheNewestEntryNeverRan(binary: RedisBinary, knowsCounts: Bool) throws {
        let entries = [sent("m-1"), sent("m-2"), sent("m-3")]
        for before in [Before.three, .nothing] {
            #expect(
                try found(
                    entries,
                    binary,
                    before: before,
                    knowsCounts: knowsCounts,
                    after: add(4, "m-1"),
                    add(5, "m-2")
                )
                    == .ids([id(4), id(5), nil])
            )
        }
    }

    /// An empty stream has no entry by which it could be told from one that was removed and made anew.
    @Test(arguments: RedisBinary.allCases)
    func anEmptyStreamThatWasMadeAnewIsNotTakenForTheSame(binary: RedisBinary) throws {
        let anew = ["DEL \(Self.key)", "XGROUP CREATE \(Self.key) g $ MKSTREAM"]
        #expect(
            try found([sent("m-1")], binary, before: .nothing, after: add(4, "m-1"), anew[0], anew[1]) == .uncertain
        )
        #expect(try found([sent("m-1")], binary, before: .nothing) == .ids([nil]))
        #expect(try found([sent("m-1")], binary, before: .nothing, knowsCounts: false) == .uncertain)
    }

    /// As many entries went as had been there: the difference of the counts is right by chance.
    @Test(arguments: RedisBinary.allCases)
    func aStreamThatWasMadeAnewIsNotTakenForTheSame(binary: RedisBinary) throws {
        let anew = ["DEL \(Self.key)"] + (4...7).map { add($0, "other-\($0)") } + ["XTRIM \(Self.key) MAXLEN = 1"]
        #expect(
            try found(
                [sent("m-1")],
                binary,
                after: add(4, "m-1"),
                anew[0],
                anew[1],
                anew[2],
                anew[3],
                anew[4],
                anew[5]
            ) == .uncertain
        )
    }

    @Test func aStreamThatEndsBeforeTheMarkLostWhatCameLater() throws {
        let lines = ["DEL \(Self.key)", "XADD \(Self.key) 1-0 a b"]
        #expect(try found([sent("m-1")], after: lines[0], lines[1]) == .setBack(to: id(1)))
        #expect(try found([sent("m-1")], after: lines[0]) == .uncertain)
    }

    /// A stream of Redis 6 that was carried over: its counts begin at its length, and their difference is right.
    @Test func aStreamThatCameFromRedis6IsCountedByTheDifference() throws {
        try withServer(.v6_2) { old in
            let source = try old.connect()
            for number in 1...5 { try source.run("XADD \(Self.key) \(number)-0 a b") }
            try source.run("XDEL \(Self.key) 2-0 3-0")
            let dump = try #require(try source.send(Command("DUMP", Self.key)).root.text)
            try withServer(.v8_2) { server in
                let connection = try server.connect()
                _ = try connection.send(Command("RESTORE", arguments: [Self.stream, Array("0".utf8), Array(dump)]))
                let mark = StreamMark(
                    try connection.ask(XInfoStream(key: Self.stream)).get(),
                    removals: RemovalCount(try connection.pipeline(RemovalCount.commands))
                )
                #expect(mark.entriesAdded == 3)
                let look = LookBack(stream: Self.stream, mark: mark)
                try connection.run(add(6, "m-1"))
                #expect(try look.run(for: [sent("m-2")], on: connection).get() == .ids([nil]))
                try connection.run("XDEL \(Self.key) 6-0")
                try connection.run(add(7, "other"))
                #expect(try look.run(for: [sent("m-1")], on: connection).get() == .uncertain)
            }
        }
    }

    /// The server had acknowledged an entry, lost it, and was given others since.
    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func anAcknowledgedEntryThatIsLostIsSaid(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            for number in 1...3 { try connection.run("XADD \(Self.key) \(number)-0 a b") }
            var mark = StreamMark(try connection.ask(XInfoStream(key: Self.stream)).get(), removals: nil)
            mark.note(id(4))
            try connection.run(add(5, "other"))
            let look = LookBack(stream: Self.stream, mark: mark)
            #expect(try look.run(for: [sent("m-1")], on: connection).get() == .lost(id(4)))
        }
    }
}
