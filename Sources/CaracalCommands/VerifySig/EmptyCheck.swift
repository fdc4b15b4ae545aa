import Caracal
import Redis
import Rendering
import Text

/// That a check had nothing to look at: zeros everywhere could be taken for a check that went well.
enum EmptyCheck {
    /// Of a range of streams; nil where there was something in it, or where no range was asked for.
    ///
    /// - Parameter now: by which clock times before now are meant.
    static func finding(
        _ report: SignatureReport,
        _ selection: VerifySignatures.Selection,
        now: UInt64,
        _ zone: ClockZone
    ) -> Finding? {
        guard case .range(let from, let to) = selection, from != .start || to != .end, isEmpty(report) else {
            return nil
        }
        let first = text(of: from, from.first(now: now), zone)
        let last = text(of: to, to.last(now: now), zone)
        let range: TerminalText =
            from == .start ? "until \(last)" : to == .end ? "since \(first)" : "between \(first) and \(last)"
        let future: TerminalText = from.first(now: now).milliseconds > now ? ", which lies in the future" : ""
        return Finding(.nothing, .note, "there is no entry \(range)\(future): nothing was checked")
    }

    /// Of a file; nil where something was in it.
    static func finding(_ report: SignatureReport, file: TerminalText) -> Finding? {
        let isEmpty = report.ending == .complete && report.streams.allSatisfy { $0.own.entries == 0 }
        return isEmpty ? Finding(.nothing, .note, "\(file) has no entry: nothing was checked") : nil
    }

    private static func isEmpty(_ report: SignatureReport) -> Bool {
        report.ending == .complete && report.streams.contains { $0.state == .checked }
            && report.streams.allSatisfy { $0.own.entries == 0 }
    }

    /// An id as it was typed, and a time as a person reads it.
    private static func text(of place: StreamPosition, _ id: EntryID, _ zone: ClockZone) -> TerminalText {
        switch place {
        case .id, .start, .end: "\(place.text)"
        case .millisecond, .ago: TerminalText(zone.timestamp(milliseconds: id.milliseconds) ?? place.text)
        }
    }
}
