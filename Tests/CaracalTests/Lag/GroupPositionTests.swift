import Caracal
import Redis
import Testing

/// A stream and a group as a table's row describes them; ids are milliseconds.
struct PositionCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let version: String?
    let stream: StreamInfo
    let group: GroupInfo

    init(
        _ name: String,
        _ version: String?,
        length: UInt64,
        first: UInt64?,
        last: UInt64?,
        generated: UInt64? = nil,
        added: UInt64? = nil,
        deleted: UInt64? = nil,
        delivered: UInt64,
        read: UInt64? = nil,
        lag: UInt64? = nil
    ) {
        testDescription = name
        self.version = version
        let id = { (milliseconds: UInt64) in EntryID(milliseconds: milliseconds, sequence: 0) }
        stream = StreamInfo(
            length: length,
            lastGeneratedID: id(generated ?? last ?? 0),
            groups: 1,
            firstID: first.map(id),
            lastID: last.map(id),
            entriesAdded: added,
            maxDeletedID: added == nil ? nil : id(deleted ?? 0)
        )
        group = GroupInfo(name: Array("g".utf8), lastDeliveredID: id(delivered), entriesRead: read, lag: lag)
    }

    var position: GroupPosition {
        GroupPosition(stream: stream, group: group, version: version.map { ServerVersion($0) })
    }
}

@Suite struct GroupPositionTests {
    static let lags: [(PositionCase, UInt64?)] = [
        (.init("at 0 of ten", "8.2.3", length: 10, first: 1, last: 10, added: 10, delivered: 0, lag: 10), 10),
        (.init("at 0 of ten, no counters", "6.2.14", length: 10, first: 1, last: 10, delivered: 0), 10),
        (.init("at the end", "8.2.3", length: 10, first: 1, last: 10, added: 10, delivered: 10, read: 10, lag: 0), 0),
        (.init("at the end, no counters", "6.2.14", length: 10, first: 1, last: 10, delivered: 10), 0),
        (.init("at $, then one added", "8.2.3", length: 11, first: 1, last: 11, added: 11, delivered: 10), nil),
        (.init("mid-stream start", "7.0.15", length: 10, first: 1, last: 10, added: 10, delivered: 4), nil),
        (
            .init(
                "mid-stream, counted",
                "8.2.3",
                length: 10,
                first: 1,
                last: 10,
                added: 10,
                delivered: 4,
                read: 4,
                lag: 6
            ), 6
        ),
        (
            .init("an unread one deleted", "8.2.3", length: 9, first: 1, last: 10, added: 10, deleted: 7, delivered: 4),
            nil
        ),
        (
            .init(
                "a read one deleted",
                "8.2.3",
                length: 9,
                first: 1,
                last: 10,
                added: 10,
                deleted: 2,
                delivered: 4,
                read: 4,
                lag: 6
            ), 6
        ),
        (
            .init(
                "overtaken by trimming, 7.0 says 7",
                "7.0.15",
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                delivered: 3,
                read: 3,
                lag: 7
            ), 4
        ),
        (
            .init(
                "overtaken by trimming, 8.2",
                "8.2.3",
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                delivered: 3,
                read: 3,
                lag: 4
            ), 4
        ),
        (
            .init(
                "fully read after it, 7.0 says 3 for ever",
                "7.0.15",
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                delivered: 10,
                read: 7,
                lag: 3
            ), 0
        ),
        (
            .init(
                "half read after it, 7.0 cannot be trusted",
                "7.0.15",
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                delivered: 8,
                read: 5,
                lag: 3
            ), nil
        ),
        (
            .init(
                "half read after it, 8.2 can",
                "8.2.3",
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                delivered: 8,
                read: 8,
                lag: 2
            ), 2
        ),
        (
            .init(
                "half read after it, unknown version",
                nil,
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                delivered: 8,
                read: 8,
                lag: 2
            ), nil
        ),
        (.init("all deleted", "8.2.3", length: 0, first: nil, last: nil, generated: 10, added: 10, delivered: 4), 0),
        (.init("never anything", "8.2.3", length: 0, first: nil, last: nil, added: 0, delivered: 0, lag: 0), 0),
        (.init("as much lag as entries", "8.2.3", length: 3, first: 8, last: 10, added: 3, delivered: 8, lag: 3), nil),
        (.init("more lag than entries", "8.2.3", length: 3, first: 8, last: 10, added: 3, delivered: 8, lag: 9), nil),
        (
            .init("none, though one is unread", "8.2.3", length: 3, first: 8, last: 10, added: 3, delivered: 9, lag: 0),
            nil
        ),
    ]

