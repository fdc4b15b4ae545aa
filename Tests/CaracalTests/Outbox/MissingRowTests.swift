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
        isReplica: Bool = false,
        trimsOldestFirst: Bool = true
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
        return isLost(.stream(info, groups: []), bound, isReplica: isReplica, trimsOldestFirst: trimsOldestFirst)
    }

    private func isLost(
        _ stream: StreamState,
        _ bound: UInt64? = nil,
        isReplica: Bool,
        trimsOldestFirst: Bool = true
    ) -> Bool {
        MissingRow(
            at: 1_000...2_000,
            in: stream,
            bound: bound,
            isReplica: isReplica,
            trimsOldestFirst: trimsOldestFirst
        ).isLost
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

    /// XTRIM ACKED leaves an older entry that is pending, and the greatest id deleted as it is.
    @Test func whatWasTrimmedFromBetweenOthersMayHaveBeenIt() {
        #expect(!isLost(added: 11, first: 999, trimsOldestFirst: false))
        #expect(!isLost(added: 11, first: 500, deleted: 999, trimsOldestFirst: false))
        #expect(isLost(added: 10, first: 999, trimsOldestFirst: false))
        #expect(isLost(added: 11, first: 500, last: 999, trimsOldestFirst: false))
    }

    @Test(arguments: [
        (ServerVersion("8.0.9"), true), (ServerVersion("8.2.3"), false), (ServerVersion("9.0.0"), false),
        (ServerVersion("9.1.2", of: .valkey), true), (ServerVersion("10.0.0", of: .valkey), false),
        (ServerVersion("8.0.9", of: .other), false), (ServerVersion("unstable"), false),
    ])
    func onlyServersThatCannotTrimOtherwiseTrimTheOldestFirst(version: ServerVersion, trimsOldestFirst: Bool) {
        #expect(version.trimsOldestFirst == trimsOldestFirst)
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
        #expect(!isLost(.missing, isReplica: true))
        #expect(isLost(.missing, isReplica: false))
    }
}

/// The ids of rows, with what was found of each.
@Suite struct RecentRowsTests {
    private static func entry(_ number: UInt64) -> EntryID { EntryID(milliseconds: number, sequence: 0) }

    @Test func itGrowsAndForgetsNothing() {
        var table = RecentRows(room: 10)
        let ids = (0..<10_000).map { UUIDBits(high: 0x7000, low: UInt64($0 + 1)) }
        for (number, id) in ids.enumerated() {
            table.insert(id, stream: 3)
            if number % 2 == 0 { #expect(table.note(id, nil, in: 3, at: Self.entry(id.low)) == .first) }
        }
        #expect(table.count == 10_000)
        for (number, id) in ids.enumerated() {
            #expect(table.note(id, nil, in: 2, at: .zero) == .otherStream)
            let second = EntryNote.second(Self.entry(id.low))
            #expect(table.note(id, nil, in: 3, at: .maximum) == (number % 2 == 0 ? second : .first))
        }
        #expect(table.note(UUIDBits(high: 0x7000, low: 10_001), nil, in: 3, at: .zero) == .stranger)
        #expect(table.note(ids[0], nil, in: 3, at: .zero) == .further(isForged: false))
        var found = [UInt8: Int]()
        table.forEach { found[$0.found, default: 0] += 1 }
        #expect(found == [1: 5_000, 2: 5_000])
        table.removeAll()
        #expect(table.count == 0)
        #expect(table.note(ids[0], nil, in: 3, at: .zero) == .stranger)
    }
}

/// Rows that are kept in the order of their ids, in parts.
@Suite struct KeptRowsTests {
    private static func row(_ number: Int) -> ComparedRow {
        ComparedRow(UUIDBits(high: 0x7000, low: UInt64(number)), stream: 0)
    }

    /// The database may have another order than the ids.
    @Test(arguments: [[0, 1, 2, 3], [2, 0, 3, 1]])
    func rowsAreFoundInWhicheverOrderTheyCame(parts: [Int]) {
        var rows = KeptRows()
        for part in parts { rows.append((1...40_000).reversed().map { Self.row(part * 40_000 + $0) }) }
        rows.append([])
        #expect(rows.count == 160_000)
        for number in [1, 40_000, 40_001, 160_000] {
            #expect(rows.note(Self.row(number).bits, .invalid, in: 0) == .refused(others: 0))
        }
        #expect(rows.note(Self.row(160_001).bits, nil, in: 0) == .stranger)
        rows.keep { $0.refused == 1 }
        rows.sort()
        #expect(rows.count == 4)
        #expect(rows[Self.row(2).bits] == nil)
        rows.update(Self.row(40_001).bits) { $0.settlement = .done }
        var place = KeptRows.Place()
        let first = rows.next(2, from: &place) { $0.settlement != .done }
        #expect(first == [1, 40_000].map { Self.row($0).bits })
        #expect(rows.next(2, from: &place) { $0.settlement != .done } == [Self.row(160_000).bits])
        #expect(rows.next(2, from: &place) { _ in true }.isEmpty)
    }
}
