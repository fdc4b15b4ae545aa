import RESP
import Redis

/// Puts the messages of a plan back to where they came from: `dlq redrive`.
///
/// Every message is moved by one step on the server. At any moment, whatever is killed or lost, it is either a dead letter
/// or in its stream, never both and never neither.
package struct Redrive {
    /// What is to be done.
    package let plan: RedrivePlan
    /// Which of the dead letters the plan is about.
    package let selection: DeadLetterSelection
    /// The rules that the plan was made by.
    package let rules: RedriveRules

    /// How many steps are on their way at once, and how many bytes of them.
    private static let batch = (steps: 256, bytes: 1 << 20)

    /// Describes a run.
    package init(plan: RedrivePlan, selection: DeadLetterSelection, rules: RedriveRules) {
        self.plan = plan
        self.selection = selection
        self.rules = rules
    }

    /// Moves message after message until all are moved, or until there is a reason to stop. Between batches a request to
    /// stop is heeded.
    ///
    /// - Parameters:
    ///   - line: a way to the server that outlasts a lost connection.
    ///   - report: is told what became of each message: the stream of dead letters, the id there, the outcome.
    package func run(
        on line: Lifeline,
        _ judge: inout DeadLetterJudge,
        report each: @escaping (_ stream: [UInt8], EntryID, RedriveOutcome) -> Void,
        afterBatch: (RedriveReport.Part) -> Void = { _ in }
    ) throws -> RedriveReport {
        var watermarks: [[UInt8]: EntryID] = [:]
        for part in plan.parts { watermarks[part.stream.source.key] = part.destination.info?.lastGeneratedID }
        let channel = RedriveChannel(line, watermarks: watermarks)
        let pace = rules.rate.map { Pace(rate: $0) }
        var report = RedriveReport(plan)
        for place in report.parts.indices {
            do {
                try run(&report.parts[place], channel, pace, &judge, each, afterBatch)
            } catch let stop as RedriveStop {
                report.parts[place].inDoubt += UInt64(channel.unanswered)
                report.stop = stop
                return report
            }
        }
        return report
    }

    private func run(
        _ part: inout RedriveReport.Part,
        _ channel: RedriveChannel,
        _ pace: Pace?,
        _ judge: inout DeadLetterJudge,
        _ each: (_ stream: [UInt8], EntryID, RedriveOutcome) -> Void,
        _ afterBatch: (RedriveReport.Part) -> Void
    ) throws {
        guard let last = part.plan.last else { return }
        let reader = RedriveReader(part: part.plan, selection: selection, rules: rules)
        var size = EntryPageSize()
        var next: EntryID? = part.plan.stream.first
        /// How many of the planned messages lie behind.
        var begun = 0
        while let first = next, first <= last {
            try checkInterruption()
            let key = part.plan.stream.target.key
            let page = try channel.page(XRange(key: key, first: first, last: last, count: size.count))
            let (steps, newest) = try reader.steps(of: page, &judge, on: channel.connection)
            let passed = page.count(of: 0) < size.count ? last : newest ?? last
            let planned = part.plan.ids[begun...].prefix { $0 <= passed }.count
            begun += planned
            // What was planned and is not on the page any more was taken by someone else since.
            part.gone += UInt64(max(0, planned - steps.count))
            size.learn(entries: page.count(of: 0), bytes: page.bytes.count)
            next = newest?.next
            for batch in batches(steps, burst: pace?.burst ?? Self.batch.steps) {
                pace?.wait(for: batch.count)
                try checkInterruption()
                try run(Array(batch), &part, channel, each)
                afterBatch(part)
            }
        }
    }

    private func run(
        _ steps: [RedriveStep],
        _ part: inout RedriveReport.Part,
        _ channel: RedriveChannel,
        _ each: (_ stream: [UInt8], EntryID, RedriveOutcome) -> Void
    ) throws(RedriveStop) {
        var stop: RedriveStop?
        var tally = (moved: UInt64(0), gone: UInt64(0))
        defer {
            part.moved += tally.moved
            part.gone += tally.gone
        }
        try channel.run(steps) { step, outcome in
            each(step.stream, step.ids[0], outcome)
            switch outcome {
            case .moved: tally.moved += 1
            case .gone: tally.gone += 1
            case .noStream: stop = .noStream
            case .refused(let refusal): stop = .refused(refusal)
            }
        }
        if let stop { throw stop }
    }

    /// Cuts steps into what is sent at once.
    private func batches(_ steps: [RedriveStep], burst: Int) -> [ArraySlice<RedriveStep>] {
        var batches: [ArraySlice<RedriveStep>] = []
        var start = 0
        var bytes = 0
        for (place, step) in steps.enumerated() {
            bytes += step.command.byteCount
            let isFull = place + 1 - start >= min(burst, Self.batch.steps) || bytes >= Self.batch.bytes
            guard isFull || place == steps.count - 1 else { continue }
            batches.append(steps[start...place])
            start = place + 1
            bytes = 0
        }
        return batches
    }

    private func checkInterruption() throws(RedriveStop) {
        if let signal = Interruption.signal { throw .interrupted(signal: signal) }
    }
}
