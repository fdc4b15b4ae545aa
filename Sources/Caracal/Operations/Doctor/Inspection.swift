import Redis
import Text

/// What a check saw of the things it is about, and what it found wrong with them.
///
/// Only this says ok: where at least one thing was seen, nothing is wrong with any, and none was left unseen. A check over an
/// empty list, or over what the server would not tell, is unknown.
struct Inspection: Sendable {
    private var hasSeen = false
    private var found: [CheckOutcome] = []
    private var praise: TerminalText = ""

    /// Nothing was seen yet.
    init() {}

    /// Looks at each of some things that are known.
    ///
    /// - Parameter judge: what is wrong with one; nothing when it is as it should be.
    init<Subject>(of subjects: some Sequence<Subject>, _ judge: (Subject) -> [CheckOutcome]) {
        for subject in subjects { saw(judge(subject)) }
    }

    /// Looks at one fact, which the server may not have told.
    ///
    /// - Parameters:
    ///   - subject: the fact in words, before "is not known".
    ///   - command: what would tell it.
    ///   - judge: what is wrong with its value; nothing when it is as it should be.
    init<Value>(
        _ fact: ServerFact<Value>,
        _ subject: TerminalText,
        _ command: TerminalText,
        _ judge: (Value) -> [CheckOutcome] = { _ in [] }
    ) {
        guard let value = fact.value else {
            found.append(.unknown(fact, subject, command))
            return
        }
        saw(judge(value))
    }

    /// What was not seen, and why, as the whole result.
    static func unseen(_ reason: TerminalText) -> Inspection {
        var inspection = Inspection()
        inspection.miss(reason)
        return inspection
    }

    /// Notes a thing that was seen, and what is wrong with it.
    mutating func saw(_ outcomes: [CheckOutcome] = []) {
        hasSeen = true
        found += outcomes
    }

    /// Notes a thing that could not be seen, and why.
    mutating func miss(_ reason: TerminalText, stream: String? = nil) {
        found.append(CheckOutcome(.unknown, Evidence(reason), stream: stream))
    }

    /// Adds what was seen and found elsewhere.
    mutating func add(_ other: Inspection) {
        hasSeen = hasSeen || other.hasSeen
        found += other.found
    }

    /// The same, with the words for the case that all is well.
    func or(_ praise: @autoclosure () -> TerminalText) -> Inspection {
        var inspection = self
        inspection.praise = praise()
        return inspection
    }

    /// What it comes to.
    ///
    /// - Parameter check: the check's id.
    func outcomes(of check: String) -> [CheckOutcome] {
        guard found.isEmpty else { return found }
        return [
            hasSeen
                ? CheckOutcome(.ok, Evidence(praise))
                : CheckOutcome(.unknown, "there was nothing for \(check) to look at")
        ]
    }
}

extension Examination {
    /// Looks at each stream of the table that could be looked at. Those the server would not tell about are unseen: one outcome for
    /// each reason.
    ///
    /// - Parameters:
    ///   - subject: what is not known of a stream that was refused, before "of caracal.x": "the length".
    ///   - judge: what is wrong with one; nothing when it is as it should be, or not there.
    func inspectStreams(
        _ streams: [ObservedStream],
        _ subject: TerminalText,
        _ judge: (ObservedStream) -> [CheckOutcome]
    ) -> Inspection {
        var inspection = Inspection(of: streams.filter { $0.state.refusal == nil }, judge)
        inspection.miss(streams, subject)
        return inspection
    }

    /// Looks at each group that alarms count and that is there. Of streams that the server would not tell about the groups are
    /// unseen.
    func inspectGroups(_ subject: TerminalText, _ judge: (GroupStanding) -> [CheckOutcome]) -> Inspection {
        var inspection = Inspection(of: counted, judge)
        inspection.miss(pending.streams, subject)
        return inspection
    }
}

extension Inspection {
    /// Notes those of some streams that the server would not tell about: one outcome for each reason.
    mutating func miss(_ streams: [ObservedStream], _ subject: TerminalText) {
        var reasons: [(reason: TerminalText, names: [String])] = []
        for stream in streams {
            guard let refusal = stream.state.refusal else { continue }
            let reason = refusal.reason
            if let place = reasons.firstIndex(where: { $0.reason == reason }) {
                reasons[place].names.append(stream.definition.name)
            } else {
                reasons.append((reason, [stream.definition.name]))
            }
        }
        for (reason, names) in reasons {
            let others = names.count > 1 ? " and of \(names.count - 1) more" : ""
            miss("\(subject) of \(names[0])\(others) could not be looked at: \(reason)")
        }
    }
}
