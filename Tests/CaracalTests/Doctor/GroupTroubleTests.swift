import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

/// What holds groups up, as `doctor` names it: one finding for one cause, and the cause first.
@Suite struct GroupTroubleTests {
    private let hours: UInt64 = 7_200_000

    /// A bus whose `audit-ingestor` was given entries.
    private func withAudit(
        _ binary: RedisBinary = .v8_2,
        entries: Int,
        _ body: (DoctorBus) throws -> Void
    ) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            var bus = try DoctorBus(server)
            bus.keys = SignatureKeys()
            bus.setup = LocalSetup(requiresSignatures: false)
            let command = { (id: Int) in Command("XADD", "caracal.audit.events", "\(id)-0", "data", "{}") }
            _ = try bus.connection.pipeline((1...entries).map(command))
            try body(bus)
        }
    }

    /// The same where `old` was given all but the last entry, the first of them hours ago, and `new` has acknowledged the last.
    ///
    /// - Parameter deliveries: how often each of those first ones was delivered.
    private func withStuckAudit(
        _ binary: RedisBinary,
        entries: Int,
        deliveries: [Int],
        _ body: (DoctorBus) throws -> Void
    ) throws {
        try withAudit(binary, entries: entries) { bus in
            try Stuck.deliver(entries - 1, to: "old", bus.connection)
            try Stuck.deliver(1, to: "new", bus.connection)
            try bus.run("XACK caracal.audit.events audit-ingestor \(entries)-0")
            for (index, count) in deliveries.enumerated() {
                try Stuck.age(UInt64(index + 1), of: "old", idle: Int(hours), deliveries: count, bus.connection)
            }
            try body(bus)
        }
    }

    private func outcomes(_ bus: DoctorBus, _ checks: String...) throws -> [Diagnosis.Item] {
        try Diagnosis(bus.examine()).items.filter { checks.contains($0.check) && $0.outcome.status != .ok }
    }

    private func words(_ item: Diagnosis.Item) -> String { item.outcome.sentence.text { "\($0 / 3_600_000) h" }.text }

    @Test(arguments: RedisBinary.allCases)
    func whatIsOneDeliveryFromDyingStandsBeforeTheClaimThatWouldEndIt(binary: RedisBinary) throws {
        try withStuckAudit(binary, entries: 1_200, deliveries: Array(repeating: 7, count: 40)) { bus in
            let found = try outcomes(bus, "deliveries", "stuck-consumers")
            #expect(found.map(\.check) == ["deliveries", "stuck-consumers"])
            #expect(found.map(\.explainedBy) == [nil, "deliveries"])
            #expect(
                found.map(words) == [
                    "40 of 1,199 pending entries of audit-ingestor on caracal.audit.events are one delivery from the dead "
                        + "letter stream (limit 8): find out why they fail before a restart or a claim",
                    "the consumer old of audit-ingestor on caracal.audit.events is stuck: it holds 1,199 entries and "
                        + "acknowledges none",
                ]
            )
            #expect(
                found.map(\.outcome.fix?.text)
                    == Array(
                        repeating:
                            "caracalctl claim audit.events audit-ingestor --to new --min-idle 30s --limit 1199 # first see "
                            + "why some fail: caracalctl pending audit.events audit-ingestor --min-deliveries 7, and the Audit "
                            + "service's log; or restart it",
                        count: 2
                    )
            )
            let first = try Diagnosis(bus.examine()).items.first { $0.outcome.status != .note }
            #expect(first?.check == "deliveries")
        }
    }

    /// What is no longer in the stream nobody can be given, nor can it become a dead letter.
    @Test(arguments: RedisBinary.allCases)
    func whatWasTrimmedIsAcknowledgedAndNotClaimed(binary: RedisBinary) throws {
        try withStuckAudit(binary, entries: 4, deliveries: [9, 1, 1]) { bus in
            let again =
                "first note what was not processed, as far as the group knows: caracalctl pending audit.events "
                + "audit-ingestor --lost --all"
            let least = binary == .v6_2 ? "at least " : ""
            let acknowledge = "caracalctl ack audit.events audit-ingestor --trimmed"
            for (first, held, fix) in [
                (
                    3, "3 entries, \(least)2 of them no longer in the stream, and",
                    "caracalctl claim audit.events audit-ingestor --to new --min-idle 30s && \(acknowledge) # or restart it; \(again)"
                ),
                (
                    5, "3 entries, all of them no longer in the stream, and",
                    "\(acknowledge) # they are no longer in the stream, nobody can be given them; \(again)"
                ),
            ] {
                try bus.run("XTRIM caracal.audit.events MINID \(first)-0")
                let found = try outcomes(bus, "deliveries", "stuck-consumers")
                #expect(
                    found.map(words) == [
                        "the consumer old of audit-ingestor on caracal.audit.events is stuck: it holds \(held) acknowledges none"
                    ]
                )
                #expect(found.map(\.outcome.fix?.text) == [fix])
            }
        }
    }

    /// The names of very many are not asked for; that most of them are left over is known all the same.
    @Test func moreConsumersThanCanBeLookedAtAreSaidToBe() throws {
        try withAudit(entries: 1) { bus in
            let create = { (id: Int) in
                Command("XGROUP", "CREATECONSUMER", "caracal.audit.events", "audit-ingestor", "c\(id)")
            }
            _ = try bus.connection.pipeline((1...20_001).map(create))
            let found = try outcomes(bus, "stuck-consumers", "consumers")
            #expect(
                found.map(words) == [
                    "at least 20,000 of 20,001 consumers in audit-ingestor on caracal.audit.events are left-over names, and "
                        + "each look at them holds the server up",
                    "the consumers of audit-ingestor on caracal.audit.events are not known: 20,001 are too many to look at "
                        + "each",
                    "no consumer is listed for opa-engine on caracal.policy.invalidate, sts-revocation on "
                        + "caracal.sessions.revoke, resource-revocation on caracal.sessions.revoke, sts-keys on "
                        + "caracal.keys.invalidate, coordinator-relay on caracal.agents.lifecycle",
                ]
            )
            #expect(
                found[0].outcome.fix?.text
                    == "caracalctl consumer prune audit.events audit-ingestor --idle 1h # removes only names that hold nothing"
            )
            try bus.run("CONFIG RESETSTAT")
            _ = try bus.examine()
            #expect(try bus.connection.commandCounts()["xinfo|consumers"] == nil)
        }
    }

    @Test func anEntryThatIsOverdueIsSaidToBe() throws {
        try withAudit(entries: 2) { bus in
            try Stuck.deliver(2, to: "old", bus.connection)
            try Stuck.age(1, of: "old", idle: 1, deliveries: 9, bus.connection)
            let found = try outcomes(bus, "deliveries")
            #expect(
                found.map(words) == [
                    "1 of 2 pending entries of audit-ingestor on caracal.audit.events is one delivery from the dead letter "
                        + "stream, or overdue for it (limit 8): find out why it fails before a restart or a claim"
                ]
            )
        }
    }

    /// Who was just given the oldest entries must not hide those behind them: not with few, and not with more than are looked at.
    @Test(arguments: [300, 102_000])
    func aFreshClaimOfTheOldestHidesNobody(entries: Int) throws {
        try withAudit(entries: 1) { bus in
            let add = "for i = 2, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], i .. '-0', 'data', '{}') end"
            _ = try bus.connection.send(Command("EVAL", add, "1", "caracal.audit.events", "\(entries)"))
            try Stuck.deliver(entries - 200, to: "new", bus.connection)
            try Stuck.deliver(200, to: "old", bus.connection)
            for id in (entries - 199)...entries {
                try Stuck.age(UInt64(id), of: "old", idle: 60_000, deliveries: 1, bus.connection)
            }
            let found = try outcomes(bus, "stuck-consumers").filter { $0.outcome.status != .unknown }
            #expect(
                found.map(words) == [
                    "the consumer old of audit-ingestor on caracal.audit.events is stuck: it holds 200 entries and "
                        + "acknowledges none"
                ]
            )
        }
    }

    /// On a server before 7.2 the names count as left over only where there are more of them than connections.
    @Test(arguments: RedisBinary.allCases)
    func manyThatAreGoneAreOneFindingWithOneClaim(binary: RedisBinary) throws {
        try withAudit(binary, entries: 3) { bus in
            for name in 1...3 { try Stuck.deliver(1, to: "gone-\(name)", bus.connection) }
            for name in 1...9 { try bus.run("XGROUP CREATECONSUMER caracal.audit.events audit-ingestor name-\(name)") }
            var bus = bus
            bus.setup = LocalSetup(requiresSignatures: false, claimIdle: 1)
            let look = XInfoConsumers(key: Stuck.stream.key, group: Stuck.group)
            try eventually("it was long ago") {
                try bus.connection.ask(look).value?.allSatisfy { $0.idle >= 10 } == true
            }
            let found = try outcomes(bus, "stuck-consumers", "consumers").filter { $0.outcome.status == .failure }
            #expect(found.count == 1)
            #expect(
                found.first.map(words)
                    == "3 of 12 consumers of audit-ingestor on caracal.audit.events hold 3 entries and are gone; 9 names are "
                    + "left over"
            )
            let fix = try #require(found.first?.outcome.fix?.text)
            let prune = "caracalctl consumer prune audit.events audit-ingestor --idle 10ms"
            // Before 7.2 a name that is left over may be a consumer that waits: it can take them over.
            if [.v6_2, .v7_0].contains(binary) {
                #expect(fix.contains(" --min-idle 1ms && \(prune) # it was last heard of "), "\(fix)")
            } else {
                #expect(fix.contains(" --to CONSUMER ") && fix.hasSuffix("; then \(prune)"), "\(fix)")
            }
        }
    }

    /// The server gives no lag after a deletion: the reader is silent all the same.
    @Test(arguments: RedisBinary.allCases)
    func aSilentReaderIsNamedWithAndWithoutTheServersLag(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            var bus = try DoctorBus(server)
            bus.keys = SignatureKeys()
            let ids = (1...400).map { "1000000000\(100 + $0)-0" }
            let command = { (id: String) in Command("XADD", "caracal.audit.events", id, "data", "{}") }
            _ = try bus.connection.pipeline(ids.map(command))
            try Stuck.deliver(150, to: "c", bus.connection)
            for id in ids.prefix(150) { try bus.run("XACK caracal.audit.events audit-ingestor \(id)") }
            bus.setup = LocalSetup(requiresSignatures: false, claimIdle: 1)
            let look = XInfoConsumers(key: Stuck.stream.key, group: Stuck.group)
            try eventually("it was long ago") { try bus.connection.ask(look).value?.first?.idle ?? 0 >= 10 }
            for (waiting, deleted) in [(250, "1-0"), (249, ids[300])] {
                try bus.run("XDEL caracal.audit.events \(deleted)")
                let found = try outcomes(bus, "silent-readers")
                #expect(found.count == 1)
                #expect(found.first?.outcome.status == .failure)
                #expect(
                    found.first.map(words)
                        == "\(waiting) entries wait for audit-ingestor on caracal.audit.events, and its only consumer c has "
                        + "been silent for 0 h"
                )
            }
        }
    }

    /// Its consumer was heard of before the first entry came that waits: for how long it has been silent is a least amount.
    @Test func aReaderThatWasSilentBeforeIsSilentForLonger() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            var bus = try DoctorBus(server)
            try bus.publish()
            try bus.consume()
            let look = XInfoConsumers(key: Array("caracal.keys.invalidate".utf8), group: Array("sts-keys".utf8))
            let idle = { try bus.connection.ask(look).value?.first?.idle ?? 0 }
            try eventually("it was long ago") { try idle() >= 100 }
            try bus.publish()
            let first = try idle()
            bus.setup = LocalSetup(keys: LocalSetup.usableKeys, claimIdle: 1)
            try eventually("what waits is old") { try idle() >= first + 50 }
            #expect(
                try outcomes(bus, "silent-readers").map(words) == [
                    "1 entry waits for sts-keys on caracal.keys.invalidate, and its only consumer reader has been silent for at least 0 h"
                ]
            )
        }
    }

    @Test func whatHasJustComeDoesNotMakeAReaderSilent() throws {
        try withServer(.v7_0, extra: ["maxmemory 2gb"]) { server in
            var bus = try DoctorBus(server)
            try bus.publish(zone: "a")
            try bus.consume()
            try bus.publish(zone: "b")
            bus.setup = LocalSetup(keys: LocalSetup.usableKeys, claimIdle: 600_000)
            #expect(Diagnosis(try bus.examine()).problems == [])
        }
    }

    @Test func whatIsInUseIsNotProposedToBePruned() throws {
        try withAudit(entries: 1) { bus in
            for name in 1...9 { try bus.run("XGROUP CREATECONSUMER caracal.audit.events audit-ingestor name-\(name)") }
            #expect(try outcomes(bus, "consumers").allSatisfy { $0.outcome.fix == nil })
        }
    }
}
