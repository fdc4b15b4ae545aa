import RESP
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
@testable import Redis
import Text

/// `trim`, `claim` and `ack` on random buses on which others do anything, at the question and between two steps as well.
/// What is true is read whole from the server at each of these moments, and everything is held against it.
@Suite struct RandomWritesTests {
    @Test(arguments: RedisBinary.allCases)
    func nothingIsTakenThatAnybodyNeedsAndEveryFigureIsTrue(binary: RedisBinary) throws {
        try RandomWrites(binary).run(rounds: 60, seed: 13)
    }
}

/// Rounds of one random write each, on one server.
struct RandomWrites {
    private let binary: RedisBinary

    init(_ binary: RedisBinary) { self.binary = binary }

    /// - Parameter seed: the same rounds for the same seed, but for what depends on the clock.
    func run(rounds: Int, seed: UInt64) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            for round in 0..<rounds {
                let bus = RandomBus(
                    connection,
                    knowsAcknowledged: binary == .v8_2,
                    seed: seed &* 1_000 &+ UInt64(round)
                )
                try connection.run("FLUSHDB")
                for _ in 0..<40 { try bus.act() }
                try RandomWrite(bus: bus, connection: connection, name: "seed \(seed), round \(round)").run()
            }
        }
    }
}

/// All that is true of a stream and its groups.
struct BusTruth: Equatable {
    struct Line: Equatable {
        let consumer: [UInt8]
        let deliveries: UInt64
    }
    struct Group: Equatable {
        var last = EntryID.zero
        var pending: [EntryID: Line] = [:]
    }

    var entries: Set<EntryID> = []
    var groups: [[UInt8]: Group] = [:]

    /// Reads it whole.
    init(_ connection: Connection) throws {
        guard try connection.run("EXISTS \(RandomBus.key)").root.integer == 1 else { return }
        for entry in try connection.run("XRANGE \(RandomBus.key) - +").root.elements {
            if let id = entry[0]?.text.flatMap({ EntryID($0) }) { entries.insert(id) }
        }
        for info in try connection.ask(XInfoGroups(key: RandomBus.stream.key)).get() {
            var group = Group(last: info.lastDeliveredID)
            for line in try connection.ask(XPending(key: RandomBus.stream.key, group: info.name, count: 10_000)).get() {
                group.pending[line.id] = Line(consumer: line.consumer, deliveries: line.deliveries)
            }
            groups[info.name] = group
        }
    }

    /// Whether some group has not acknowledged an entry: it is pending, or still to be given.
    func isNeeded(_ id: EntryID) -> Bool {
        groups.isEmpty || groups.values.contains { id > $0.last || $0.pending[id] != nil }
    }

    /// How many of the entries before one a group has not acknowledged.
    func needed(before end: EntryID, by name: [UInt8]) -> (undelivered: Int, pending: Int) {
        guard let group = groups[name] else { return (0, 0) }
        let going = entries.filter { $0 < end }
        return (going.count { $0 > group.last }, going.count { $0 <= group.last && group.pending[$0] != nil })
    }
}

/// A stream on which others do anything.
final class RandomBus {
    /// One of the table that has a bound.
    static let stream = StreamTable["keys.invalidate"]
    static let key = stream.name

    let connection: Connection
    var random: SeededGenerator
    private let knowsAcknowledged: Bool
    private var newest = 0

    init(_ connection: Connection, knowsAcknowledged: Bool, seed: UInt64) {
        self.connection = connection
        self.knowsAcknowledged = knowsAcknowledged
        random = SeededGenerator(seed: seed)
    }

    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private var group: String { "g\(pick(1...3))" }
    private var consumer: String { "c\(pick(1...3))" }
    private var id: String { "\(pick(0...newest + 1))-0" }

