import Caracal
import Redis
import Rendering
import Text

/// What was recorded, as plots, with the moments at which something was found.
struct ReportPlots {
    private let frames: ReportFrames
    private let zone: ClockZone
    private let events: ReportEvents

    private var recording: Recording { frames.recording }

    init(_ frames: ReportFrames, _ zone: ClockZone) {
        self.frames = frames
        self.zone = zone
        events = ReportEvents(frames, zone)
    }

    /// The section.
    var section: DocumentSection {
        let cut = frames.cutText(zone).map { text -> DocumentBlock in .text("Not all of it: \(text).") }
        let first = [cut].compactMap(\.self)
        guard recording.frames > 0 else {
            return DocumentSection("over-time", "Over time", first + [.text("Nothing was recorded.")])
        }
        return DocumentSection("over-time", "Over time", first + events.blocks + [manner] + plots.flatMap(blocks))
    }

    /// How the plots are to be read.
    private var manner: DocumentBlock {
        if recording.frames == 1 {
            return .text("One look was recorded: each figure is a dot, and nothing tells how it moves.")
        }
        let stretch = (recording.last - recording.first) / Recording.placeCount
        let isExact = stretch <= recording.interval ?? 0
        let points: TerminalText =
            isExact
            ? ""
            : "A point of a line is the mean of about \(Format.duration(milliseconds: stretch + 500)); an area reaches from the least value to the greatest. "
        return .remark("\(points)Lines are interrupted where nothing is known.")
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
                    series: shown.map(line),
                    leftOut: rest.isEmpty ? nil : "Not shown: \(rest.joined(separator: ", ")).",
                    marks: events.marks,
                    from: recording.first,
                    to: recording.end,
                    zone: zone
                )
            )
        ]
    }

    private func line(_ subject: Recording.Subject, _ series: RecordedSeries) -> Chart.Series {
        Chart.Series(
            name: name(subject),
            label: label(subject),
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
            subject.group.map { "\(DeadLetterWords.name(subject.stream))/\($0)" }
                ?? DeadLetterWords.name(subject.stream)
        }
    }

    /// The same where there is little room: of a long name both ends stay, of the stream's and of the group's.
    private func label(_ subject: Recording.Subject) -> TerminalText {
        let name = name(subject)
        guard name.width > Chart.labelLimit else { return name }
        guard let group = subject.group else { return name.abbreviated(to: Chart.labelLimit) }
        let (stream, room) = (DeadLetterWords.name(subject.stream), Chart.labelLimit - 1)
        let width = min(stream.width, max(room / 2, room - TerminalText(group).width))
        return "\(stream.abbreviated(to: width))/\(TerminalText(group).abbreviated(to: room - width))"
    }
}