    @Test(arguments: lags)
    func lagIsTakenOnlyWhereItCanBeRight(row: PositionCase, lag: UInt64?) {
        #expect(row.position.lag == lag)
    }

    static let losses: [(PositionCase, Quantity)] = [
        (
            .init(
                "the last one read deleted",
                "8.2.3",
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                deleted: 5,
                delivered: 5,
                read: 5
            ),
            .exact(1)
        ),
        (.init("nothing removed", "8.2.3", length: 10, first: 1, last: 10, added: 10, delivered: 0), .exact(0)),
        (
            .init("ahead of the start", "8.2.3", length: 4, first: 7, last: 10, added: 10, delivered: 8, read: 8),
            .exact(0)
        ),
        (
            .init("right before the start", "8.2.3", length: 4, first: 7, last: 10, added: 10, delivered: 6, read: 6),
            .exact(0)
        ),
        (
            .init("three trimmed unread", "8.2.3", length: 4, first: 7, last: 10, added: 10, delivered: 3, read: 3),
            .exact(3)
        ),
        (
            .init(
                "all trimmed unread",
                "8.2.3",
                length: 0,
                first: nil,
                last: nil,
                generated: 10,
                added: 10,
                delivered: 3,
                read: 3
            ),
            .exact(7)
        ),
        (
            .init(
                "perhaps deleted",
                "8.2.3",
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                deleted: 5,
                delivered: 3,
                read: 3
            ),
            .atMost(3)
        ),
        (
            .init(
                "a read one deleted",
                "8.2.3",
                length: 4,
                first: 7,
                last: 10,
                added: 10,
                deleted: 2,
                delivered: 3,
                read: 3
            ),
            .exact(3)
        ),
        (
            .init("at 0: perhaps made later", "8.2.3", length: 4, first: 7, last: 10, added: 10, delivered: 0),
            .atMost(6)
        ),
        (.init("count unknown", "8.2.3", length: 4, first: 7, last: 10, added: 10, delivered: 3), .unknown),
        (.init("no counters", "6.2.14", length: 4, first: 7, last: 10, delivered: 3), .unknown),
        (.init("no counters, not overtaken", "6.2.14", length: 4, first: 7, last: 10, delivered: 7), .exact(0)),
        (
            .init("counters that contradict", "8.2.3", length: 4, first: 7, last: 10, added: 3, delivered: 3, read: 3),
            .unknown
        ),
    ]

    @Test(arguments: losses)
    func aLossIsNeverZeroForUnknown(row: PositionCase, lost: Quantity) {
        #expect(row.position.lost == lost)
    }

    @Test(
        arguments: [
            (.exact(0), .exact(10)), (.exact(4), .exact(6)), (.exact(10), .exact(0)), (.exact(99), .exact(0)),
            (.atLeast(4), .atMost(6)), (.atMost(4), .atLeast(6)), (.unknown, .unknown),
        ] as [(Quantity, Quantity)]
    )
    func theTrimHorizonIsWhatTheLagLeavesOfTheBound(lag: Quantity, horizon: Quantity) {
        #expect(GroupPosition.trimHorizon(bound: 10, lag: lag) == horizon)
    }

    @Test func aCountThatReachedItsLimitIsAtLeast() {
        #expect(GroupPosition.counted(99, limit: 100) == .exact(99))
        #expect(GroupPosition.counted(100, limit: 100) == .atLeast(100))
    }

    @Test func unknownIsNoNumberAndCrossesNothing() {
        #expect(Quantity.unknown.value == nil)
        #expect(!Quantity.unknown.isCertainly(atLeast: 0))
        #expect(!Quantity.atMost(9).isCertainly(atLeast: 3))
        #expect(Quantity.atLeast(3).isCertainly(atLeast: 3))
        #expect(
            [Quantity.exact(1), .atLeast(1), .atMost(1), .unknown].map(\.quality) == [
                "exact", "at_least", "at_most", "unknown",
            ]
        )
    }

    @Test func presenceIsReadOffTheEndsOfTheStream() {
        let info = PositionCase("", "8", length: 4, first: 7, last: 10, added: 10, deleted: 8, delivered: 0).stream
        let presences = [6, 7, 8, 9].map { info.presence(of: EntryID(milliseconds: $0, sequence: 0)) }
        #expect(presences == [.trimmed, nil, nil, .present])
        let old = PositionCase("", "6", length: 4, first: 7, last: 10, delivered: 0).stream
        #expect(old.presence(of: EntryID(milliseconds: 9, sequence: 0)) == nil)
        let empty = PositionCase("", "8", length: 0, first: nil, last: nil, added: 10, delivered: 0).stream
        #expect(empty.presence(of: EntryID(milliseconds: 9, sequence: 0)) == .trimmed)
    }
}
