import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing
import Text

@testable import Caracal

/// What is removed of groups and consumers, and what stays.
@Suite struct RemovalTests {
    private static let key = "caracal.audit.events"
    private static let group = "audit-ingestor"

    private static func never() throws(RedisError) -> any CommandChannel {
        throw RedisError(target: "", phase: .connecting, cause: .unexpected("no second connection was expected"))
    }

    private func channel(_ connection: Connection) -> ReconnectingChannel {
        ReconnectingChannel(connection, reopen: Self.never)
    }

    /// Six entries; `holder` holds two, `idle` and `idler` hold none.
    private func withConsumers(_ binary: RedisBinary, _ body: (Connection) throws -> Void) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 6)
            try Stuck.deliver(2, to: "holder", connection)
            for name in ["idle", "idler"] {
                try connection.run("XGROUP CREATECONSUMER \(Self.key) \(Self.group) \(name)")
            }
            try body(connection)
        }
    }

    private func names(_ connection: Connection, _ group: String = group) throws -> [String] {
        let request = XInfoConsumers(key: Stuck.stream.key, group: Array(group.utf8))
        return try #require(try connection.ask(request).value).map { $0.name.readable }.sorted()
    }

    private func groups(_ connection: Connection) throws -> [String] {
        try #require(try connection.ask(XInfoGroups(key: Stuck.stream.key)).value).map { $0.name.readable }
    }

    private var prune: ConsumerRemoval { ConsumerRemoval(.idle(0, [Stuck.stream], group: nil)) }

    private func destroy(_ name: String, isForced: Bool = true) -> GroupRemoval {
        GroupRemoval(.group(Stuck.stream, Array(name.utf8), isForced: isForced))
    }

    // MARK: Consumers

    @Test(arguments: RedisBinary.allCases)
    func onlyNamesThatHoldNothingAreRemoved(binary: RedisBinary) throws {
        try withConsumers(binary) { connection in
            let before = try Stuck.fingerprint(connection)
            let plan = try prune.plan(on: connection).get()
            #expect(try Stuck.fingerprint(connection) == before)
            #expect(plan.items.map { $0.consumer?.readable } == ["idle", "idler"])
            #expect(plan.findings.map(\.code) == [.holdsEntries])
            let done = prune.apply(plan, on: channel(connection))
            #expect(done.items.map(\.outcome) == [.done, .done])
            #expect(try names(connection) == ["holder"])
            #expect(try Stuck.holders(connection).count == 2)
        }
    }

    /// What others do while the question waits, and what becomes of `idle` then.
    static let consumerEvents: [([String], RemovalOutcome)] = [
        (["XREADGROUP GROUP \(group) idle COUNT 1 STREAMS \(key) >"], .holds),
        (["XCLAIM \(key) \(group) idle 0 1-0"], .holds),
        (["XGROUP DELCONSUMER \(key) \(group) idle"], .gone),
        (["XGROUP DESTROY \(key) \(group)"], .gone),
        (["DEL \(key)"], .gone),
        ([], .done),
    ]

    @Test(arguments: RedisBinary.allCases, consumerEvents.indices)
    func aNameThatIsGivenAnEntryInBetweenStays(binary: RedisBinary, event: Int) throws {
        let (lines, outcome) = Self.consumerEvents[event]
        try withConsumers(binary) { connection in
            let plan = try prune.plan(on: connection).get()
            for line in lines { try connection.run(line) }
            let held = try Stuck.holdersIfThere(connection)
            let done = prune.apply(plan, on: channel(connection))
            #expect(done.items.first?.outcome == outcome)
            let heldNow = try Stuck.holdersIfThere(connection)
            #expect(heldNow == held)
        }
    }

    /// From Redis 7.2 on an attempt to read is told: one that was heard of since it was to be silent stays.
    @Test(arguments: [RedisBinary.v8_2, .valkey9_1])
    func aNameThatIsHeardOfInBetweenStays(binary: RedisBinary) throws {
        try withConsumers(binary) { connection in
            let found = try prune.plan(on: connection).get()
            let plan = Removal(items: found.items, minIdle: 3_600_000, findings: [])
            #expect(prune.apply(plan, on: channel(connection)).items.map(\.outcome) == [.heard, .heard])
            #expect(try names(connection) == ["holder", "idle", "idler"])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func namedConsumersAreJudgedOneByOne(binary: RedisBinary) throws {
        try withConsumers(binary) { connection in
            let removal = ConsumerRemoval(
                .named(
                    Stuck.stream,
                    group: Stuck.group,
                    consumers: ["holder", "idle", "nobody"].map { Array($0.utf8) }
                )
            )
            let plan = try removal.plan(on: connection).get()
            #expect(plan.items.map(\.outcome) == [.holds, .planned, .gone])
            let done = removal.apply(plan, on: channel(connection))
            #expect(done.items.map(\.outcome) == [.holds, .done, .gone])
            #expect(try names(connection) == ["holder", "idler"])
        }
    }

    /// A name that was named, and that somebody else removed while the question waited.
    @Test(arguments: RedisBinary.allCases)
    func aNameThatAnotherRemovedIsGone(binary: RedisBinary) throws {
        try withConsumers(binary) { connection in
            let removal = ConsumerRemoval(
                .named(Stuck.stream, group: Stuck.group, consumers: ["idle", "idler"].map { Array($0.utf8) })
            )
            let plan = try removal.plan(on: connection).get()
            #expect(plan.items.map(\.outcome) == [.planned, .planned])
            try connection.run("XGROUP DELCONSUMER \(Self.key) \(Self.group) idle")
            let done = removal.apply(plan, on: channel(connection))
            #expect(done.items.map(\.outcome) == [.gone, .done])
        }
    }

    /// More than a script lists, in several batches; one of them is given an entry in between.
    @Test(arguments: RedisBinary.allCases)
    func manyNamesGoInBatches(binary: RedisBinary) throws {
        try withConsumers(binary) { connection in
            let commands = (1...2_100).map {
                Command("XGROUP", "CREATECONSUMER", Self.key, Self.group, "many-\($0)")
            }
            _ = try connection.pipeline(commands)
            let plan = try prune.plan(on: connection).get()
            #expect(plan.items.count == 2_102)
            try Stuck.deliver(1, to: "many-1700", connection)
            var batches = 0
            let done = prune.apply(plan, on: channel(connection)) { _ in batches += 1 }
            #expect(batches == 5)
            #expect(done.done == 2_101)
            let held = done.items.filter { $0.outcome == .holds }.map { $0.consumer?.readable }
            #expect(held == ["many-1700"])
            #expect(try names(connection) == ["holder", "many-1700"])
        }
    }

    // MARK: Groups

    @Test(arguments: RedisBinary.allCases)
    func aGroupOfTheTableAndOneThatHoldsEntriesNeedForce(binary: RedisBinary) throws {
        try withConsumers(binary) { connection in
            #expect(
                try destroy(Self.group, isForced: false).plan(on: connection)
                    == .failure(.groupOfTable(Stuck.stream, Stuck.group))
            )
            try connection.run("XGROUP CREATE \(Self.key) own 0")
            try connection.run("XREADGROUP GROUP own c COUNT 2 STREAMS \(Self.key) >")
            #expect(
                try destroy("own", isForced: false).plan(on: connection)
                    == .failure(.groupHolds(Stuck.stream, Array("own".utf8), 2))
            )
            #expect(try destroy("nix").plan(on: connection) == .failure(.noGroup(Stuck.stream, Array("nix".utf8))))
            let plan = try destroy("own").plan(on: connection).get()
            #expect(plan.findings.map(\.code) == [.losesEntries, .beingRead])
            #expect(destroy("own").apply(plan, on: channel(connection)).items.map(\.outcome) == [.done])
            #expect(try groups(connection) == [Self.group, "siem-export"])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func theLastGroupThatWaitsSaysWhatNobodyIsGiven(binary: RedisBinary) throws {
        try withConsumers(binary) { connection in
            try connection.run("XGROUP SETID \(Self.key) \(Self.group) $")
            let plan = try destroy("siem-export").plan(on: connection).get()
            #expect(
                plan.findings.map(\.message.text) == [
                    "siem-export is the last group of caracal.audit.events that waits for 6 entries: nobody is given that "
                        + "any more"
                ]
            )
        }
    }

    /// What others do while the question waits, and what becomes of the group then.
    static let groupEvents: [([String], RemovalOutcome)] = [
        (["XREADGROUP GROUP \(group) c COUNT 1 STREAMS \(key) >"], .movedOn(Stuck.id(3))),
        (["XCLAIM \(key) \(group) c 0 5-0 FORCE"], .holds),
        (["XGROUP SETID \(key) \(group) 0"], .movedOn(.zero)),
        (["XGROUP DESTROY \(key) \(group)"], .gone),
        (["DEL \(key)"], .gone),
        (["XACK \(key) \(group) 1-0"], .done),
    ]

    @Test(arguments: RedisBinary.allCases, groupEvents.indices)
    func aGroupThatIsUsedInBetweenStays(binary: RedisBinary, event: Int) throws {
        let (lines, outcome) = Self.groupEvents[event]
        try withConsumers(binary) { connection in
            let plan = try destroy(Self.group).plan(on: connection).get()
            for line in lines { try connection.run(line) }
            let held = try Stuck.holdersIfThere(connection)
            let done = destroy(Self.group).apply(plan, on: channel(connection))
            #expect(done.items.map(\.outcome) == [outcome])
            let heldNow = try Stuck.holdersIfThere(connection)
            if outcome != .done { #expect(heldNow == held) }
        }
    }

    /// A long list goes in steps, so that no step holds the server up.
    @Test(arguments: RedisBinary.allCases)
    func aGroupThatHoldsMuchIsEmptiedFirst(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 2_500)
            try Stuck.deliver(2_500, to: "c", connection)
            let plan = try destroy(Self.group).plan(on: connection).get()
            #expect(plan.items.map(\.pending) == [2_500])
            try connection.run("CONFIG RESETSTAT")
            let done = destroy(Self.group).apply(plan, on: channel(connection))
            #expect(done.items.map(\.outcome) == [.done])
            #expect(done.forgotten == 0)
            let calls = try connection.commandCounts()
            #expect(calls["xack"] == 3)
            #expect(try groups(connection) == ["siem-export"])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func onlyGroupsOfHostsThatAreGoneAreLeftOver(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try provision(connection)
            let stream = StreamTable["sessions.revoke"]
            for id in 1...3 { try connection.run("XADD \(stream.name) \(id)-0 a b") }
            for name in ["gateway-revocation:gone", "gateway-revocation:here", "other"] {
                try connection.run("XGROUP CREATE \(stream.name) \(name) 0")
            }
            try connection.run("XREADGROUP GROUP gateway-revocation:here c COUNT 1 STREAMS \(stream.name) >")
            let removal = GroupRemoval(.leftOver([stream]))
            let plan = try removal.plan(on: connection).get()
            #expect(plan.items.map { $0.group.readable } == ["gateway-revocation:gone"])
            let done = removal.apply(plan, on: channel(connection))
            #expect(done.items.map(\.outcome) == [.done])
            let left = try #require(try connection.ask(XInfoGroups(key: stream.key)).value).map { $0.name.readable }
            #expect(
                left.sorted() == ["gateway-revocation:here", "other", "resource-revocation", "sts-revocation"]
            )
        }
    }

    // MARK: Lost replies

    @Test(arguments: [
        (Fault.Direction.toClient, Fault.Action.swallowThenCut, RemovalOutcome.done),
        (.toServer, .swallowThenCut, .planned), (.toServer, .hold, .planned),
    ])
    func aLostReplyIsSettledByAnotherLook(
        direction: Fault.Direction,
        action: Fault.Action,
        outcome: RemovalOutcome
    ) throws {
        try withServer { server in
            let own = try server.connect()
            try Stuck.fill(own, count: 6)
            try own.run("XGROUP CREATECONSUMER \(Self.key) \(Self.group) idle")
            // The plan is made over another connection, so that only what is held is waited for in vain.
            let plan = try prune.plan(on: own).get()
            // HELLO and two CLIENT commands.
            let proxy = try FaultProxy(server, [Fault(direction, after: .messages(3), action)])
            let connection = try proxy.connect(command: .seconds(2))
            let channel = ReconnectingChannel(connection) { () throws(RedisError) in
                do { return try server.connect() } catch {
                    throw error as? RedisError
                        ?? RedisError(target: "", phase: .connecting, cause: .unexpected("\(error)"))
                }
            }
            let done = prune.apply(plan, on: channel)
            #expect(proxy.waitForFault())
            #expect(done.items.map(\.outcome) == [outcome])
            proxy.release()
            proxy.stop()
            let left = try names(own)
            #expect(left == (outcome == .done ? [] : ["idle"]))
        }
    }
}
