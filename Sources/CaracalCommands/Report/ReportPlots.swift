import Caracal
import Redis
import Rendering
import Text

/// What was recorded, as plots, with the moments at which something was found.
struct ReportPlots {
    private let frames: ReportFrames
    private let zone: ClockZone
    private let events: [Event]

    private var recording: Recording { frames.recording }

    /// How many moments are marked.
    private static let eventLimit = 30

    /// Something that was found in the frames, or that changed.
    private struct Event {
        let time: Int
        /// The last frame in which it was seen; nil for what happened in a moment.
        let end: Int?
        let stream: [UInt8]
        let group: [UInt8]?
        let text: TerminalText
    }

    init(_ frames: ReportFrames, _ zone: ClockZone) {
        self.frames = frames
        self.zone = zone
        let faults = frames.recording.faults.map { fault in
            Event(
                time: fault.first,
                end: fault.last,
                stream: fault.stream,
                group: fault.group,
                text: Self.words(fault.mark)
            )
        }
        let moves = frames.recording.moves.map { move in
            Event(time: move.time, end: nil, stream: [], group: nil, text: "another server answers: \(move.server)")
        }
        events = (faults + moves).sorted { $0.time < $1.time }
    }

    /// The section.
    var section: DocumentSection {
        guard recording.frames > 0 else {
            return DocumentSection("over-time", "Over time", [.text("Nothing was recorded.")])
        }
        return DocumentSection("over-time", "Over time", marks + plots.flatMap(blocks))
    }

    // MARK: Marks

    private var marks: [DocumentBlock] {
        guard !events.isEmpty else { return [.text("Nothing was found in the frames beside their figures.")] }
        var table = TextTable([
            Column("", .right), Column("FROM"), Column("TO"), Column("STREAM"), Column("GROUP"), Column("FOUND"),
        ])
        for (index, event) in events.enumerated() {
            let number: Cell = index < Self.eventLimit ? Cell("\(index + 1)") : "-"
            table.append([
                number, Cell(start(event)), Cell(end(event)),
                event.stream.isEmpty ? "-" : Cell(DeadLetterWords.name(event.stream)),
                event.group.map { Cell(bytes: $0) } ?? "-", Cell(event.text),
            ])
        }
        return [
            .table(table, caption: "Found in the frames"), .remark("The numbers are those of the marks in the plots."),
        ]
    }

    private func start(_ event: Event) -> TerminalText {
        event.time == recording.first && event.end != nil ? "the start" : moment(event.time)
    }

    private func end(_ event: Event) -> TerminalText {
        guard let end = event.end else { return "-" }
        return end == recording.last ? "the end" : moment(end)
    }

    private func moment(_ time: Int) -> TerminalText {
        TerminalText(keeping: zone.timestamp(milliseconds: time).map(ReportDocument.shortened) ?? "unknown")
    }

    /// What a mark of a frame means.
    private static func words(_ mark: [UInt8]) -> TerminalText {
        switch WatchMark(rawValue: String(decoding: mark, as: UTF8.self)) {
        case .lost: "lost: entries were removed before they were delivered"
        case .skipped: "skipped: the group was put behind entries that it may not have read"
        case .gone: "gone: a consumer that is gone holds entries"
        case .badSignatures: "bad signatures among the newest entries"
        case .future: "future: an id lies ahead of the server's clock"
        case nil: mark.elementsEqual("missing".utf8) ? "missing: it was not there" : TerminalText(mark)
        }
    }

    // MARK: Plots

    /// A plot, and the measures that are its lines.
    private struct Plot {
        let id: StaticString
        let title: TerminalText
        let caption: TerminalText
        let unit: Chart.Unit
        let measures: [Recording.Measure]
    }

