@testable import Caracal
import Redis
import Testing

/// A stream and a group as a table's row describes them; ids are milliseconds.
struct PositionCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let stream: StreamInfo
    let group: GroupInfo

    /// - Parameter added: nil for a server that keeps no counters.
    init(
        _ name: String,
        length: UInt64 = 10,
        first: UInt64? = 1,
        last: UInt64? = 10,
        generated: UInt64? = nil,
        added: UInt64? = 10,
        deleted: UInt64 = 0,
        delivered: UInt64,
        read: UInt64? = nil,
        lag: UInt64? = nil
    ) {
        testDescription = name
        let id = { (milliseconds: UInt64) in EntryID(milliseconds: milliseconds, sequence: 0) }
        stream = StreamInfo(
            length: length,
            lastGeneratedID: id(generated ?? last ?? 0),
            groups: 1,
            firstID: first.map(id),
            lastID: last.map(id),
            entriesAdded: added,
            maxDeletedID: added == nil ? nil : id(deleted)
        )
        group = GroupInfo(name: Array("g".utf8), lastDeliveredID: id(delivered), entriesRead: read, lag: lag)
    }

    var position: GroupPosition {
        GroupPosition(stream: stream, group: group)
    }
}

@Suite struct GroupPositionTests {
    static let lags: [(PositionCase, UInt64?, UInt64?)] = [
        (.init("at 0 of ten", delivered: 0, lag: 10), 10, nil),
        (.init("at 0 of ten, no counters", added: nil, delivered: 0), 10, nil),
        (.init("at the end", delivered: 10, read: 10, lag: 0), 0, nil),
        (.init("at the end, though the server says 3", delivered: 10, read: 7, lag: 3), 0, nil),
        (.init("beyond the end", delivered: 12), nil, nil),
        (.init("overtaken by trimming", length: 4, first: 7, delivered: 3, read: 3, lag: 7), 4, nil),
        (.init("in the middle, counted", delivered: 4, read: 4, lag: 6), nil, 6),
        (.init("in the middle, not counted", delivered: 4), nil, nil),
        (.init("in the middle, no counters", added: nil, delivered: 4), nil, nil),
        (.init("one deleted ahead or behind", length: 9, deleted: 8, delivered: 4, read: 4), nil, 6),
        (.init("more deleted than it had read", length: 4, deleted: 8, delivered: 4, read: 4), nil, 3),
        (.init("more read than was added, by hand", length: 9, delivered: 4, read: 99), nil, nil),
        (.init("none read, by hand", delivered: 4, read: 0), nil, nil),
        (.init("as much lag as entries", delivered: 1, lag: 10), nil, nil),
        (.init("more lag than entries", delivered: 1, lag: 11), nil, nil),
        (.init("none, though one is unread", delivered: 9, lag: 0), nil, nil),
        (.init("all deleted", length: 0, first: nil, last: nil, generated: 10, delivered: 4), 0, nil),
        (.init("never anything", length: 0, first: nil, last: nil, added: 0, delivered: 0, lag: 0), 0, nil),
    ]

    @Test(arguments: lags)
    func lagIsCertainAtTheEndsAndElseTheServersWord(row: PositionCase, lag: UInt64?, reported: UInt64?) {
        #expect(row.position.lag == lag)
        #expect(row.position.reportedLag == reported)
    }

    static let losses: [(PositionCase, Quantity, GroupLoss?)] = [
        (.init("at the end", delivered: 10, read: 10), .exact(0), nil),
        (.init("at the end, no counters", added: nil, delivered: 10), .exact(0), nil),
        (
            .init("at the end of an empty stream", length: 0, first: nil, last: nil, generated: 10, delivered: 10),
            .exact(0), nil
        ),
        (.init("never anything", length: 0, first: nil, last: nil, added: 0, delivered: 0), .exact(0), nil),
        (.init("at 0, nothing removed since the counters began", delivered: 0), .unknown, nil),
        (.init("at 0, no counters", added: nil, delivered: 0), .unknown, .possible),
        (.init("in the middle, nothing deleted", delivered: 8, read: 8), .unknown, nil),
        (.init("in the middle, no counters", added: nil, delivered: 7), .unknown, nil),
        (
            .init("in the middle, one deleted ahead", length: 9, deleted: 9, delivered: 7, read: 7), .atLeast(1),
            .certain(1)
        ),
        (.init("in the middle, put there, one deleted ahead", length: 9, deleted: 9, delivered: 7), .unknown, .deleted),
        (.init("at 0, one deleted", length: 9, deleted: 9, delivered: 0), .unknown, .possible),
        (.init("at 0 with a count, one deleted", length: 9, deleted: 9, delivered: 0, read: 1), .unknown, .possible),
        (.init("at 0, one deleted that was not counted", deleted: 9, delivered: 0), .unknown, .deleted),
        (.init("in the middle, one deleted behind", length: 9, deleted: 6, delivered: 7), .unknown, nil),
        (.init("right before the start", length: 4, first: 7, delivered: 6, read: 6), .unknown, nil),
        (.init("three trimmed unread", length: 4, first: 7, delivered: 3, read: 3), .unknown, .reported(3)),
        (
            .init("all trimmed unread", length: 0, first: nil, last: nil, generated: 10, delivered: 3, read: 3),
            .unknown, .reported(7)
        ),
        (
            .init("three gone, one of them deleted", length: 4, first: 7, deleted: 5, delivered: 3, read: 3),
            .atLeast(1), .reported(3)
        ),
        (
            .init("one gone, which was deleted", length: 5, first: 6, deleted: 5, delivered: 4, read: 4),
            .atLeast(1), .certain(1)
        ),
        (.init("at 0: perhaps made later", length: 4, first: 7, delivered: 0), .unknown, .possible),
        (.init("count unknown", length: 4, first: 7, delivered: 3), .unknown, .possible),
        (.init("more read than was removed", length: 4, first: 7, delivered: 3, read: 9), .unknown, .possible),
        (.init("fewer added than there are", length: 4, first: 7, added: 3, delivered: 3), .unknown, .possible),
        (.init("overtaken, no counters", length: 4, first: 7, added: nil, delivered: 3), .unknown, .possible),
    ]

    @Test(arguments: losses)
    func aLossIsNeverZeroForUnknown(row: PositionCase, lost: Quantity, loss: GroupLoss?) {
        #expect(row.position.lost == lost)
        #expect(row.position.loss == loss)
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

    @Test func presenceIsReadOffTheEndsOfTheStreamAndNothingElse() {
        let presences = { (row: PositionCase) in
            [6, 7, 8, 9, 10].map { row.stream.presence(of: EntryID(milliseconds: $0, sequence: 0)) }
        }
        let expected: [EntryPresence?] = [.trimmed, .present, nil, nil, .present]
        #expect(presences(.init("", length: 4, first: 7, deleted: 8, delivered: 0)) == expected)
        #expect(presences(.init("", length: 4, first: 7, delivered: 0)) == expected)
        #expect(presences(.init("", length: 4, first: 7, added: nil, delivered: 0)) == expected)
        let empty = presences(.init("", length: 0, first: nil, last: nil, delivered: 0))
        #expect(empty == [.trimmed, .trimmed, .trimmed, .trimmed, .trimmed])
    }
}
