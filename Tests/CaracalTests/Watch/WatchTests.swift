import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

struct WatchTests {
    @Test(arguments: RedisBinary.allCases)
    func aFrameIsOneRoundTripAndWholeFromTheSecondOn(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 20)
            try Stuck.deliver(5, to: "c1", connection)
            try Stuck.age(3, of: "c1", idle: 90_000, deliveries: 4, connection)
            var watch = Watch()
            let first = try watch.next(on: connection)
            #expect(first.streams[0].slowest?.standing.oldestIdle == .unknown)
            let before = connection.roundTrips
            let frame = try watch.next(on: connection)
            #expect(connection.roundTrips - before == 1)
            let group = try #require(frame.streams[0].slowest?.standing)
            #expect(group.name == Stuck.group)
            #expect(group.lag == .exact(15))
            #expect(group.mostDeliveries == .exact(4))
            #expect(group.oldestIdle?.isCertainly(atLeast: 90_000) == true)
            #expect(group.consumers?.map(\.info.name) == [Array("c1".utf8)])
            #expect(frame.streams.map(\.observed.definition) == StreamTable.all)
            #expect(frame.memory.memory.used.value != nil)
            #expect((frame.streams[0].bytes ?? 0) > 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func ratesAreWhatTheServersCountersSay(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            var watch = Watch()
            var (last, before) = (try watch.next(on: connection), try watch.next(on: connection))
            // Within a millisecond there is no rate.
            try eventually("a millisecond has passed") {
                (last, before) = (before, try watch.next(on: connection))
                return try #require(before.now) != (try #require(last.now))
            }
            #expect(before.streams[0].rateIn == (binary == .v6_2 ? nil : 0))
            for id in 11...16 { try connection.run("XADD caracal.audit.events \(id)-0 data {}") }
            try Stuck.deliver(4, to: "c1", connection)
            let after = try watch.next(on: connection)
            let time = Double(try #require(after.now) - (try #require(before.now))) / 1000
            let group = after.streams[0].groups[0]
            guard binary != .v6_2, time > 0 else {
                #expect(after.streams[0].rateIn == nil, "6.2 does not count what is added")
                #expect(after.rateIn == nil)
                return
            }
            #expect(after.streams[0].rateIn == 6 / time)
            #expect(group.rateOut == 4 / time)
            #expect(after.rateIn == 6 / time)
        }
    }

    /// Before Redis 7 the lag is counted, from where the group was at the frame before.
    @Test func whatWasCountedFromFurtherBackIsCountedFromWhereTheGroupIs() throws {
        try withServer(.v6_2) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 20)
            try Stuck.deliver(5, to: "c1", connection)
            var watch = Watch()
            func lag() throws -> Quantity? {
                try watch.next(on: connection).streams[0].groups.first { $0.standing.name == Stuck.group }?.standing.lag
            }
            _ = try lag()
            #expect(try lag() == .exact(15))
            try Stuck.deliver(4, to: "c1", connection)
            #expect(try lag() == .exact(11))
        }
    }

    /// Of a long lag the server's counters tell, and nothing is counted in another round trip; where they say nothing, it is counted.
    @Test(arguments: RedisBinary.allCases)
    func aLongLagIsToldByTheCountersOrCounted(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 3_000)
            try Stuck.deliver(500, to: "c1", connection)
            try connection.run("XDEL caracal.audit.events 2000-0")
            var watch = Watch()
            _ = try watch.next(on: connection)
            let before = connection.roundTrips
            let group = try watch.next(on: connection).streams[0].groups[0]
            let trips = connection.roundTrips - before
            if binary == .v6_2 {
                // A frame has a moment for it, which may be over before: then it is what was counted until then.
                switch group.standing.lag {
                case .exact(let count): #expect(count == 2_499)
                case .atLeast(let count): #expect(count > 100 && count <= 2_499)
                case let other: Issue.record("\(other)")
                }
                #expect(trips > 1)
            } else {
                #expect(group.standing.lag == .atLeast(100))
                #expect(group.standing.reportedLag == 2_500)
                #expect(trips == 1)
            }
        }
    }

    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func whatIsWrongIsMarkedOnTheGroupAndOnItsStream(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            try Stuck.deliver(3, to: "c1", connection)
            var watch = Watch()
            func stream(_ name: String) throws -> WatchedStream {
                _ = try watch.next(on: connection)
                let streams = try watch.next(on: connection).streams
                return try #require(streams.first { $0.observed.definition == StreamTable[name] })
            }
            #expect(try stream("audit.events").marks == [])
            try connection.run("XDEL caracal.audit.events 7-0")
            #expect(try stream("audit.events").marks == [.lost])
            #expect(
                try stream("audit.events").groups.map(\.marks) == [[.lost], []],
                "siem-export may have been made since"
            )
            try connection.run("XADD caracal.sessions.revoke 1-0 a b")
            try connection.run("XGROUP SETID caracal.sessions.revoke resource-revocation $")
            #expect(try stream("sessions.revoke").groups.map(\.marks) == [[], [.skipped]])
            let now = try #require(try connection.ask(ServerTime()).value)
            try connection.run("XADD caracal.sessions.revoke \(now + 86_400_000)-0 a b")
            let ahead = try stream("sessions.revoke")
            #expect(ahead.marks == [.skipped, .future])
            #expect(ahead.behind == nil, "sts-revocation waits for 1-0, which is no time")
            try connection.run("XGROUP SETID caracal.sessions.revoke sts-revocation 1-0")
            #expect(try #require(try stream("sessions.revoke").behind) < 0)
        }
    }

    @Test func aConsumerThatIsGoneWithWhatItHoldsIsMarked() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 4)
            try Stuck.deliver(4, to: "c1", connection)
            // With a limit of nothing every silence is too long.
            var watch = Watch(claimIdle: 0)
            _ = try watch.next(on: connection)
            var marks: [WatchMark] = []
            while marks.isEmpty { marks = try watch.next(on: connection).streams[0].groups[0].marks }
            #expect(marks == [.gone])
        }
    }

    @Test func theNewestSignaturesAreCheckedOnce() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            let stream = StreamTable["sessions.revoke"]
            var watch = Watch(keys: CheckSupport.keys)
            func marks() throws -> [WatchMark]? {
                try watch.next(on: connection).streams.first { $0.observed.definition == stream }?.marks
            }
            func add(_ message: Message) throws {
                let fields = message.fields.indices.map { (Array(message.name(at: $0)), Array(message.value(at: $0))) }
                let add = XAdd(
                    key: stream.key,
                    id: nil,
                    createsStream: false,
                    fields: fields.map { (name: $0, value: $1) }
                )
                _ = try connection.send(add.command)
            }
            try add(CheckSupport.signed(["zone_id": "z"]))
            _ = try marks()
            #expect(try marks() == [])
            try add(CheckSupport.signed(["zone_id": "z"], with: CheckSupport.otherKey))
            #expect(try marks() == [.badSignatures])
            #expect(try marks() == [.badSignatures], "what was found stays, though nothing is read again")
            for _ in 0..<20 { try add(CheckSupport.signed(["zone_id": "z"])) }
            #expect(try marks() == [], "until newer ones took its place")
            var blind = Watch()
            _ = try blind.next(on: connection)
            let without = try blind.next(on: connection).streams.first { $0.observed.definition == stream }
            #expect(without?.marks == [], "without a key nothing can be said")
        }
    }

    /// A stream that was made anew, and an entry that was deleted, have no verdicts any more.
    @Test func signaturesAreThoseOfTheEntriesThatAreThere() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            let stream = StreamTable["sessions.revoke"]
            let now = try #require(try connection.ask(ServerTime()).value)
            let (far, further) = (EntryID(milliseconds: now + 86_400_000, sequence: 0), now + 86_500_000)
            var watch = Watch(keys: CheckSupport.keys)
            func marks() throws -> [WatchMark]? {
                // What has changed is seen at the first, and read anew by the second.
                _ = try watch.next(on: connection)
                return try watch.next(on: connection).streams.first { $0.observed.definition == stream }?.marks
            }
            func add(_ id: EntryID, with key: SigningKey? = CheckSupport.key) throws {
                let message = try key.map { try CheckSupport.signed(["zone_id": "z"], with: $0) }
                let fields = message.map { message in
                    message.fields.indices.map { (Array(message.name(at: $0)), Array(message.value(at: $0))) }
                }
                let add = XAdd(
                    key: stream.key,
                    id: id,
                    createsStream: false,
                    fields: (fields ?? [(Array("zone_id".utf8), Array("z".utf8))]).map { (name: $0, value: $1) }
                )
                #expect(try connection.send(add.command).root.error == nil)
            }
            func beginAnew() throws {
                try connection.run("DEL \(stream.name)")
                try provision(connection)
            }
            try add(far)
            #expect(try marks() == [.future])
            try beginAnew()
            try add(EntryID(milliseconds: 1, sequence: 1), with: nil)
            #expect(try marks() == [.badSignatures])
            try beginAnew()
            try add(far, with: CheckSupport.otherKey)
            #expect(try marks() == [.badSignatures, .future])
            try beginAnew()
            try add(EntryID(milliseconds: 5, sequence: 1))
            #expect(try marks() == [])
            try add(EntryID(milliseconds: 6, sequence: 1), with: CheckSupport.otherKey)
            #expect(try marks() == [.badSignatures])
            try beginAnew()
            try add(EntryID(milliseconds: 7, sequence: 1))
            #expect(try marks() == [], "with greater ids than before")
            try add(EntryID(milliseconds: 8, sequence: 1), with: CheckSupport.otherKey)
            try add(EntryID(milliseconds: 9, sequence: 1))
            #expect(try marks() == [.badSignatures])
            try connection.run("XDEL \(stream.name) 8-1")
            #expect(try marks()?.contains(.badSignatures) == false)
            try connection.run("XDEL \(stream.name) 7-1 9-1")
            #expect(try marks()?.contains(.badSignatures) == false)
            // The greatest deleted id tells of one of them only.
            for id: UInt64 in [10, 11] {
                try add(EntryID(milliseconds: id, sequence: 1), with: CheckSupport.otherKey)
            }
            #expect(try marks()?.contains(.badSignatures) == true)
            for id in [11, 10] { try connection.run("XDEL \(stream.name) \(id)-1") }
            #expect(try marks()?.contains(.badSignatures) == false)
            try add(EntryID(milliseconds: further, sequence: 0), with: CheckSupport.otherKey)
            #expect(try marks()?.contains(.badSignatures) == true)
        }
    }

    /// 0 is what is known to wait for nobody.
    @Test func whatWaitsForWhatIsNotThereIsNotKnown() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            try connection.run("XADD caracal.keys.invalidate 1-1 zone_id z")
            var watch = Watch()
            func stream(_ name: String) throws -> WatchedStream {
                _ = try watch.next(on: connection)
                let streams = try watch.next(on: connection).streams
                return try #require(streams.first { $0.observed.definition == StreamTable[name] })
            }
            #expect(try stream("sessions.revoke").behind == 0)
            #expect(try stream("sessions.revoke").drain == .done)
            try connection.run("XGROUP DESTROY caracal.keys.invalidate sts-keys")
            try connection.run("DEL caracal.sessions.revoke")
            try connection.run("DEL caracal.policy.invalidate")
            try connection.run("SET caracal.policy.invalidate x")
            for name in ["keys.invalidate", "sessions.revoke", "policy.invalidate"] {
                #expect(try stream(name).behind == nil, "\(name)")
                #expect(try stream(name).drain == .unknown, "\(name)")
            }
            try connection.run("ACL SETUSER default resetkeys ~caracal.keys.invalidate")
            let refused = try stream("audit.events")
            #expect(refused.observed.state.refusal != nil)
            #expect(refused.behind == nil)
            #expect(refused.drain == .unknown)
        }
    }

    @Test func deadLettersThatWereTakenAwayAreNotMarkedAsLost() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            for id in 1...3 { try connection.run("XADD caracal.audit.events.dlq \(id)-0 reason x") }
            try connection.run("XGROUP CREATECONSUMER caracal.audit.events.dlq audit-dlq-observer c")
            try connection.run("XDEL caracal.audit.events.dlq 1-0 2-0 3-0")
            try connection.run("XADD caracal.audit.events.dlq 4-0 reason x")
            var watch = Watch()
            _ = try watch.next(on: connection)
            let streams = try watch.next(on: connection).streams
            let letters = try #require(streams.first { $0.observed.definition == StreamTable["audit.events.dlq"] })
            #expect(letters.groups.map(\.standing.loss) != [nil])
            #expect(letters.marks == [])
        }
    }

    /// One group's few entries must not hide another's many.
    @Test func aStreamIsTheWorstOfItsGroups() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            let now = try #require(try connection.ask(ServerTime()).value)
            for age in [90_000, 60_000] {
                try connection.run("XADD caracal.sessions.revoke \(now - UInt64(age))-0 a b")
            }
            let read = "XREADGROUP GROUP sts-revocation c COUNT 9 STREAMS caracal.sessions.revoke >"
            try connection.run(read)
            var watch = Watch()
            _ = try watch.next(on: connection)
            let stream = try #require(
                try watch.next(on: connection).streams.first {
                    $0.observed.definition == StreamTable["sessions.revoke"]
                }
            )
            #expect(stream.slowest?.standing.name.readable == "resource-revocation")
            #expect(stream.pending == 2, "of the other group")
            #expect(try #require(stream.behind) >= 90_000)
        }
    }

    /// MEMORY USAGE counts a pending entry several times over, before Valkey 9.
    @Test(arguments: RedisBinary.allCases, [false, true])
    func pendingEntriesCountAsWhatTheyTake(binary: RedisBinary, sharesMilliseconds: Bool) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let ids = (1...5_000).map { sharesMilliseconds ? "1000000-\($0)" : "\(1_000_000 + $0 * 37)-0" }
            try connection.run("XGROUP CREATE caracal.audit.events g 0 MKSTREAM")
            for reply in try connection.pipeline(ids.map { Command("XADD", "caracal.audit.events", $0, "data", "{}") })
            {
                #expect(reply.root.error == nil)
            }
            var watch = Watch()
            let before = try #require(try watch.next(on: connection).streams[0].bytes)
            try connection.run("XREADGROUP GROUP g c COUNT 5000 STREAMS caracal.audit.events >")
            let after = try #require(try watch.next(on: connection).streams[0].bytes)
            let each = (Double(after) - Double(before)) / 5_000
            #expect((80...320).contains(each), "\(each)")
        }
    }

    @Test func aCounterThatWentBackwardsHasNoRate() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            var watch = Watch()
            _ = try watch.next(on: connection)
            try connection.run("FLUSHALL")
            let gone = try watch.next(on: connection)
            #expect(gone.streams.allSatisfy { $0.observed.state == .missing && $0.rateIn == nil && $0.groups.isEmpty })
            try Stuck.fill(connection, count: 2)
            let back = try watch.next(on: connection)
            #expect(back.streams[0].rateIn == nil)
            #expect(back.streams[0].groups.map(\.rateOut) == [nil, nil])
        }
    }

    @Test func deadLettersAreThoseOfEachStream() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            try connection.run("XADD caracal.audit.events.dlq * reason x")
            try connection.run("XADD caracal.sessions.revoke.dead * reason x")
            var watch = Watch()
            let frame = try watch.next(on: connection)
            #expect(frame.streams.map(\.deadLetters) == [0, 1, 0, 1, 0, 0, 0, 0, 0])
            #expect(frame.deadLetters == 2)
        }
    }

    @Test func whatTheServerWillNotSayIsUnknown() throws {
        try withServer(extra: ["user default on nopass ~* +@all -info -memory -xlen -xpending"]) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 3)
            try Stuck.deliver(1, to: "c1", connection)
            var watch = Watch()
            _ = try watch.next(on: connection)
            let frame = try watch.next(on: connection)
            #expect(frame.memory.memory.used.value == nil)
            #expect(frame.streams[0].bytes == nil)
            #expect(frame.streams[0].deadLetters == nil)
            #expect(frame.deadLetters == nil)
            #expect(frame.streams[0].slowest?.standing.oldestIdle == .unknown)
            #expect(frame.streams[0].groups.first?.standing.consumers?.map(\.state) == [.unknown])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func watchingTouchesNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 30)
            try Stuck.deliver(10, to: "c1", connection)
            let before = try Stuck.fingerprint(connection)
            var watch = Watch()
            for _ in 0..<3 { _ = try watch.next(on: connection) }
            #expect(try Stuck.fingerprint(connection) == before)
        }
    }

    @Test func theHistoryForgetsWhatIsOld() {
        var history = WatchHistory(limit: 3)
        for _ in 0..<10 { history.appendGap() }
        #expect(history.moments.count == 3)
    }
}
