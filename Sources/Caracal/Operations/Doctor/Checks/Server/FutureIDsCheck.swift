import Redis
import Text

extension HealthCheck {
    /// So far ahead, in milliseconds, an id may be made by a clock that was set right since.
    private static let leeway = FutureEntries.leeway
    private static let day: UInt64 = 86_400_000

    static let futureIDs = HealthCheck(
        "future-ids",
        subject: "Whether a stream's last id lies ahead of the server's clock.",
        reason: """
            Ids only ever grow: until the clock has caught up every entry gets an id of that future time, and ages, \
            and positions given as a time, are wrong. A clock that was set back, or an explicit id, does it. At the \
            greatest id there is, the stream takes no entry any more.
            """,
        remedy:
            """
            Let the groups read the stream to its end, then delete it and provision it again: nothing else gives it ids of \
            today. Where the server's clock is wrong set it right first. A few minutes ahead can be waited for.
            """,
        needsOutboxes: true
    ) { examination in
        guard let now = examination.pending.now else {
            let clock = examination.servers.first?.clock ?? .unknown
            return Inspection(clock, "whether ids lie ahead of the server's clock", "TIME")
        }
        return examination.inspectStreams(examination.streams, "the last id") { stream in
            guard let last = stream.state.info?.lastGeneratedID, last.milliseconds > now.saturatingAdd(leeway) else {
                return []
            }
            let name = stream.definition.name
            guard last < .maximum else {
                let finding: Evidence = "\(name) has used up its ids: it takes no entry any more"
                return [
                    CheckOutcome(
                        .failure,
                        finding,
                        stream: name,
                        evidence: "last id \(last)",
                        fix: fix(stream, examination)
                    )
                ]
            }
            // A clock that was set back shows in a difference to ours; an id that somebody chose does not.
            let isClockRight = examination.servers.allSatisfy { $0.clock.value.map { $0.skew < leeway } ?? false }
            let ahead = last.milliseconds - now
            let lead: Evidence = ahead < 2 * day ? "\(time: ahead)" : "\(Words.number(ahead / day)) days"
            let entries = examination.futureEntries[name]
            let place: Evidence =
                entries.map { entries in
                    let others: TerminalText =
                        entries.count == .exact(1)
                        ? "" : "; entries added since go on from there, \(entries.count.words) in all"
                    return " at \(entry: entries.first)\(others)"
                } ?? ", though no such entry is left"
            let outcome = CheckOutcome(
                .warning,
                isClockRight
                    ? "\(name) was given an explicit id \(words: lead) ahead\(words: place). The server's clock is right"
                    : "\(name) has an id \(words: lead) ahead of the server's clock\(words: place). The clock was set back, or somebody chose the id",
                stream: name,
                evidence: "last id \(entry: last)",
                fix: isClockRight
                    ? fix(stream, examination)
                    : "chronyc tracking # on the server: set its clock right first, then doctor again"
            )
            return [outcome]
        }.or("no stream is ahead of the server's clock")
    }

    /// What is left in it would be lost: it is begun anew only once its groups have read and acknowledged all there is.
    private static func fix(_ stream: ObservedStream, _ examination: Examination) -> TerminalText {
        let groups = examination.counted.filter { $0.stream == stream.definition }
        var isDrained = groups.allSatisfy { $0.lag == .exact(0) && ($0.info?.pending ?? 0) == 0 }
        // Those that are not in the table are not made again, and lose what they have not read as well.
        if case .stream(let info, let all) = stream.state {
            let others = all.filter { group in
                !stream.definition.groups.contains { group.name.elementsEqual($0.name.utf8) }
            }
            isDrained = isDrained && others.allSatisfy { $0.pending == 0 && $0.lastDeliveredID >= info.lastGeneratedID }
        }
        let anew = stream.definition.anew
        guard !isDrained else {
            let rows: TerminalText =
                examination.outboxes == nil ? "" : "; outbox reconcile then calls its rows lost: leave them"
            return """
                \(anew) # its groups have read and acknowledged all there is. Stop its publishers first: what they add between \
                the two is lost\(rows)
                """
        }
        return "caracalctl pending \(stream.definition.word) # once nothing is pending and nothing waits: \(anew)"
    }
}
