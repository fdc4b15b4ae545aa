import Caracal
import Redis
import Rendering
import Text

extension WatchScreen {
    /// The groups of a stream, then the consumers of each; and which of the lines is the marked one.
    func streamLines(_ stream: WatchedStream) -> (lines: [ScreenText], marked: Int) {
        if let problem = stream.observed.state.problem { return ([cut("\(problem)", .red)], 0) }
        var lines = [cut(facts(stream)), ""]
        // A heading stands above the first row.
        var marked = lines.count + 1 + model.marked
        let mark = markColumn(stream.groups.count, marked: model.marked)
        lines += table([mark] + columns(of: stream.groups.map { (stream, $0) }), rows: stream.groups.count)
        var place = stream.groups.count
        for (index, group) in stream.groups.enumerated() {
            let consumers = WatchModel.listed(group, at: index)
            if group.standing.hasUnlistedConsumers {
                let count = Format.count(group.standing.info?.consumers ?? 0, "consumer")
                lines += ["", cut("\(group.standing.name): \(count), too many for each frame", .bold)]
            }
            guard !consumers.isEmpty else { continue }
            let count = Format.count(group.standing.consumers?.count ?? 0, "consumer")
            lines += ["", cut("\(group.standing.name): \(count)", .bold)]
            let own = model.marked - place
            if consumers.indices.contains(own) { marked = lines.count + 1 + own }
            lines += consumerTable(consumers, marked: own)
            place += consumers.count
        }
        return (lines, marked)
    }

    private func facts(_ stream: WatchedStream) -> TerminalText {
        let info = stream.observed.state.info
        let bound = stream.observed.definition.bound.map { " of \(Format.compact($0))" } ?? ""
        return "length \(info.map { Format.compact($0.length) } ?? "?")\(bound)  in \(rate(stream.rateIn))/s  "
            + "memory \(stream.bytes.map { Format.compactSize($0) } ?? "?")  "
            + "dead letters \(stream.deadLetters.map { Format.compact($0) } ?? "?")"
    }

    /// What there is to say of groups, one a row.
    func columns(of groups: [(stream: WatchedStream, group: WatchedGroup)]) -> [WatchColumn] {
        let there = { (make: (WatchedGroup) -> String) in
            groups.map { Cell($0.group.standing.info == nil ? "-" : make($0.group)) }
        }
        return [
            WatchColumn(
                "GROUP",
                .left,
                priority: 0,
                isFlexible: true,
                groups.map { Cell(name: $0.group.standing.name) }
            ),
            WatchColumn(
                "LAG",
                priority: 0,
                groups.map {
                    $0.group.standing.info == nil ? Cell("MISSING", style: .red) : Cell(lag($0.group.standing))
                }
            ),
            WatchColumn("BEHIND", priority: 2, there { behind($0.standing.behind) }),
            WatchColumn("PEND", priority: 3, there { Format.compact($0.standing.info?.pending ?? 0) }),
            WatchColumn("OLDEST", priority: 4, there { idle($0.standing.oldestIdle) }),
            WatchColumn("OUT/s", priority: 6, there { rate($0.rateOut) }),
            WatchColumn(
                "DRAINS",
                priority: 7,
                groups.map {
                    $0.group.standing.info == nil ? "-" : drain($0.group.drain(rateIn: $0.stream.rateIn))
                }
            ),
            WatchColumn("TRIES", priority: 5, there { $0.standing.mostDeliveries.map { short($0) } ?? "-" }),
            WatchColumn("LOST", priority: 9, there { lost($0.standing) }),
            WatchColumn("CONSUMERS", priority: 8, there { Format.compact($0.standing.info?.consumers ?? 0) }),
        ] + notes(groups.map(\.group.marks))
    }

    /// What is certain, else what the server's counters say.
    private func lost(_ group: GroupStanding) -> String {
        guard group.canLose else { return "-" }
        return group.loss?.reported.map { "~" + Format.compact($0) } ?? short(group.lost)
    }

    private func style(_ consumer: ConsumerStanding) -> Style? {
        switch consumer.state {
        case .stuck: .yellow
        case .gone: consumer.info.pending > 0 ? .red : .yellow
        case .active, .unknown: nil
        }
    }

    private func consumerTable(_ consumers: [ConsumerStanding], marked: Int) -> [ScreenText] {
        table(
            [
                markColumn(consumers.count, marked: marked),
                WatchColumn(
                    "CONSUMER",
                    .left,
                    priority: 0,
                    isFlexible: true,
                    consumers.map { Cell(name: $0.info.name) }
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
