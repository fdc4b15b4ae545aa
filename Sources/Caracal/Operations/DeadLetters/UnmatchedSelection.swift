import Redis
import Text

/// What there is where a selection chose none of it: empty for a wrong word is not empty.
package struct UnmatchedSelection: Sendable, Equatable {
    /// Dead letters of other reasons in the range: the texts before the first colon, the first few of them.
    package let reasons: [[UInt8]]
    /// How many dead letters lie outside the range; nil where the range is not why nothing was chosen.
    package let outside: UInt64?

    /// That nothing matches, and what there is.
    package var finding: Finding {
        if let outside {
            let letters: TerminalText = outside == 1 ? "is 1 dead letter" : "are \(outside) dead letters"
            // That nothing died lately is what one hopes for.
            return Finding(.noMatch, .note, "no dead letter lies in that range; there \(letters) outside it")
        }
        let names = reasons.map { $0.isEmpty ? "none given" : TerminalText($0) }.joined(separator: ", ")
        return Finding(.noMatch, .warning, "no dead letter has that reason; there are: \(names)")
    }
}

extension DeadLetterWalk {
    /// How many reasons are named where none matches.
    private static let reasonLimit = 10

    /// What there is in streams that were looked at and of which nothing was chosen; nil where there is nothing.
    func unmatched(
        in streams: [Stream],
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge
    ) throws -> UnmatchedSelection? {
        if selection.reasonKind != nil {
            let reasons = try reasons(in: streams, on: channel, &judge)
            if !reasons.isEmpty { return UnmatchedSelection(reasons: reasons, outside: nil) }
        }
        guard selection.since != .start || selection.until != .end else { return nil }
        let outside = streams.reduce(UInt64(0)) { $0.saturatingAdd($1.state.info?.length ?? 0) }
        return outside > 0 ? UnmatchedSelection(reasons: [], outside: outside) : nil
    }

    /// The reasons that there are in the range, whatever was asked for.
    private func reasons(
        in streams: [Stream],
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge
    ) throws -> [[UInt8]] {
        let all = DeadLetterSelection(targets: selection.targets, since: selection.since, until: selection.until)
        var reasons: [[UInt8]] = []
        for stream in streams where reasons.count < Self.reasonLimit {
            _ = try DeadLetterWalk(all).read(stream, on: channel, &judge) { visit, _ in
                let kind = Array(
                    visit.bytes[visit.head.reasonKind(in: visit.bytes)].prefix(DeadLetterGroups.reasonLimit)
                )
                if !reasons.contains(kind) { reasons.append(kind) }
                return reasons.count < Self.reasonLimit
            }
        }
        return reasons
    }
}
