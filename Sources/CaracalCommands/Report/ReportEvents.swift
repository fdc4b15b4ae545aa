import Caracal
import Redis
import Rendering
import Text

/// What happened while frames were recorded: what could not be looked at, and what was found. Each event has the number of its mark in
/// the plots, in the order of time.
struct ReportEvents {
    private let frames: ReportFrames
    private let zone: ClockZone
    private let events: [Event]

    private var recording: Recording { frames.recording }

    /// How many events are marked: as many as a plot has room for.
    private static let limit = 30

    private struct Event {
        /// Its number; nil where it has no mark.
        var number: Int?
        let time: Int
        /// When it was over, or the last frame in which it was seen; nil for what happened in a moment.
        let end: Int?
        let content: Content
    }

    private enum Content {
        case outage(Recording.Outage)
        case found(stream: [UInt8], group: [UInt8]?, TerminalText)

        var isOutage: Bool { if case .outage = self { true } else { false } }
    }

    init(_ frames: ReportFrames, _ zone: ClockZone) {
        self.frames = frames
        self.zone = zone
        let recording = frames.recording
        let outages = recording.unseen.map { Event(time: $0.from, end: $0.to, content: .outage($0)) }
        let faults = recording.faults.map { fault in
            Event(
                time: fault.first,
                end: fault.last,
                content: .found(stream: fault.stream, group: fault.group, Self.words(fault.mark))
            )
        }
        let moves = recording.moves.map { move in
            Event(
                time: move.time,
                end: nil,
                content: .found(stream: [], group: nil, "another server answers: \(move.server)")
            )
        }
        let found = (faults + moves).sorted { $0.time < $1.time }
        let marked = outages.prefix(Self.limit) + found.prefix(max(0, Self.limit - outages.count))
        let rest = outages.dropFirst(Self.limit) + found.dropFirst(max(0, Self.limit - outages.count))
        let numbered = marked.sorted { $0.time < $1.time }.enumerated().map { number, event in
            Event(number: number + 1, time: event.time, end: event.end, content: event.content)
        }
        events = numbered + rest
    }

    /// The marks in plots.
    var marks: [Chart.Mark] {
        events.compactMap { event in
            event.number.map {
                Chart.Mark(number: $0, time: event.time, end: event.content.isOutage ? event.end : nil)
            }
        }
    }

    /// The tables of them.
    var blocks: [DocumentBlock] {
        guard !events.isEmpty else { return [.text("Nothing was found in the frames beside their figures.")] }
        let tables = [(outages, "Not reachable"), (found, "Found in the frames")] as [(TextTable, TerminalText)]
        return tables.filter { !$0.0.isEmpty }.map { .table($0.0, caption: $0.1) }
            + [.remark("The numbers are those of the marks in the plots.")]
    }

    private var outages: TextTable {
        events.reduce(
            into: TextTable([
                Column("", .right), Column("FROM"), Column("TO"), Column("NOT REACHABLE"), Column("ERROR"),
            ])
        ) { table, event in
            guard case .outage(let outage) = event.content else { return }
            let end = outage.isOver ? moment(outage.to) : "the end"
            table.append([
                number(event), Cell(moment(outage.from)), Cell(end), Cell(subject(outage)), Cell(reason(outage)),
            ])
        }
    }

    private var found: TextTable {
        events.reduce(
            into: TextTable([
                Column("", .right), Column("FROM"), Column("TO"), Column("STREAM"), Column("GROUP"), Column("FOUND"),
            ])
        ) { table, event in
            guard case .found(let stream, let group, let text) = event.content else { return }
            table.append([
                number(event), Cell(start(event)), Cell(end(event)),
                stream.isEmpty ? "-" : Cell(DeadLetterWords.name(stream)), group.map { Cell(name: $0) } ?? "-",
                Cell(text),
            ])
        }
    }

    private func number(_ event: Event) -> Cell { event.number.map { Cell("\($0)") } ?? "-" }

    private func subject(_ outage: Recording.Outage) -> TerminalText {
        if let stream = outage.stream { return DeadLetterWords.name(stream) }
        if outage.reasons.isEmpty { return "not known: there are no frames" }
        return outage.server.isEmpty ? "the server" : TerminalText(outage.server)
    }

    private func reason(_ outage: Recording.Outage) -> TerminalText {
        guard outage.reasons.isEmpty else { return outage.reasons.joined(separator: "; then ") }
        return switch frames.origin {
        case .recording: "a look took this long, or this machine stood still"
        case .file: "watch says why on its standard error, or was not running"
        }
    }

    private func start(_ event: Event) -> TerminalText {
        event.time == recording.first && event.end != nil && recording.frames > 1 ? "the start" : moment(event.time)
    }

    private func end(_ event: Event) -> TerminalText {
        guard let end = event.end, recording.frames > 1 else { return "-" }
        return end == recording.last ? "the end" : moment(end)
    }

    private func moment(_ time: Int) -> TerminalText { ReportDocument.moment(time, zone) }

    /// What a mark of a frame means.
    private static func words(_ mark: [UInt8]) -> TerminalText {
        switch WatchMark(rawValue: String(decoding: mark, as: UTF8.self)) {
        case .lost: "lost: entries were removed before they were delivered"
        case .skipped: "skipped: the group was put behind entries that it may not have read, or beyond the end"
        case .gone: "gone: a consumer that is gone holds entries"
        case .badSignatures: "bad signatures among the newest entries"
        case .future: "future: an id lies ahead of the server's clock"
        case nil: mark.elementsEqual("missing".utf8) ? "missing: it was not there" : TerminalText(mark)
        }
    }
}
