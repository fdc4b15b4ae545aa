import Redis
import TestSupport

@testable import Caracal
@testable import CaracalCommands

/// A bus with troubles, as a screen may have to show it.
enum WatchSample {
    static func model(groupName: String = "audit-ingestor") -> WatchModel {
        var model = WatchModel()
        model.server = "127.0.0.1:6379 (8.2.3, master)"
        model.frame = frame(groupName: groupName)
        for step in 0..<40 {
            var history = model.history
            history.append(frame(rate: Double(step % 9), lag: UInt64(step * step), groupName: groupName))
            model.history = history
        }
        return model
    }

    static func frame(rate: Double = 231, lag: UInt64 = 12_345, groupName: String = "audit-ingestor") -> WatchFrame {
        let streams = StreamTable.all.enumerated().map { index, definition in
            switch index {
            case 0: slow(definition, rate: rate, lag: lag, groupName)
            case 2:
                WatchedStream(
                    observed: observed(definition, .missing),
                    groups: [],
                    rateIn: nil,
                    bytes: nil,
                    deadLetters: 0
                )
            case 4: quiet(definition, pending: 3, lag: .unknown)
            default: quiet(definition, pending: 0, lag: .exact(0))
            }
        }
        let info = "used_memory:451000000\r\nmaxmemory:536870912\r\n"
        let memory = ServerMemory(.success(InfoFields(Array(info.utf8))), nil)
        return WatchFrame(streams: streams, memory: FullestServer(name: nil, memory: memory), now: 1_767_444_425_939)
    }

    private static func observed(_ definition: StreamDefinition, _ state: StreamState) -> ObservedStream {
        ObservedStream(definition: definition, state: state)
    }

    private static func info(_ length: UInt64) -> StreamInfo {
        let last = EntryID(milliseconds: 1_767_444_425_000, sequence: 0)
        return StreamInfo(
            length: length,
            lastGeneratedID: last,
            groups: 1,
            firstID: last,
            lastID: last,
            entriesAdded: length
        )
    }

    private static func slow(_ definition: StreamDefinition, rate: Double, lag: UInt64, _ name: String) -> WatchedStream
    {
        var group = GroupStanding(
            stream: definition,
            name: Array(name.utf8),
            info: GroupInfo(name: Array(name.utf8), consumers: 2, pending: 640, lastDeliveredID: .zero)
        )
        group.lag = .exact(lag)
        group.lost = .exact(0)
        group.oldestIdle = .atLeast(95_000)
        group.mostDeliveries = .atLeast(7)
        group.consumers = [
            ConsumerStanding(
                ConsumerInfo(name: Array("audit-7d9f".utf8), pending: 40, idle: 12),
                held: 2,
                claimIdle: 30_000
            ),
            ConsumerStanding(
                ConsumerInfo(name: Array("audit-5c11".utf8), pending: 600, idle: 95_000),
                held: 95_000,
                claimIdle: 30_000
            ),
        ]
        let idle = GroupStanding(
            stream: definition,
            name: Array("siem-export".utf8),
            info: GroupInfo(name: Array("siem-export".utf8), lastDeliveredID: .zero)
        )
        return WatchedStream(
            observed: observed(definition, .stream(info(231_008), groups: [])),
            groups: [
                WatchedGroup(standing: group, rateOut: 7.5), WatchedGroup(standing: idle, rateOut: nil),
            ],
            rateIn: rate,
            bytes: 243_000_000,
            deadLetters: 0
        )
    }

    private static func quiet(_ definition: StreamDefinition, pending: UInt64, lag: Quantity) -> WatchedStream {
        let groups = definition.groups.map { group in
            let name = Array(group.name.utf8)
            let info = GroupInfo(name: name, consumers: 1, pending: pending, lastDeliveredID: .zero)
            var standing = GroupStanding(stream: definition, name: name, info: info)
            standing.lag = lag
            standing.behind = lag == .exact(0) ? 0 : nil
            standing.oldestIdle = pending > 0 ? .exact(4000) : nil
            return WatchedGroup(standing: standing, rateOut: 0)
        }
        let dead: UInt64 = definition.name.hasSuffix(".dlq") ? 37 : 0
        return WatchedStream(
            observed: observed(definition, .stream(info(dead + 4), groups: [])),
            groups: groups,
            rateIn: 0,
            bytes: 4_900,
            deadLetters: dead
        )
    }
}
