import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// A group that was put behind entries, or beyond the end of its stream: `doctor`, `check`, `watch` and the metrics think the same of it,
/// whichever group it is and wherever it stands.
@Suite struct PassedOverTests {
    /// Whose group it is.
    struct Kind: CustomStringConvertible {
        let description: String
        let stream: String
        let group: String
        var isInTable = false
        var hasConsumer = false
        /// What is thought of it behind entries that it was not given, and beyond the end.
        let behind: Verdict
        let beyond: Verdict
    }

    /// What is thought of a group.
    enum Verdict: String {
        case nothing
        case unknown
        case warning
        case failure
    }

    private static let host = "gateway-revocation:gw-1"

    static let kinds = [
        Kind(
            description: "a group that a service reads through",
            stream: "caracal.keys.invalidate",
            group: "sts-keys",
            isInTable: true,
            behind: .warning,
            beyond: .failure
        ),
        Kind(
            description: "an observer's group without a consumer, which no alarm counts",
            stream: "caracal.delegations.invalidate",
            group: "delegations-observer",
            isInTable: true,
            behind: .nothing,
            beyond: .nothing
        ),
        Kind(
            description: "an observer's group with one",
            stream: "caracal.delegations.invalidate",
            group: "delegations-observer",
            isInTable: true,
            hasConsumer: true,
            behind: .warning,
            beyond: .failure
        ),
        Kind(
            description: "a host's group, which begins at $ by design",
            stream: "caracal.sessions.revoke",
            group: host,
            hasConsumer: true,
            behind: .nothing,
            beyond: .failure
        ),
        Kind(
            description: "a host's group without a consumer",
            stream: "caracal.sessions.revoke",
            group: host,
            behind: .nothing,
            beyond: .nothing
        ),
        Kind(
            description: "another group",
            stream: "caracal.sessions.revoke",
            group: "mine",
            hasConsumer: true,
            behind: .warning,
            beyond: .failure
        ),
    ]

    /// Where it stands.
    struct Position: CustomStringConvertible {
        let description: String
        /// What is sent, with KEY and GROUP in it.
        let commands: [String]
        let verdict: @Sendable (Kind) -> Verdict
    }

    private static let add = "XADD KEY 5-0 zone_id z"

    static let positions = [
        Position(description: "at the beginning of an empty stream", commands: []) { _ in .nothing },
        Position(description: "before an entry", commands: [add]) { _ in .nothing },
        Position(description: "behind an entry", commands: [add, "XGROUP SETID KEY GROUP $"]) { $0.behind },
        Position(
            description: "behind one entry and before another",
            commands: [add, "XGROUP SETID KEY GROUP $", "XADD KEY 6-0 zone_id z"]
        ) { $0.behind },
        Position(
            description: "behind what is there no more",
            commands: [add, "XGROUP SETID KEY GROUP $", "XTRIM KEY MAXLEN 0"]
        ) { _ in .nothing },
        Position(description: "beyond the end", commands: [add, "XGROUP SETID KEY GROUP 9999999999999-0"]) {
            $0.beyond
        },
        Position(description: "beyond the end of an empty stream", commands: ["XGROUP SETID KEY GROUP 1-0"]) {
            $0.beyond
        },
        Position(
            description: "far beyond the end of an empty stream",
            commands: ["XGROUP SETID KEY GROUP 9999999999999-0"]
        ) { $0.beyond },
        Position(
            description: "beyond the end of a stream that was emptied",
            commands: [add, "XGROUP SETID KEY GROUP 5-1", "XTRIM KEY MAXLEN 0"]
        ) { $0.beyond },
    ]

    /// The newer ones all count what is read.
    @Test(arguments: [RedisBinary.v6_2, .v8_2])
    func doctorCheckWatchAndMetricsThinkTheSame(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let bus = try DoctorBus(server)
            for kind in Self.kinds {
                for position in Self.positions {
                    try Self.make(kind, position, bus)
                    // What is read is not counted before Redis 7: then it cannot be told where a group was put.
                    let expected = position.verdict(kind)
                    let told: Verdict = binary == .v6_2 && expected == .warning ? .unknown : expected
                    let place: Comment = "\(kind), \(position)"
                    #expect(try Self.doctor(kind, bus) == told, place)
                    let report = try Check().run(on: bus.connection)
                    #expect(Self.check(kind, report) == told, place)
                    let isAlarm = told == .warning || told == .failure
                    #expect(try Self.hasMark(kind, bus) == isAlarm, place)
                    #expect(Self.hasSample(kind, report) == isAlarm, place)
                    try Self.renew(kind.stream, bus)
                }
            }
        }
    }

    private static func make(_ kind: Kind, _ position: Position, _ bus: DoctorBus) throws {
        var commands = kind.isInTable ? [] : ["XGROUP CREATE KEY GROUP 0"]
        if kind.hasConsumer { commands.append("XGROUP CREATECONSUMER KEY GROUP c") }
        for command in commands + position.commands {
            try bus.run(command.replacing("KEY", with: kind.stream).replacing(" GROUP", with: " \(kind.group)"))
        }
    }

    /// Makes a stream of the table as it was provisioned.
    private static func renew(_ stream: String, _ bus: DoctorBus) throws {
        let definition = try #require(StreamTable.all.first { $0.name == stream })
        try bus.run("DEL \(stream)")
        for group in definition.groups {
            try bus.run("XGROUP CREATE \(stream) \(group.name) 0 MKSTREAM")
        }
    }

    private static func doctor(_ kind: Kind, _ bus: DoctorBus) throws -> Verdict {
        let found = Diagnosis(try bus.examine()).items.first { item in
            item.check == "skipped-entries" && item.outcome.group == Array(kind.group.utf8)
        }
        switch found?.outcome.status {
        case .failure: return .failure
        case .warning: return .warning
        case .unknown: return .unknown
        case .note, .ok, nil: return .nothing
        }
    }

    private static func check(_ kind: Kind, _ report: CheckReport) -> Verdict {
        for fault in report.faults {
            switch fault {
            case .skipped(_, let group, _) where group == Array(kind.group.utf8): return .warning
            case .beyondEnd(_, let group, _) where group == Array(kind.group.utf8):
                return fault.state == .critical ? .failure : .warning
            default: continue
            }
        }
        return report.unlooked.contains { $0.question == .skipped } ? .unknown : .nothing
    }

    private static func hasMark(_ kind: Kind, _ bus: DoctorBus) throws -> Bool {
        var watch = Watch()
        _ = try watch.next(on: bus.connection)
        let streams = try watch.next(on: bus.connection).streams
        return streams.first { $0.observed.definition.name == kind.stream }?.marks.contains(.skipped) == true
    }

    /// Whether the rule CaracalEntriesSkipped fires.
    private static func hasSample(_ kind: Kind, _ report: CheckReport) -> Bool {
        report.groups.contains {
            $0.name == Array(kind.group.utf8) && $0.isCounted && report.hasSkipped($0) == true
        }
    }
}
