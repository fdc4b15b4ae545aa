import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// Where a group is moved to, what that means, and what happens to it while a question waits.
@Suite struct GroupMoveTests {
    private static let key = "caracal.audit.events"
    private static let group = "siem-export"

    private static func never() throws(RedisError) -> any CommandChannel {
        throw RedisError(target: "", phase: .connecting, cause: .unexpected("no second connection was expected"))
    }

    /// Ten entries, `1-0` to `10-0`, of which the group was given the first four; `3-0` and `7-0` are gone.
    private func withGroup(_ binary: RedisBinary, _ body: (Connection) throws -> Void) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            try connection.run("XREADGROUP GROUP \(Self.group) c COUNT 4 STREAMS \(Self.key) >")
            try connection.run("XDEL \(Self.key) 3-0 7-0")
            try body(connection)
        }
    }

    private func move(_ place: StreamPosition, creates: String? = nil) -> GroupMove {
        GroupMove(
            stream: Stuck.stream,
            group: Array((creates ?? Self.group).utf8),
            place: place,
            creates: creates != nil
        )
    }

    private func info(_ connection: Connection, _ name: String = group) throws -> GroupInfo? {
        try connection.ask(XInfoGroups(key: Stuck.stream.key)).value?.first { $0.name.elementsEqual(name.utf8) }
    }

    /// A place, and what it comes to: the position, the next entry, how many come again, are skipped, and wait.
    static let places:
        [(StreamPosition, position: UInt64, next: UInt64?, again: UInt64, skipped: UInt64, waiting: UInt64)] = [
            (.start, 0, 1, 3, 0, 8),
            (.millisecond(0), 0, 1, 3, 0, 8),
            (.id(EntryID(milliseconds: 2, sequence: 0)), 1, 2, 2, 0, 7),
            (.id(EntryID(milliseconds: 3, sequence: 0)), 2, 4, 1, 0, 6),
            (.id(EntryID(milliseconds: 8, sequence: 0)), 6, 8, 0, 2, 3),
            (.id(EntryID(milliseconds: 7, sequence: 0)), 6, 8, 0, 2, 3),
            (.id(EntryID(milliseconds: 10, sequence: 1)), 10, nil, 0, 5, 0),
            (.ago(milliseconds: 60_000), 10, nil, 0, 5, 0),
            (.end, 10, nil, 0, 5, 0),
        ]

    @Test(arguments: RedisBinary.allCases, places.indices)
    func thePlanTellsWhatTheMoveDoes(binary: RedisBinary, index: Int) throws {
        let place = Self.places[index]
        try withGroup(binary) { connection in
            let move = move(place.0)
            let before = try Stuck.fingerprint(connection)
            let plan = try move.plan(on: connection).get()
            #expect(try Stuck.fingerprint(connection) == before)
            #expect(plan.position == Stuck.id(place.position))
            #expect(plan.next == place.next.map { Stuck.id($0) })
            #expect(plan.again == .exact(place.again))
            #expect(plan.skipped == .exact(place.skipped))
            #expect(plan.waiting == .exact(place.waiting))
            let done = move.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never))
            #expect(done.outcome == .done)
            #expect(done.ending == nil)
            let moved = try #require(try info(connection))
            #expect(moved.lastDeliveredID == Stuck.id(place.position))
            #expect(moved.pending == 4)
            // The server believes a count where nothing is deleted ahead of it; elsewhere none is set.
            if binary != .v6_2 {
                #expect(moved.entriesRead == (place.position >= 7 ? 10 - place.waiting : nil))
                if place.position >= 7 { #expect(moved.lag == place.waiting) }
            }
            let given = try connection.run("XREADGROUP GROUP \(Self.group) d STREAMS \(Self.key) >").root
            #expect(given.isNull == (place.waiting == 0))
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aCountOfEntriesReadMakesTheLagKnown(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            let move = move(.id(Stuck.id(6)))
            let plan = try move.plan(on: connection).get()
            // What is added meanwhile is among what waits.
            try connection.run("XADD \(Self.key) 11-0 a b")
            #expect(move.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never)).outcome == .done)
            if binary != .v6_2 { #expect(try info(connection)?.lag == 6) }
            // Once something was removed since the plan, the count is not known.
            let back = self.move(.id(Stuck.id(3)))
            let again = try back.plan(on: connection).get()
            try connection.run("XDEL \(Self.key) 2-0")
            #expect(back.apply(again, on: ReconnectingChannel(connection, reopen: Self.never)).outcome == .done)
            #expect(try info(connection)?.entriesRead == nil)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func whatLiesBehindTheLastIsRefused(binary: RedisBinary) throws {
        try withGroup(binary) { connection in
            let id = EntryID(milliseconds: 10, sequence: 2)
            #expect(
                try move(.id(id)).plan(on: connection)
                    == .failure(.beyondEnd(Stuck.stream, id, last: Stuck.id(10)))
            )
            let future = StreamPosition.millisecond(99_999_999_999_999)
            #expect(
                try move(future).plan(on: connection)
                    == .failure(.beyondEnd(Stuck.stream, Stuck.id(99_999_999_999_999), last: Stuck.id(10)))
            )
            let seen = try #require(try info(connection))
            #expect(
                try move(.end, creates: "siem-export").plan(on: connection)
                    == .failure(.groupExists(Stuck.stream, seen))
            )
            let unknown = GroupMove(stream: Stuck.stream, group: [0x78], place: .end, creates: false)
            #expect(try unknown.plan(on: connection) == .failure(.noGroup(Stuck.stream, [0x78])))
            let nowhere = StreamDefinition.unlisted("nowhere")
            let missing = GroupMove(stream: nowhere, group: [0x78], place: .end, creates: true)
            #expect(try missing.plan(on: connection) == .failure(.missing(nowhere)))
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func whereItIsAlreadyNothingIsToBeDone(binary: RedisBinary) throws {
        try withGroup(binary) { connection in
            let plan = try move(.id(Stuck.id(5))).plan(on: connection).get()
            #expect(plan.outcome == .inPlace)
        }
    }

    /// What others do while the question waits, and what becomes of the move then.
    static let events: [([String], GroupMovePlan.Outcome)] = [
        (["XREADGROUP GROUP \(group) c COUNT 1 STREAMS \(key) >"], .movedOn(Stuck.id(5))),
        (["XGROUP SETID \(key) \(group) 9-0"], .movedOn(Stuck.id(9))),
        (["XGROUP DESTROY \(key) \(group)"], .noGroup),
        (["DEL \(key)"], .anew),
        (["DEL \(key)", "XADD \(key) 5-0 a b", "XGROUP CREATE \(key) \(group) 4-0"], .anew),
        (["XADD \(key) 11-0 a b"], .done),
    ]

    @Test(arguments: RedisBinary.allCases, events.indices)
    func aGroupThatIsNotWhereItWasSeenIsLeftAlone(binary: RedisBinary, event: Int) throws {
        let (lines, outcome) = Self.events[event]
        try withGroup(binary) { connection in
            let move = move(.start)
            let plan = try move.plan(on: connection).get()
            for line in lines { try connection.run(line) }
            let before = try info(connection)
            let done = move.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never))
            #expect(done.outcome == outcome)
            let after = try info(connection)
            if outcome != .done { #expect(after == before) }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aNewGroupIsGivenWhatThePlanSays(binary: RedisBinary) throws {
        try withGroup(binary) { connection in
            let move = move(.end, creates: "new")
            let plan = try move.plan(on: connection).get()
            #expect(plan.skipped == .exact(8))
            // What comes while the question waits is not passed over.
            try connection.run("XADD \(Self.key) 11-0 a b")
            #expect(move.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never)).outcome == .done)
            #expect(try info(connection, "new")?.lastDeliveredID == Stuck.id(10))
            let second = GroupMove(stream: Stuck.stream, group: Array("two".utf8), place: .start, creates: true)
            let planned = try second.plan(on: connection).get()
            try connection.run("XGROUP CREATE \(Self.key) two $")
            #expect(second.apply(planned, on: ReconnectingChannel(connection, reopen: Self.never)).outcome == .exists)
            #expect(try info(connection, "two")?.lastDeliveredID == Stuck.id(11))
        }
    }

    /// How many replies come before the one to the script: HELLO and two CLIENT commands. The plan is made over another connection, so
    /// that only what is held is waited for in vain.
    private static let replies = 3

    @Test(arguments: [
        (Fault(.toClient, after: .messages(replies), .swallowThenCut), GroupMovePlan.Outcome.done),
        (Fault(.toServer, after: .messages(replies), .swallowThenCut), .planned),
        (Fault(.toServer, after: .messages(replies), .hold), .planned),
    ])
    func aLostReplyIsSettledByAnotherLook(fault: Fault, outcome: GroupMovePlan.Outcome) throws {
        try withServer { server in
            let own = try server.connect()
            try Stuck.fill(own, count: 10)
            try own.run("XREADGROUP GROUP \(Self.group) c COUNT 10 STREAMS \(Self.key) >")
            let move = move(.start)
            let plan = try move.plan(on: own).get()
            let proxy = try FaultProxy(server, [fault])
            let connection = try proxy.connect(command: .seconds(2))
            let channel = ReconnectingChannel(connection) { () throws(RedisError) in
                do { return try server.connect() } catch {
                    throw error as? RedisError
                        ?? RedisError(target: "", phase: .connecting, cause: .unexpected("\(error)"))
                }
            }
            let done = move.apply(plan, on: channel)
            #expect(proxy.waitForFault())
            #expect(done.outcome == outcome)
            guard case .lost(_, isInDoubt: false)? = done.ending else {
                Issue.record("\(String(describing: done.ending))")
                return
            }
            proxy.release()
            proxy.stop()
            let position = try #require(try info(own)).lastDeliveredID
            #expect(position == (outcome == .done ? .zero : Stuck.id(10)))
        }
    }
}
