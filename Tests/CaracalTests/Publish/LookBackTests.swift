import Redis
import TestSupport
import Testing

@testable import Caracal

/// What is found of messages that were sent before a connection was lost, on real servers.
@Suite struct LookBackTests {
    private static let key = "caracal.sessions.revoke"

    private func id(_ number: UInt64) -> EntryID { EntryID(milliseconds: number, sequence: 0) }

    private func sent(_ name: String, _ value: String = "v") -> SentEntry {
        SentEntry(line: 1, fields: [(Array("a".utf8), Array(value.utf8)), (FieldName.outboxID, Array(name.utf8))])
    }

    /// Three entries, the last of which is the mark; what happens then; and what is found.
    private func found(
        _ entries: [SentEntry],
        _ binary: RedisBinary = .v8_2,
        after lines: String...
    ) throws -> LookBack.Found {
        try withServer(binary) { server in
            let connection = try server.connect()
            for number in 1...3 { try connection.run("XADD \(Self.key) \(number)-0 a b") }
            let mark = StreamMark(try connection.ask(XInfoStream(key: Array(Self.key.utf8))).get())
            for line in lines { try connection.run(line) }
            return try LookBack(stream: Array(Self.key.utf8), mark: mark).run(for: entries, on: connection).get()
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

    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func aDeletionBehindTheMarkLeavesItUncertain(binary: RedisBinary) throws {
        #expect(try found([sent("m-1")], binary, after: add(4, "m-1"), "XDEL \(Self.key) 4-0") == .uncertain)
    }

    @Test func aStreamThatEndsBeforeTheMarkLostWhatCameLater() throws {
        let lines = ["DEL \(Self.key)", "XADD \(Self.key) 1-0 a b"]
        #expect(try found([sent("m-1")], after: lines[0], lines[1]) == .setBack(to: id(1)))
        #expect(try found([sent("m-1")], after: lines[0]) == .uncertain)
    }
}