    private var plots: [Plot] {
        [
            Plot(
                id: "lag",
                title: "Lag",
                caption: "Entries still to be delivered to a group.",
                unit: .count,
                measures: [.lag]
            ),
            Plot(
                id: "behind",
                title: "Age of what waits",
                caption: "How old the oldest entry is that is still to be delivered to a group.",
                unit: .milliseconds,
                measures: [.behind]
            ),
            Plot(
                id: "in",
                title: "Entries in",
                caption: "Entries added to a stream a second.",
                unit: .perSecond,
                measures: [.rateIn]
            ),
            Plot(
                id: "out",
                title: "Entries out",
                caption: "Entries delivered to a group a second.",
                unit: .perSecond,
                measures: [.rateOut]
            ),
            Plot(
                id: "pending",
                title: "Pending",
                caption: "Entries delivered to a group and not acknowledged.",
                unit: .count,
                measures: [.pending]
            ),
            Plot(
                id: "dead-letters-plot",
                title: "Dead letters",
                caption: "Dead letters of a stream.",
                unit: .count,
                measures: [.deadLetters]
            ),
            Plot(
                id: "memory-used",
                title: "Memory",
                caption: "Bytes that the server uses, and its limit.",
                unit: .bytes,
                measures: [.usedMemory, .maxmemory]
            ),
            Plot(
                id: "memory-streams",
                title: "Memory by stream",
                caption: "Bytes that a stream takes, an estimate.",
                unit: .bytes,
                measures: [.memory]
            ),
        ]
    }

    private func blocks(_ plot: Plot) -> [DocumentBlock] {
        let all = plot.measures.flatMap { recording.series($0) }
        let lines = all.filter { ($0.series.most ?? 0) > 0 }
        guard !lines.isEmpty else { return [] }
        let shown = Array(lines.prefix(Chart.seriesLimit))
        let groups = shown.map { $0.subject.group }
        let smaller = lines.count - shown.count
        let zero = all.count - lines.count
        let rest = [
            smaller > 0 ? "\(Format.grouped(smaller)) smaller" : nil,
            zero > 0 ? "\(Format.grouped(zero)) at 0 throughout" : nil,
        ].compactMap(\.self)
        return [
            .chart(
                Chart(
                    id: plot.id,
                    title: plot.title,
                    caption: plot.caption,
                    unit: plot.unit,
                    series: shown.map { subject, series in
                        line(subject, series, isNameEnough: groups.count { $0 == subject.group } == 1)
                    },
                    leftOut: rest.isEmpty ? nil : "Not shown: \(rest.joined(separator: ", ")).",
                    marks: events.prefix(Self.eventLimit).enumerated().map {
                        Chart.Mark(number: $0 + 1, time: $1.time)
                    },
                    from: recording.first,
                    to: recording.last,
                    zone: zone
                )
            )
        ]
    }

    /// - Parameter isNameEnough: whether no other line is of a group of that name.
    private func line(_ subject: Recording.Subject, _ series: RecordedSeries, isNameEnough: Bool) -> Chart.Series {
        Chart.Series(
            name: name(subject),
            label: isNameEnough ? subject.group.map { TerminalText($0) } : nil,
            points: recording.places(of: series).map { place in
                Chart.Point(
                    time: place.time,
                    least: Double(place.values.least),
                    most: Double(place.values.most),
                    mean: Double(place.values.mean),
                    followsGap: place.followsGap
                )
            },
            first: series.firstValue ?? 0,
            last: series.lastValue ?? 0,
            least: series.least ?? 0,
            most: series.most ?? 0,
            remark: series.qualities.isEmpty
                ? nil : series.qualities.map { TerminalText($0) }.joined(separator: ", ")
        )
    }

    private func name(_ subject: Recording.Subject) -> TerminalText {
        switch subject.measure {
        case .usedMemory: "used"
        case .maxmemory: "maxmemory"
        default:
            subject.group.map { "\(DeadLetterWords.name(subject.stream)) / \($0)" }
                ?? DeadLetterWords.name(subject.stream)
        }
    }
}
