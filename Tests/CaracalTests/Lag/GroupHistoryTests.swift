import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// Random histories of streams and groups, known to a model, against what is said of them: what is called exact is exact, a bound is a
/// bound, and an entry is where it is said to be.
///
/// `GROUP_HISTORIES` in the environment is how many histories each server gets from each origin; else it is a short round.
@Suite struct GroupHistoryTests {
    /// How a stream came to the server that is asked about it.
    enum Origin: String, CaseIterable, Sendable {
        /// It was made there.
        case native
        /// Its first half happened on Redis 6.2, and it came by DUMP and RESTORE.
        case dump
        /// The same, and it came in a snapshot file.
        case snapshot
    }

    private static var count: Int { getenv("GROUP_HISTORIES").flatMap { Int(String(cString: $0)) } ?? 24 }
    /// How many streams live on a server at a time.
    private static let batchSize = 100

    @Test(arguments: RedisBinary.allCases, Origin.allCases)
    func whatIsSaidOfAGroupIsSo(binary: RedisBinary, origin: Origin) throws {
        guard origin == .native || binary != .v6_2 else { return }
        for start in stride(from: 0, to: Self.count, by: Self.batchSize) {
            let seeds = start..<min(Self.count, start + Self.batchSize)
            var histories = seeds.map { GroupHistory(seed: UInt64($0)) }
            if origin == .native {
                try withServer(binary, listening: .socket) { server in try live(&histories, on: server, phases: 6) }
                continue
            }
            try withServer(.v6_2, listening: .socket) { old in
                try live(&histories, on: old, phases: 2)
                try move(histories, from: old, to: binary, by: origin) { server in
                    try check(histories, on: server.direct())
                    try live(&histories, on: server, phases: 3)
                }
            }
        }
    }

    private func live(_ histories: inout [GroupHistory], on server: SandboxServer, phases: Int) throws {
        let connection = try server.direct()
        for _ in 0..<phases {
            for index in histories.indices { try histories[index].live(on: connection) }
            try check(histories, on: connection)
        }
    }

