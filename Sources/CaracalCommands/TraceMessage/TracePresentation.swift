import Caracal
import Redis
import Rendering
import Text

/// How `trace` shows the way of a message.
struct TracePresentation: Presentable {
    let report: TraceReport
    let stations: TraceStations
    /// What can be done.
    let next: [TerminalText]
    let findings: [Finding]
    let server: ServerPresentation
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        let lines = DetailLines(look: look)
        var (text, groups): (ScreenText, [(TerminalText, TerminalText)]) = ("", [])
        let start = stations.all.compactMap(\.at).first
        for station in stations.all {
            if station.kind == .group {
                let state = station.state + String(repeating: " ", count: max(0, 7 - station.state.count))
                groups.append((TerminalText(name: station.group ?? []), "\(state)  \(station.evidence)"))
                continue
            }
            text += lines.text(groups, indent: 2)
            groups = []
            text += line(station, since: start, look)
        }
        text += lines.text(groups, indent: 2)
        if report.letters.isEmpty, stations.hasEntries {
            let isUnread = report.unread.contains { $0.target.source != nil }
            text += "dead    \(isUnread ? "unknown: not looked at" : "-")\n"
        }
        for command in next { text += "next    \(command)\n" }
        return text
    }

    private func line(_ station: TraceStations.Station, since start: UInt64?, _ look: TerminalLook) -> ScreenText {
        let moment = station.at.flatMap { look.zone.timestamp(milliseconds: $0) }
        switch station.kind {
        case .outbox:
            let made = station.id.map { "        \($0)\(moment.map { "  made \($0)" } ?? "")\n" as ScreenText }
            return "outbox  \(station.evidence)\n" + (made ?? "")
        case .entry, .copy, .deadLetter, .group:
            let label = station.kind == .deadLetter ? "dead    " : station.kind == .copy ? "copy    " : "entry   "
            let name = DeadLetterWords.name(station.stream ?? [])
            let since = station.at.flatMap { at in start.map { Self.since($0, at) } } ?? ""
            return "\(label)\(name) \(station.id ?? "")  \(moment ?? "-")\(since)\n"
                + "        \(station.evidence)\n"
        }
    }

    /// How long after the start a station was, where that is some time.
    private static func since(_ start: UInt64, _ at: UInt64) -> String {
        guard at >= start else { return "  \(Format.duration(milliseconds: Int(clamping: start - at))) before" }
        return at == start ? "" : "  +\(Format.duration(milliseconds: Int(clamping: at - start)))"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.trace/1",
            at: at,
            server: server.json,
            items: stations.byTime.map(\.json),
            summary: [
                "entries": JSONValue(report.entries.count), "dead_letters": JSONValue(report.letters.count),
                "searched": JSONValue(report.searched), "complete": .bool(!report.isCut && report.refusals.isEmpty),
                "next": .array(next.map { .string($0.json) }),
            ],
            warnings: findings.warnings
        )
    }
}

extension TraceStations.Station {
    fileprivate var json: JSONValue {
        [
            "station": .string(kind.rawValue), "stream": JSONValue(bytes: stream), "id": JSONValue(id),
            "group": JSONValue(bytes: group), "consumer": JSONValue(bytes: consumer), "state": .string(state),
            "certain": .bool(isCertain), "at": JSONValue(at.flatMap { Format.timestamp(milliseconds: $0) }),
            "evidence": .string(evidence.json),
        ]
    }
}
