import Redis
import Testing

@testable import Caracal

/// What is made of a row whose entry is not in its stream: never called lost where it may have been removed.
@Suite struct MissingRowTests {
    /// Its entry was added from 1,000 to 2,000.
    private func isLost(
        length: UInt64 = 10,
        added: UInt64? = 10,
        first: UInt64?,
        last: UInt64 = 9_000,
        deleted: UInt64? = 0,
        bound: UInt64? = 100,
        isReplica: Bool = false
    ) -> Bool {
        let info = StreamInfo(
            length: length,
            lastGeneratedID: EntryID(milliseconds: last, sequence: 0),
            groups: 1,
            firstID: first.map { EntryID(milliseconds: $0, sequence: 0) },
            lastID: first.map { _ in EntryID(milliseconds: last, sequence: 0) },
            entriesAdded: added,
            maxDeletedID: deleted.map { EntryID(milliseconds: $0, sequence: 0) }
        )
        return MissingRow(at: 1_000...2_000, in: .stream(info, groups: []), bound: bound, isReplica: isReplica).isLost
    }

    @Test func aStreamThatEndsBeforeItsTimeNeverHadIt() {
        #expect(isLost(first: 500, last: 999))
        #expect(isLost(length: 0, added: 0, first: nil, last: 0))
        #expect(isLost(added: nil, first: 500, last: 999, deleted: nil))
        #expect(!isLost(first: 500, last: 1_000, deleted: 1_000))
    }

    @Test func whatWasTrimmedMayHaveBeenIt() {
        #expect(!isLost(added: 11, first: 2_001))
        #expect(!isLost(added: 11, first: 1_000))
        #expect(isLost(added: 11, first: 999))
        #expect(!isLost(length: 0, added: 11, first: nil))
    }

    @Test func whatWasDeletedMayHaveBeenIt() {
        #expect(!isLost(added: 11, first: 500, deleted: 1_000))
        #expect(isLost(added: 11, first: 500, deleted: 999))
    }

    @Test func aStreamMadeAnewHasLostIt() {
        #expect(isLost(first: 2_001))
        #expect(isLost(first: 1_500))
    }

    /// An upgrade from Redis 6 makes `entries-added` the length.
    @Test func aFullStreamMayHaveBeenTrimmedBeforeAnUpgrade() {
        #expect(!isLost(length: 100, added: 100, first: 2_001))
        #expect(!isLost(length: 100, added: 100, first: 1_500))
        #expect(isLost(length: 99, added: 99, first: 2_001))
        #expect(isLost(length: 100, added: 100, first: 999))
        #expect(!isLost(length: 100_000, added: 100_000, first: 2_001, bound: nil))
        #expect(!isLost(length: 100_000, added: 100_000, first: 2_001, bound: 1_000_000))
    }

    @Test func beforeRedis7NothingElseIsKnown() {
        #expect(!isLost(added: nil, first: 2_001, deleted: nil))
        #expect(!isLost(added: nil, first: 500, deleted: nil))
    }

    @Test func aReplicaMayLackIt() {
        #expect(!isLost(first: 500, last: 999, isReplica: true))
        #expect(!MissingRow(at: 1_000...2_000, in: .missing, bound: nil, isReplica: true).isLost)
        #expect(MissingRow(at: 1_000...2_000, in: .missing, bound: nil, isReplica: false).isLost)
    }
}

/// The ids of rows, with what was found of each.
@Suite struct OutboxIDTableTests {
    @Test func entriesAreCountedByRowAndStream() {
        var table = OutboxIDTable()
        let ids =
            ["019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1", "019B8414-9F07-7D6E-8D35-C5A5F5C6C6A1", "x", ""]
            + ["00000000-0000-0000-0000-000000000000"]
        for id in ids { table.insert(Array(id.utf8).span, stream: 3) }
        #expect(table.count == ids.count)
        for id in ids {
            let bytes = Array(id.utf8)
            #expect(table.note(bytes.span, in: 2) == .otherStream)
            #expect(missing(table).contains(id))
            #expect(table.note(bytes.span, in: 3) == .first)
            #expect(!missing(table).contains(id))
            #expect(table.note(bytes.span, in: 3) == .second)
            #expect(table.note(bytes.span, in: 3) == .further)
        }
        #expect(table.note(Array("019b8414-9f07-7d6e-8d35-c5a5f5c6c6a2".utf8).span, in: 3) == .stranger)
    }

    @Test func itGrows() {
        var table = OutboxIDTable()
        for number in 0..<10_000 { table.insert(UUIDBits(high: 0x7000, low: UInt64(number)).text.span, stream: 0) }
        for number in stride(from: 0, to: 10_000, by: 2) {
            #expect(table.note(UUIDBits(high: 0x7000, low: UInt64(number)).text.span, in: 0) == .first)
        }
        #expect(missing(table).count == 5_000)
    }

    private func missing(_ table: OutboxIDTable) -> [String] {
        var ids: [String] = []
        table.forEachMissing { id, _ in ids.append(String(decoding: id, as: UTF8.self)) }
        return ids
    }
}
