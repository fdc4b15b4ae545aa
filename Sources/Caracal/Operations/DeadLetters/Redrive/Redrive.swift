import RESP
import Redis
import Text

/// Puts the messages of a plan back to where they came from: `dlq redrive`.
///
/// Every message is moved by one step on the server; of very many dead letters of it most are removed by steps before. At any
/// moment, whatever is killed or lost, it is either a dead letter or in its stream, never both and never neither.
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
    ///   - server: a channel that is replaced when it is lost.
    ///   - mastership: who can tell whether a server still is the master; nil where nobody can.
    ///   - report: is told what became of each message and of each further dead letter of it: the stream of dead letters, the id
    ///     there, the outcome.
    package func run(
        on server: ReconnectingChannel,
        _ judge: inout DeadLetterJudge,
        mastership: MasterCheck? = nil,
        report each: @escaping (_ stream: [UInt8], EntryID, RedriveReceipt) -> Void,
        afterBatch: (RedriveReport.Part) -> Void = { _ in }
    ) throws -> RedriveReport {
        var watermarks: [[UInt8]: EntryID] = [:]
        for part in plan.parts { watermarks[part.stream.source.key] = part.destination.info?.lastGeneratedID }
        let channel = RedriveChannel(server, watermarks: watermarks, mastership: mastership)
        let pace = rules.rate.map { Pace(rate: $0) }
        var report = RedriveReport(plan)
        for place in report.parts.indices {
            // Others have the room that this stream could not use: what it takes by now would be too much.
            if let limit = rules.limit, plan.messages > limit, plan.parts[place].messages > 0,
                let obstacle = plan.parts[place].obstacle
            {
                report.parts[place].ending = obstacle
                continue
            }
            do {
                try run(&report.parts[place], channel, pace, &judge, each, afterBatch)
            } catch let ending as RedriveEnding {
                report.parts[place].inDoubt += UInt64(channel.unanswered)
                if ending.isOfOneStream {
                    report.parts[place].ending = ending
                    continue
                }
                report.ending = ending
                break
            }
        }
        report.unverified = channel.unverified
        return report
    }

    private func run(
        _ part: inout RedriveReport.Part,
        _ channel: RedriveChannel,
        _ pace: Pace?,
        _ judge: inout DeadLetterJudge,
        _ each: (_ stream: [UInt8], EntryID, RedriveReceipt) -> Void,
        _ afterBatch: (RedriveReport.Part) -> Void
    ) throws {
        var tally = Tally()
        var before: RedriveEnding?
        do throws(RedriveEnding) {
            try work(on: &part, &tally, channel, pace, &judge, each, afterBatch)
        } catch {
            if case .lost = error { throw error }
            before = error
        }
        // What was acknowledged counts only now, whatever made us stop.
        defer { tally.add(to: &part) }
        try channel.confirm { tally.note($0, $1, each) }
        if let ending = tally.ending ?? before { throw ending }
    }

    /// What became of messages that is not in the report yet.
    private struct Tally {
        private var moved: UInt64 = 0
        private var movedUnclear: UInt64 = 0
        private var gone: UInt64 = 0
        private var changed: UInt64 = 0
        private(set) var ending: RedriveEnding?

        mutating func note(
            _ step: RedriveStep,
            _ answer: RedriveStep.Answer,
            _ each: (_ stream: [UInt8], EntryID, RedriveReceipt) -> Void
        ) {
            if step.moves, let outcome = answer.outcome { each(step.stream, step.id, .message(outcome)) }
            for (id, outcome) in zip(step.duplicates, answer.duplicates) {
                each(step.stream, id, .duplicate(of: step.id, outcome))
            }
            switch answer.outcome {
            case nil: break
            case .moved: moved += 1
            case .movedUnclear: movedUnclear += 1
            // The step that moves the message tells it.
            case .gone: gone += step.moves ? 1 : 0
            case .changed: changed += step.moves ? 1 : 0
            case .noStream: end(.noStream(step.destination))
            case .otherType: end(.otherType(step.destination))
            case .refused(let refusal) where refusal.isExhausted: end(.exhausted(step.destination))
            case .refused(let refusal): end(.refused(refusal))
            }
        }

        /// What ends the whole run counts, and not what comes of a stream.
        private mutating func end(_ reason: RedriveEnding) {
            if ending?.isOfOneStream ?? true { ending = reason }
        }

        mutating func add(to part: inout RedriveReport.Part) {
            part.moved += moved
            part.movedUnclear += movedUnclear
            part.gone += gone
            part.changed += changed
            (moved, movedUnclear, gone, changed) = (0, 0, 0, 0)
        }
    }

    private func work(
        on part: inout RedriveReport.Part,
        _ tally: inout Tally,
        _ channel: RedriveChannel,
        _ pace: Pace?,
        _ judge: inout DeadLetterJudge,
        _ each: (_ stream: [UInt8], EntryID, RedriveReceipt) -> Void,
        _ afterBatch: (RedriveReport.Part) -> Void
    ) throws(RedriveEnding) {
        guard let last = part.plan.last else { return }
        var reader = RedriveReader(part: part.plan, rules: rules)
        var size = EntryPageSize()
        var next = reader.nextID
        defer { tally.add(to: &part) }
        while let first = next, first <= last {
            try checkInterruption()
            let key = part.plan.stream.target.key
            let page = try channel.page(XRange(key: key, first: first, last: last, count: size.count))
            let isLast = page.count < size.count
            let found: RedriveReader.Outcome
            do {
                found = try reader.read(page, upTo: { isLast ? last : $0 ?? last }, &judge, on: channel.connection)
            } catch let ending as RedriveEnding {
                throw ending
            } catch {
                throw .failed(TerminalText(of: error))
            }
            for id in found.gone { each(key, id, .message(.gone)) }
            for id in found.changed { each(key, id, .message(.changed)) }
            part.gone += UInt64(found.gone.count)
            part.changed += UInt64(found.changed.count)
            size.learn(entries: page.count, bytes: page.bytes.count)
            // What lies between was not planned, and may be much.
            next = reader.nextID
            for batch in Self.batches(found.steps, burst: pace?.burst ?? Self.batch.steps) {
                pace?.wait(for: batch.count(where: \.moves))
                try checkInterruption()
                try channel.run(Array(batch)) { tally.note($0, $1, each) }
                // With Sentinels nothing was told yet, and the message waits for what became of its further dead letters.
                if batch.last?.moves == false { try channel.confirm { tally.note($0, $1, each) } }
                tally.add(to: &part)
                if let ending = tally.ending { throw ending }
                afterBatch(part)
            }
        }
    }

    /// Cuts steps into what is sent at once. A message is not sent with the steps that remove further dead letters of it: where one of them
    /// is refused, the message stays with its dead letters.
    static func batches(_ steps: [RedriveStep], burst: Int) -> [ArraySlice<RedriveStep>] {
        var batches: [ArraySlice<RedriveStep>] = []
        var start = 0
        var bytes = 0
        for (place, step) in steps.enumerated() {
            bytes += step.command.byteCount
            let isFull = place + 1 - start >= min(burst, Self.batch.steps) || bytes >= Self.batch.bytes
            let isLast = place == steps.count - 1
            guard isFull || isLast || !step.moves && steps[place + 1].moves else { continue }
            batches.append(steps[start...place])
            start = place + 1
            bytes = 0
        }
        return batches
    }

    private func checkInterruption() throws(RedriveEnding) {
        if let signal = Interruption.signal { throw .interrupted(signal: signal) }
    }
}