    /// Does one thing, which the server may refuse.
    func act() throws {
        let key = Self.key
        switch pick(0...99) {
        case 0..<30:
            newest += 1
            try send("XADD \(key) \(newest)-0 a b")
        case 30..<50: try send("XREADGROUP GROUP \(group) \(consumer) COUNT \(pick(1...6)) STREAMS \(key) >")
        case 50..<65: try send("XACK \(key) \(group) \(id) \(id) \(id)")
        case 65..<72:
            try send("XGROUP CREATE \(key) \(group) \(["0", "$", id].randomElement(using: &random) ?? "0") MKSTREAM")
        case 72..<77: try send("XGROUP SETID \(key) \(group) \(["0", "$", id].randomElement(using: &random) ?? "0")")
        case 77..<80: try send("XGROUP DESTROY \(key) \(group)")
        case 80..<86:
            let force = pick(0...2) == 0 ? " FORCE" : ""
            try send("XCLAIM \(key) \(group) \(consumer) 0 \(id) \(id)\(force)")
        case 86..<90: try send("XDEL \(key) \(id)")
        case 90..<93: try send("XTRIM \(key) MAXLEN \(pick(0...newest + 1))")
        case 93..<95 where knowsAcknowledged: try send("XTRIM \(key) MAXLEN = \(pick(0...newest + 1)) ACKED")
        case 95..<97: try send("XREADGROUP GROUP \(group) \(consumer) COUNT 3 STREAMS \(key) 0")
        case 97: try send("XGROUP DELCONSUMER \(key) \(group) \(consumer)")
        case 98 where pick(0...3) == 0:
            try send("DEL \(key)")
            newest = pick(0...1) == 0 ? 0 : newest
        default: break
        }
    }

    private func send(_ line: String) throws {
        let words = line.split(separator: " ").map { Array($0.utf8) }
        _ = try connection.pipeline([
            Command(String(decoding: words[0], as: UTF8.self), arguments: Array(words.dropFirst()))
        ])
    }
}

/// One write: planned, then carried out after others have done something.
struct RandomWrite {
    let bus: RandomBus
    let connection: Connection
    let name: String

    private static func never() throws(RedisError) -> any CommandChannel {
        throw RedisError(target: "", phase: .connecting, cause: .unexpected("no second connection was expected"))
    }

    func run() throws {
        let others = bus.pick(0...3)
        switch bus.pick(0...3) {
        case 0, 1: try trim(others)
        case 2: try claim(others)
        default: try acknowledge(others)
        }
    }

    // MARK: trim

