import Redis
import Text

/// What there is where a selection chose none of it: empty for a wrong word is not empty.
package struct UnmatchedSelection: Sendable, Equatable {
    /// Dead letters of other reasons: the texts before the first colon, the first few of them.
    package let reasons: [[UInt8]]
    /// How many dead letters lie outside the range, of the reason that was asked for where one was; nil where the range is not
    /// why nothing was chosen.
    package let outside: UInt64?
    /// Whether those outside the range are of the reason that was asked for.
    package var isOfReason = false
    /// Whether dead letters were looked into, and none of them is what was asked for.
    package var isOfOtherContent = false

    /// That nothing matches, and what there is.
    package var finding: Finding {
        if isOfOtherContent { return Finding(.noMatch, .note, "no dead letter matches --where") }
        if let outside {
            let letters: TerminalText = outside == 1 ? "is 1 dead letter" : "are \(outside) dead letters"
            // That nothing died lately is what one hopes for.
            return isOfReason
                ? Finding(
                    .noMatch,
                    .note,
                    "no dead letter with that reason lies in that range; there \(letters) with it outside the range"
                )
                : Finding(.noMatch, .note, "no dead letter lies in that range; there \(letters) outside it")
        }
        let names = reasons.map { $0.isEmpty ? "none given" : TerminalText($0) }.joined(separator: ", ")
        return Finding(.noMatch, .warning, "no dead letter has that reason; there are: \(names)")
    }
}

extension DeadLetterWalk {
    /// How many reasons are named where none matches.
    private static let reasonLimit = 10

    /// What there is in streams that were looked at and of which nothing was chosen; nil where there is nothing, and where the
    /// dead letters were named.
    func unmatched(
        in streams: [Stream],
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge
    ) throws -> UnmatchedSelection? {
        guard selection.ids.isEmpty else { return nil }
        // Which of several things asked for fits nothing would take another search.
        guard selection.selector.isAll else {
            let hasAny = streams.contains { ($0.state.info?.length ?? 0) > 0 }
            return hasAny ? UnmatchedSelection(reasons: [], outside: nil, isOfOtherContent: true) : nil
        }
        let hasRange = selection.since != .start || selection.until != .end
        guard let reason = selection.reasonKind else {
            let outside = streams.reduce(UInt64(0)) { $0.saturatingAdd($1.state.info?.length ?? 0) }
            return hasRange && outside > 0 ? UnmatchedSelection(reasons: [], outside: outside) : nil
        }
        let found = try look(for: reason, in: streams.map(\.whole), on: channel, &judge)
        if hasRange, found.count > 0 {
            return UnmatchedSelection(reasons: [], outside: found.count, isOfReason: true)
        }
        return found.others.isEmpty ? nil : UnmatchedSelection(reasons: found.others, outside: nil)
    }

    /// How many dead letters have a reason, whatever range was asked for, and which other reasons there are.
    private func look(
        for reason: [UInt8],
        in streams: [Stream],
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge
    ) throws -> (count: UInt64, others: [[UInt8]]) {
        let all = DeadLetterWalk(DeadLetterSelection(targets: selection.targets))
        var (count, others) = (UInt64(0), [[UInt8]]())
        for stream in streams {
            _ = try all.read(stream, on: channel, &judge) { visit, _ in
                let range = visit.head.reasonKind(in: visit.bytes)
                let kind = visit.bytes[range]
                if kind.elementsEqual(reason) {
                    count += 1
                } else if others.count < Self.reasonLimit {
                    let name = Array(visit.bytes[DeadLetterGroups.name(of: range, in: visit.bytes)])
                    if !others.contains(name) { others.append(name) }
                }
                return true
            }
        }
        return (count, others)
    }
}