/// What a redrive did.
package struct RedriveReport: Sendable, Equatable {
    /// What became of the messages of one stream of dead letters.
    package struct Part: Sendable, Equatable {
        /// What was planned.
        package let plan: RedrivePlan.Part
        /// Messages that are in their stream again, by this run.
        package internal(set) var moved: UInt64 = 0
        /// Messages that are in their stream again, by this run or by someone else: an answer was lost.
        package internal(set) var movedUnclear: UInt64 = 0
        /// Dead letters that had gone before we came.
        package internal(set) var gone: UInt64 = 0
        /// Dead letters under whose ids others were by then; those were left alone.
        package internal(set) var changed: UInt64 = 0
        /// Messages of which it is unknown which of the two places they are in. It is one of them, in any case.
        package internal(set) var inDoubt: UInt64 = 0
        /// Why nothing more could go back to its stream; nil where that was no reason.
        package internal(set) var ending: RedriveEnding?

        /// Planned messages that were not reached, or that the server refused.
        package var left: UInt64 { plan.messages - min(plan.messages, settled + inDoubt) }
        /// Messages of which it is known where they are.
        package var settled: UInt64 { moved + movedUnclear + gone + changed }
    }

    /// The streams, in the order of the plan.
    package internal(set) var parts: [Part]
    /// Why it ended early, for all streams; nil when it did not.
    package internal(set) var ending: RedriveEnding?
    /// Whether every stream was gone through to its end.
    package var isWhole: Bool { ending == nil && parts.allSatisfy { $0.ending == nil } }

    /// The messages that nobody could be asked about: back, unless a failover was under way; nil when there are none.
    package internal(set) var unverified: UnverifiedMessages?

    init(_ plan: RedrivePlan) { parts = plan.parts.map { Part(plan: $0) } }
}

/// What `dlq redrive` may do.
package struct RedriveRules: Sendable, Equatable {
    /// Whether to put back also what is not worth a replay, and what no signature vouches for.
    package let isForced: Bool
    /// The most messages to put back; nil for all.
    package let limit: UInt64?
    /// The most messages a second; nil for as many as the server takes.
    package let rate: Int?

    /// These rules.
    package init(isForced: Bool = false, limit: UInt64? = nil, rate: Int? = nil) {
        self.isForced = isForced
        self.limit = limit
        self.rate = rate
    }

    /// What speaks against a dead letter under these rules.
    func problem(_ letter: DeadLetter, in bytes: [UInt8]) -> RedriveProblem? {
        guard let problem = letter.problem(in: bytes) else { return nil }
        return isForced && problem.canBeForced ? nil : problem
    }
}

/// Why a redrive ended before all that was planned was done.
package enum RedriveEnding: Error, Sendable, Equatable {
    /// The process was asked to stop.
    case interrupted(signal: Int32)
    /// The server would not do it, or not any more.
    case refused(Refusal)
    /// The stream that messages go back to does not exist, or not any more.
    case noStream([UInt8])
    /// What lies under the key of the stream that messages go back to is no stream.
    case otherType([UInt8])
    /// The stream that messages go back to has given its last id.
    case exhausted([UInt8])
    /// It could not be judged what is to go back.
    case failed(TerminalText)
    /// The server was lost, or broke the protocol.
    case lost(RedisError)

    /// Whether it is about one stream, and messages still go back to the others.
    var isOfOneStream: Bool {
        switch self {
        case .noStream, .otherType, .exhausted: true
        case .interrupted, .refused, .failed, .lost: false
        }
    }
}