    private func trim(_ others: Int) throws {
        // A bound that these streams cross, so that --force has something to do.
        let isForced = bus.pick(0...2) == 0
        let stream = StreamDefinition(
            RandomBus.key,
            bound: 5,
            publisher: RandomBus.stream.publisher,
            scheme: nil,
            groups: []
        )
        let trim = Trim(stream: stream, staysAtBound: bus.pick(0...2) == 0, isForced: isForced)
        let before = try BusTruth(connection)
        guard case .success(let plan) = try trim.plan(on: connection) else { return }
        try checkPlan(plan, before)
        guard let minID = plan.minID else { return }
        for _ in 0..<others { try bus.act() }

        var truth = try BusTruth(connection)
        var spent: [[UInt8]: Int] = [:]
        var total = 0
        var isDisturbed = others > 0
        func noteStep() throws {
            let now = try BusTruth(connection)
            let removed = truth.entries.subtracting(now.entries)
            total += removed.count
            #expect(now.groups == truth.groups, "\(name): a group was changed")
            for id in removed {
                #expect(id < minID, "\(name): \(id) was to stay")
                #expect(isForced || !truth.isNeeded(id), "\(name): \(id) was needed")
                for (group, state) in truth.groups where id > state.last || state.pending[id] != nil {
                    spent[group, default: 0] += 1
                }
            }
            truth = now
        }
        let report = trim.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never)) { _ in
            do {
                try noteStep()
                if bus.pick(0...1) == 0 {
                    try bus.act()
                    isDisturbed = true
                }
                truth = try BusTruth(connection)
            } catch {
                Issue.record("\(error)")
            }
        }
        try noteStep()
        #expect(report.removed == UInt64(total), "\(name): \(report)")
        if report.isDone, !isDisturbed { #expect(!truth.entries.contains { $0 < minID }, "\(name)") }
        #expect(report.isDone == (report.ending == nil), "\(name): \(report)")
        if isForced {
            // What a forced trimming may cost a group: what it was not given, and what it has not acknowledged.
            let costs = plan.groups.map { ($0.name, Int(($0.undelivered.value ?? 0) + $0.unacknowledged)) }
            let told = Dictionary(uniqueKeysWithValues: costs)
            for (group, count) in spent { #expect(count <= told[group] ?? 0, "\(name): more than was told") }
        }
    }

    private func checkPlan(_ plan: TrimPlan, _ truth: BusTruth) throws {
        #expect(plan.length == UInt64(truth.entries.count), "\(name)")
        guard let minID = plan.minID else { return }
        let going = truth.entries.filter { $0 < minID }
        check(plan.removes, is: UInt64(going.count))
        for cost in plan.groups where plan.isForced {
            let needed = truth.needed(before: minID, by: cost.name)
            check(cost.undelivered, is: UInt64(needed.undelivered))
            #expect(cost.unacknowledged == UInt64(needed.pending), "\(name): \(cost)")
        }
        if !plan.isForced { #expect(!going.contains(where: truth.isNeeded), "\(name)") }
    }

    private func check(_ quantity: Quantity, is count: UInt64) {
        switch quantity {
        case .exact(let value): #expect(value == count, "\(name)")
        case .atLeast(let value): #expect(value <= count, "\(name)")
        case .atMost(let value): #expect(value >= count, "\(name)")
        case .reported: Issue.record("\(name)")
        case .unknown: break
        }
    }

    // MARK: claim and ack

    private static let group = Array("g1".utf8)

    private func ids() -> [EntryID] {
        Set((0..<6).map { _ in UInt64(bus.pick(1...30)) }).sorted().map { EntryID(milliseconds: $0, sequence: 0) }
    }

    private func claim(_ others: Int) throws {
        let consumer = Array("c1".utf8)
        let claim = Claim(
            stream: RandomBus.stream,
            group: Self.group,
            consumer: consumer,
            selection: bus.pick(0...1) == 0 ? .ids(ids()) : .idle(0, limit: bus.pick(1...5)),
            createsConsumer: true
        )
        guard case .success(let plan) = try claim.plan(on: connection) else { return }
        for _ in 0..<others { try bus.act() }
        let before = try BusTruth(connection)
        let done = claim.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never))
        let after = try BusTruth(connection)
        #expect(after.entries == before.entries, "\(name): an entry was removed")
        var expected = before
        for change in done.changes where change.outcome == .done {
            #expect(before.entries.contains(change.id), "\(name): \(change.id) is gone")
            let line = before.groups[Self.group]?.pending[change.id]
            #expect(isUntouched(change, line), "\(name): \(change.id) had changed hands")
            expected.groups[Self.group]?.pending[change.id] = line.map {
                BusTruth.Line(consumer: consumer, deliveries: $0.deliveries)
            }
        }
        #expect(after == expected, "\(name): \(done)")
        check(done, before)
    }

    private func acknowledge(_ others: Int) throws {
        let isLost = bus.pick(0...1) == 0
        let selection = isLost ? Acknowledge.Selection.lost : .ids(ids())
        let acknowledge = Acknowledge(stream: RandomBus.stream, group: Self.group, selection: selection)
        let planned = try BusTruth(connection)
        guard case .success(let plan) = try acknowledge.plan(on: connection) else { return }
        if isLost {
            let lost = planned.groups[Self.group]?.pending.keys.filter { !planned.entries.contains($0) } ?? []
            #expect(Set(plan.changes.map(\.id)) == Set(lost), "\(name)")
        }
        for _ in 0..<others { try bus.act() }
        let before = try BusTruth(connection)
        let done = acknowledge.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never))
        let after = try BusTruth(connection)
        var expected = before
        for change in done.changes where change.outcome == .done {
            let line = before.groups[Self.group]?.pending[change.id]
            #expect(isUntouched(change, line), "\(name): \(change.id) had changed hands")
            if isLost { #expect(!before.entries.contains(change.id), "\(name): \(change.id) exists") }
            expected.groups[Self.group]?.pending[change.id] = nil
        }
        #expect(after == expected, "\(name): \(done)")
        check(done, before)
    }

    private func isUntouched(_ change: EntryChange, _ line: BusTruth.Line?) -> Bool {
        line?.consumer == change.entry?.consumer && line?.deliveries == change.entry?.deliveries && line != nil
    }

    /// What is said of entries that were not changed.
    private func check(_ done: GroupChange, _ before: BusTruth) {
        for change in done.changes {
            let line = before.groups[Self.group]?.pending[change.id]
            switch change.outcome {
            case .settledMeanwhile: #expect(line == nil, "\(name): \(change.id) is pending")
            case .taken(let consumer): #expect(line?.consumer == consumer, "\(name): \(change.id)")
            case .planned: #expect(done.ending == .noGroup, "\(name): \(change.id) was not done")
            case .unknown, .refused: Issue.record("\(name): \(change)")
            case .done, .notPending, .gone, .alreadyHeld, .reappeared: break
            }
        }
    }
}
