import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

/// Checks at the very figures from which on they judge otherwise, over an examination that was changed by hand.
@Suite struct CheckBoundaryTests {
    /// The group `sts-keys` on `keys.invalidate`, whose bound is 10,000.
    private static let group = 6

    private func withExamination(_ body: (Examination) throws -> Void) throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish(id: "5-0")
            try bus.consume()
            let examination = try bus.examine()
            #expect(examination.pending.groups[Self.group].name.readable == "sts-keys")
            try body(examination)
        }
    }

    private func statuses(
        _ check: HealthCheck,
        _ examination: Examination,
        _ change: (inout Examination) -> Void
    ) -> [CheckOutcome.Status] {
        var changed = examination
        change(&changed)
        return check.examine(changed).map(\.status)
    }

    @Test func aClockIsJudgedByWhatTheRoundTripCannotExplain() throws {
        try withExamination { examination in
            func status(_ server: UInt64) -> [CheckOutcome.Status] {
                statuses(.clockSkew, examination) {
                    $0.servers[0].clock = .known(ClockReading(before: 100_000, server: server, after: 103_000))
                }
            }
            #expect([98_001, 100_000, 103_000, 104_999].map(status) == [[.ok], [.ok], [.ok], [.ok]])
            #expect([98_000, 105_000, 162_999].map(status) == [[.warning], [.warning], [.warning]])
            #expect([40_000, 163_000].map(status) == [[.failure], [.failure]])
        }
    }

    @Test(arguments: [(3_005, CheckOutcome.Status.ok), (3_004, .warning)] as [(UInt64, CheckOutcome.Status)])
    func anIDIsOfTheFutureBeyondTheLeeway(now: UInt64, status: CheckOutcome.Status) throws {
        try withExamination { examination in
            let found = statuses(.futureIDs, examination) { examination in
                examination.pending = examination.pending.shifted(by: 5_000, now: now)
            }
            #expect(found == [status], "the last id is 5005-0")
        }
    }

    @Test(
        arguments: [
            (7_999, CheckOutcome.Status.ok), (8_000, .warning), (9_999, .warning), (10_000, .failure),
        ] as [(UInt64, CheckOutcome.Status)]
    )
    func lagIsHeldAgainstTheBound(lag: UInt64, status: CheckOutcome.Status) throws {
        try withExamination { examination in
            let found = statuses(.lag, examination) { $0.change(Self.group) { $0.lag = .exact(lag) } }
            #expect(found == [status])
        }
    }

    @Test func anEntryIsOnItsLastDeliveryOneBeforeTheLimit() throws {
        try withExamination { examination in
            func status(_ deliveries: UInt64) -> [CheckOutcome.Status] {
                statuses(.deliveries, examination) { examination in
                    let old = examination.pending.groups[0]
                    let info = GroupInfo(name: old.name, consumers: 1, pending: 1, lastDeliveredID: .zero)
                    var group = GroupStanding(stream: old.stream, name: old.name, info: info)
                    let entry = PendingEntry(id: .zero, consumer: Array("c".utf8), idle: 1, deliveries: deliveries)
                    PendingTally([entry], of: nil, dangerFrom: 7).note(in: &group, isWhole: true, claimIdle: 30_000)
                    examination.replace(0, group)
                }
            }
            #expect(status(6) == [.ok])
            #expect(status(7) == [.warning])
        }
    }

    @Test func oneSkippedEntryIsSaid() throws {
        try withExamination { examination in
            let found = statuses(.skippedEntries, examination) { examination in
                let old = examination.pending.groups[Self.group]
                let info = GroupInfo(
                    name: old.name,
                    consumers: 1,
                    lastDeliveredID: EntryID(milliseconds: 5, sequence: 0)
                )
                examination.replace(Self.group, GroupStanding(stream: old.stream, name: old.name, info: info))
            }
            #expect(found == [.warning])
        }
    }

    @Test func aNameIsNeverToBeRemovedWithWhatItHolds() throws {
        try withExamination { examination in
            func isToBeRemoved(pending: UInt64) -> Bool {
                var changed = examination
                changed.change(Self.group) {
                    let info = ConsumerInfo(name: Array("c".utf8), pending: pending, idle: 600_000, lastSuccess: .never)
                    $0.consumers = [ConsumerStanding(info, held: 600_000, claimIdle: 30_000)]
                }
                return HealthCheck.consumers.examine(changed).contains {
                    $0.fix?.text.contains("consumer prune") == true
                }
            }
            #expect(isToBeRemoved(pending: 0))
            #expect(!isToBeRemoved(pending: 1))
        }
    }
}

extension PendingReport {
    /// The same at another time, with every stream's last id later by so many milliseconds.
    fileprivate func shifted(by time: UInt64, now: UInt64) -> PendingReport {
        let later = streams.map { observed in
            guard let info = observed.state.info else { return observed }
            let last = EntryID(milliseconds: info.lastGeneratedID.milliseconds + time, sequence: 0)
            let moved = StreamInfo(length: 0, lastGeneratedID: last, groups: 0, firstID: nil, lastID: nil)
            return ObservedStream(definition: observed.definition, state: .stream(moved, groups: []))
        }
        return PendingReport(streams: later, groups: groups, now: now, findings: findings)
    }
}

extension Examination {
    fileprivate mutating func change(_ index: Int, _ change: (inout GroupStanding) -> Void) {
        var group = pending.groups[index]
        change(&group)
        replace(index, group)
    }

    fileprivate mutating func replace(_ index: Int, _ group: GroupStanding) {
        var groups = pending.groups
        groups[index] = group
        pending = PendingReport(streams: pending.streams, groups: groups, now: pending.now, findings: pending.findings)
    }
}
