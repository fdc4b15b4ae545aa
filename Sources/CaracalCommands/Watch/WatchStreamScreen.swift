import Caracal
import Redis
import Rendering
import Text

extension WatchScreen {
    /// The groups of a stream, then the consumers of each.
    func streamLines(_ stream: WatchedStream) -> [String] {
        if let problem = stream.observed.state.problem { return [cut(problem, .red)] }
        var lines = [cut(facts(stream)), ""] + groupTable(stream)
        for group in stream.groups {
            guard let consumers = group.standing.consumers, !consumers.isEmpty else { continue }
            let title = "\(TerminalText(group.standing.name)): \(Format.count(consumers.count, "consumer"))"
            lines += ["", cut(title, .bold)] + consumerTable(consumers)
        }
        return lines
    }

    private func facts(_ stream: WatchedStream) -> String {
        let info = stream.observed.state.info
        let bound = stream.observed.definition.bound.map { " of \(Format.compact($0))" } ?? ""
        return "length \(info.map { Format.compact($0.length) } ?? "?")\(bound)  in \(rate(stream.rateIn))/s  "
            + "memory \(stream.bytes.map { Format.compactSize($0) } ?? "?")  "
            + "dead letters \(stream.deadLetters.map { Format.compact($0) } ?? "?")"
    }

    private func groupTable(_ stream: WatchedStream) -> [String] {
        let groups = stream.groups
        let there = { (make: (WatchedGroup) -> String) in groups.map { Cell($0.standing.info == nil ? "-" : make($0)) }
        }
        return table(
            [
                WatchColumn(
                    "GROUP",
                    .left,
                    priority: 0,
                    isFlexible: true,
                    groups.map { Cell(bytes: $0.standing.name) }
                ),
                WatchColumn(
                    "LAG",
                    priority: 0,
                    groups.map {
                        $0.standing.info == nil ? Cell("MISSING", style: .red) : Cell(lag($0.standing))
                    }
                ),
                WatchColumn("PEND", priority: 2, there { Format.compact($0.standing.info?.pending ?? 0) }),
                WatchColumn("OLDEST", priority: 3, there { idle($0.standing.oldestIdle) }),
                WatchColumn("OUT/s", priority: 4, there { rate($0.rateOut) }),
                WatchColumn("TRIES", priority: 5, there { $0.standing.mostDeliveries.map { short($0) } ?? "-" }),
                WatchColumn("LOST", priority: 6, there { short($0.standing.lost) }),
                WatchColumn("CONSUMERS", priority: 7, there { Format.compact($0.standing.info?.consumers ?? 0) }),
            ],
            rows: groups.count
        )
    }

    private func style(_ consumer: ConsumerStanding) -> Style? {
        switch consumer.state {
        case .stuck: .yellow
        case .gone: consumer.info.pending > 0 ? .red : .yellow
        case .active, .unknown: nil
        }
    }

    private func consumerTable(_ consumers: [ConsumerStanding]) -> [String] {
        table(
            [
                WatchColumn(
                    "CONSUMER",
                    .left,
                    priority: 0,
                    isFlexible: true,
                    consumers.map { Cell(bytes: $0.info.name) }
                ),
                WatchColumn(
                    "STATE",
                    .left,
                    priority: 0,
                    consumers.map { Cell($0.state.rawValue, style: style($0)) }
                ),
                WatchColumn("PEND", priority: 2, consumers.map { Cell(Format.compact($0.info.pending)) }),
                WatchColumn(
                    "IDLE",
                    priority: 3,
                    consumers.map { Cell(Format.age(milliseconds: Int(clamping: $0.info.idle))) }
                ),
            ],
            rows: consumers.count
        )
    }
}