    private func move(
        _ histories: [GroupHistory],
        from old: SandboxServer,
        to binary: RedisBinary,
        by origin: Origin,
        _ body: (SandboxServer) throws -> Void
    ) throws {
        let source = try old.direct()
        if origin == .snapshot {
            let folder = try TemporaryFolder()
            // The first line tells whose folder it is.
            try folder.write("redis.conf", SandboxSettings().configuration)
            try source.run("CONFIG SET dir \(folder.path)")
            try source.run("SAVE")
            let settings = SandboxSettings(
                program: try binary.path,
                listening: .socket,
                keptFolder: folder.path,
                extraDirectives: ["appendonly no"]
            )
            let server = try SandboxServer.start(settings, within: .seconds(30))
            defer { server.stop() }
            return try body(server)
        }
        try withServer(binary, listening: .socket) { server in
            let target = try server.direct()
            for history in histories {
                let dump = try source.run("DUMP \(history.stream.name)")
                let payload = Array(try #require(dump.root.text))
                _ = try target.send(Command("RESTORE", arguments: [history.stream.key, Array("0".utf8), payload]))
            }
            try body(server)
        }
    }

    /// Holds everything that is said against the models.
    private func check(_ histories: [GroupHistory], on connection: Connection) throws {
        let streams = histories.map(\.stream)
        let groups = try PendingSummary(streams: streams).run(on: connection).groups
        var watch = Watch(streams: streams)
        _ = try watch.next(on: connection)
        let watched = try watch.next(on: connection).streams.flatMap(\.groups).map(\.standing)
        var rest = (groups[...], watched[...])
        for history in histories {
            let entries = try connection.run("XRANGE \(history.stream.name) - +").root.elements
            let there = entries.compactMap { $0[0]?.text.flatMap { EntryID($0) } }
            #expect(there == history.present.sorted(), "the model of \(history) is wrong")
            for (name, model) in history.groups.sorted(by: { $0.key < $1.key }) {
                for group in [rest.0.removeFirst(), rest.1.removeFirst()] {
                    #expect(group.name.readable == name)
                    hold(group, against: model, history)
                }
                try holdList(of: model, name, history, on: connection)
            }
        }
    }

    private func hold(_ group: GroupStanding, against model: GroupHistory.Group, _ history: GroupHistory) {
        let what = Comment(rawValue: "\(history), group \(group.name.readable)")
        let lag = UInt64(history.present.count { $0 > model.position })
        #expect(group.lag == .exact(lag), what)
        let lost = UInt64(history.added.count { $0 > model.position && !history.present.contains($0) })
        switch group.lost {
        case .exact(let count): #expect(count == lost, what)
        case .atLeast(let count): #expect(count <= lost && count > 0, what)
        case .atMost(let count): #expect(count >= lost, what)
        case .reported, .unknown: break
        }
        // What somebody says that the group has read is believed.
        let missed = model.isCountSet ? lost : UInt64(model.missed.count { $0 > model.position })
        if case .atLeast(let count) = group.lost { #expect(count <= missed, what) }
        if case .certain(let count)? = group.loss { #expect(count <= missed, what) }
        #expect(group.info?.pending == UInt64(model.pending.count), what)
        #expect((group.oldestIdle == nil) == model.pending.isEmpty, what)
    }

    private func holdList(
        of model: GroupHistory.Group,
        _ name: String,
        _ history: GroupHistory,
        on connection: Connection
    ) throws {
        let what = Comment(rawValue: "\(history), group \(name)")
        let group = Array(name.utf8)
        let gone = model.pending.subtracting(history.present).sorted()
        var listed: [ListedEntry] = []
        let info = GroupInfo(name: group, lastDeliveredID: model.position)
        let list = PendingList(stream: history.stream, group: group, filter: PendingFilter(), limit: nil)
        let ending = try list.walk(info, on: connection) { listed += $0 }
        #expect(ending.isWhole, what)
        #expect(listed.map(\.entry.id) == model.pending.sorted(), what)
        #expect(listed.allSatisfy { $0.presence.exists == history.present.contains($0.entry.id) }, what)
        let plan = try Acknowledge(stream: history.stream, group: group, selection: .lost).plan(on: connection).get()
        #expect(plan.changes.map(\.id) == gone, what)
    }
}

/// A stream, its groups and what happened to them, by the rules that are promised for streams.
private struct GroupHistory: CustomStringConvertible {
    struct Group {
        /// The greatest id that it was given, or was put at.
        var position: EntryID
        /// What it was given and has not acknowledged.
        var pending: Set<EntryID> = []
        /// What was removed while the group was there and had yet to be given it.
        var missed: Set<EntryID> = []
        /// Whether its position came with a count of the entries it has read.
        var isCountSet = false
    }

    let stream: StreamDefinition
    /// All ids that there ever were.
    private(set) var added: Set<EntryID> = []
    /// Those that are there.
    private(set) var present: Set<EntryID> = []
    private(set) var groups: [String: Group] = [:]
    private var last = EntryID.zero
    private var random: SeededGenerator
    private let seed: UInt64

    var description: String { "history \(seed)" }

    init(seed: UInt64) {
        self.seed = seed
        stream = .unlisted("history:\(seed)")
        random = SeededGenerator(seed: seed)
    }

    /// Some steps more.
    mutating func live(on connection: Connection) throws {
        let series = connection.server.version?.series
        let isNew = series.map { $0 >= ServerVersion.Series(7, 0) } ?? false
        let isRedis = connection.server.version?.product == .redis
        let keepsReferences = isRedis && series.map { $0 >= ServerVersion.Series(8, 2) } ?? false
        if groups.isEmpty {
            for name in ["a", "b"] { try create(name, isNew, on: connection) }
        }
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let name = Bool.random(using: &random) ? "a" : "b"
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<5: try add(on: connection)
            case 5..<10: try read(name, on: connection)
            case 10..<12: try delete(on: connection)
            case 12..<14: try trim(on: connection)
            case 14: try setPosition(name, isNew, on: connection)
            case 15: try claim(name, isNew, on: connection)
            case 16 where keepsReferences: try trimAcknowledged(on: connection)
            case 17 where isNew:
                try connection.run("XGROUP DESTROY \(stream.name) \(name)")
                try create(name, isNew, on: connection)
            default: try acknowledge(name, on: connection)
            }
        }
    }

    private mutating func create(_ name: String, _ isNew: Bool, on connection: Connection) throws {
        let (position, word) = somePosition()
        let count = entriesRead(isNew)
        try connection.run("XGROUP CREATE \(stream.name) \(name) \(word) MKSTREAM\(count)")
        groups[name] = Group(position: position, isCountSet: !count.isEmpty)
    }

    private mutating func setPosition(_ name: String, _ isNew: Bool, on connection: Connection) throws {
        let (position, word) = somePosition()
        let count = entriesRead(isNew)
        try connection.run("XGROUP SETID \(stream.name) \(name) \(word)\(count)")
        groups[name]?.position = position
        groups[name]?.isCountSet = !count.isEmpty
    }

    private mutating func somePosition() -> (EntryID, String) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return (.zero, "0")
        case 1: return (last, "$")
        default:
            let id = added.sorted().randomElement(using: &random) ?? .zero
            return (id, "\(id)")
        }
    }

    private mutating func entriesRead(_ isNew: Bool) -> String {
        guard isNew, Bool.random(using: &random) else { return "" }
        return " ENTRIESREAD \(Int.random(in: 0...(added.count + 2), using: &random))"
    }

    private mutating func add(on connection: Connection) throws {
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let step = UInt64.random(in: 0...2, using: &random)
            last =
                step == 0 && last > .zero
                ? EntryID(milliseconds: last.milliseconds, sequence: last.sequence + 1)
                : EntryID(milliseconds: last.milliseconds + max(1, step), sequence: 0)
            try connection.run("XADD \(stream.name) \(last) a b")
            added.insert(last)
            present.insert(last)
        }
    }

    private mutating func read(_ name: String, on connection: Connection) throws {
        guard let group = groups[name] else { return }
        let count = Int.random(in: 1...5, using: &random)
        let isForgotten = Int.random(in: 0..<6, using: &random) == 0
        let noAck = isForgotten ? "NOACK " : ""
        try connection.run("XREADGROUP GROUP \(name) c COUNT \(count) \(noAck)STREAMS \(stream.name) >")
        let given = present.filter { $0 > group.position }.sorted().prefix(count)
        guard let newest = given.last else { return }
        groups[name]?.position = newest
        // What was pending before stays so.
        if !isForgotten { groups[name]?.pending.formUnion(given) }
    }

    private mutating func delete(on connection: Connection) throws {
        guard let id = present.sorted().randomElement(using: &random) else { return }
        try connection.run("XDEL \(stream.name) \(id)")
        keep(present.subtracting([id]))
    }

    /// Only these are left: a group that had yet to be given one of the others has missed it.
    private mutating func keep(_ left: Set<EntryID>) {
        let gone = present.subtracting(left)
        for (name, group) in groups { groups[name]?.missed.formUnion(gone.filter { $0 > group.position }) }
        present = left
    }

    private mutating func trim(on connection: Connection) throws {
        if Bool.random(using: &random), let id = added.sorted().randomElement(using: &random) {
            try connection.run("XTRIM \(stream.name) MINID = \(id)")
            keep(present.filter { $0 >= id })
        } else {
            let count = Int.random(in: 0...present.count, using: &random)
            try connection.run("XTRIM \(stream.name) MAXLEN = \(count)")
            keep(Set(present.sorted().suffix(count)))
        }
    }

    /// Which of the entries that every group has acknowledged it removes is left to the server.
    private mutating func trimAcknowledged(on connection: Connection) throws {
        let count = Int.random(in: 0...present.count, using: &random)
        try connection.run("XTRIM \(stream.name) MAXLEN = \(count) ACKED")
        let left = try connection.run("XRANGE \(stream.name) - +").root.elements
        let ids = Set(left.compactMap { $0[0]?.text.flatMap { EntryID($0) } })
        for gone in present.subtracting(ids) {
            #expect(groups.values.allSatisfy { $0.position >= gone && !$0.pending.contains(gone) }, "\(self)")
        }
        present = ids
    }

    private mutating func acknowledge(_ name: String, on connection: Connection) throws {
        guard let id = groups[name]?.pending.sorted().randomElement(using: &random) else { return }
        try connection.run("XACK \(stream.name) \(name) \(id)")
        groups[name]?.pending.remove(id)
    }

    /// XCLAIM FORCE makes an entry pending wherever it lies; one that is gone comes off the list from Redis 7 on.
    private mutating func claim(_ name: String, _ isNew: Bool, on connection: Connection) throws {
        guard let id = added.sorted().randomElement(using: &random) else { return }
        try connection.run("XCLAIM \(stream.name) \(name) d 0 \(id) FORCE JUSTID")
        if present.contains(id) {
            groups[name]?.pending.insert(id)
        } else if isNew {
            groups[name]?.pending.remove(id)
        }
    }
}

extension SandboxServer {
    /// Connects over its socket.
    fileprivate func direct() throws -> Connection {
        try Connection.open(
            Endpoint(address: .unix(path: socketPath)),
            timeouts: Timeouts(connect: .seconds(30), command: .seconds(30))
        )
    }
}
