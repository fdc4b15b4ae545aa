import RESP
import Redis

/// Removes the dead letters of a plan: `dlq purge`.
///
/// Each is compared with the file and removed in one step on the server, so that another entry under its id stays. Removing
/// what is gone does nothing, so a batch whose reply was lost is sent again, and so is what a master acknowledged that was
/// replaced before the Sentinels were asked.
package struct Purge {
    /// What happened.
    package struct Report: Sendable, Equatable {
        /// How many of the plan's dead letters were removed by us.
        package internal(set) var removed = 0
        /// How many had gone before we came: removed or put back by someone else.
        package internal(set) var gone = 0
        /// How many are gone, by us or by someone else: an answer was lost.
        package internal(set) var unclear = 0
        /// How many are others by now under the same ids, and were left alone.
        package internal(set) var changed = 0
        /// Those that nobody could be asked about: removed, unless a failover was under way; nil when there are none.
        package internal(set) var unverified: UnverifiedMessages?
        /// Why not all were looked at; nil when they were.
        package internal(set) var ending: Ending?

        /// Of how many it is unknown whether they are gone: the first, in the order of the plan, of those without an outcome.
        package var unknown: Int { if case .lost(_, let inDoubt) = ending { inDoubt } else { 0 } }
        /// Whether all of the plan are gone, and certainly so.
        package var isComplete: Bool { ending == nil && changed == 0 && unverified == nil }
    }

    /// Why it ended early.
    package enum Ending: Sendable, Equatable {
        /// The process was asked to stop.
        case interrupted(signal: Int32)
        /// The server would not do it.
        case refused(Refusal)
        /// The server was lost; of this many it is unknown whether they are gone.
        case lost(RedisError, inDoubt: Int)
    }

    /// What is to be removed.
    package let plan: PurgePlan

    /// How many are removed by one command, and how many bytes of them: the server reads them all in one step.
    private static let batch = (letters: 500, bytes: 1 << 20)

    /// Describes a run.
    package init(plan: PurgePlan) { self.plan = plan }

    /// What became of one dead letter.
    package enum Outcome: Int64, Sendable {
        /// It had gone before we came.
        case gone = 0
        case removed = 1
        /// It is another one by now, and was left alone.
        case changed = 2
        /// Gone; an answer was lost before, so that it may have been us.
        case unclear = 3
    }

    /// Removes batch after batch. Between batches a request to stop is heeded.
    ///
    /// - Parameters:
    ///   - mastership: who can tell whether a server still is the master; nil where nobody can.
    ///   - each: is told what became of each dead letter: its stream, its id, the outcome.
    package func run(
        on server: ReconnectingChannel,
        mastership: MasterCheck? = nil,
        report each: @escaping (_ stream: [UInt8], EntryID, Outcome) -> Void = { _, _, _ in },
        afterBatch: (Report) -> Void = { _ in }
    ) -> Report {
        let channel = PurgeChannel(server, mastership: mastership, each: each)
        for part in plan.parts {
            var start = 0
            while start < part.letters.count {
                if let signal = Interruption.signal { return channel.end(.interrupted(signal: signal)) }
                let end = Self.end(of: part.letters, from: start)
                if let ending = channel.remove(PurgeBatch(stream: part.stream, letters: part.letters[start..<end])) {
                    return channel.end(ending)
                }
                start = end
                afterBatch(channel.report)
            }
        }
        return channel.end(nil)
    }

    private static func end(of letters: [PurgePlan.Letter], from start: Int) -> Int {
        var (end, bytes) = (start, 0)
        while end < letters.count, end - start < batch.letters, end == start || bytes < batch.bytes {
            bytes += Int(letters[end].size)
            end += 1
        }
        return end
    }
}

/// Dead letters of one stream that are removed by one command.
struct PurgeBatch: Request {
    let stream: [UInt8]
    let letters: ArraySlice<PurgePlan.Letter>

    var command: Command {
        let arguments = letters.flatMap { [Array($0.id.description.utf8), $0.fingerprint.text] }
        return Eval(Self.script, keys: [stream], arguments: arguments).command
    }

    func read(_ reply: ReplyValue) -> [Purge.Outcome]? {
        let outcomes = reply.elements.compactMap { $0.integer.flatMap(Purge.Outcome.init) }
        return outcomes.count == letters.count && !outcomes.contains(.unclear) ? outcomes : nil
    }

    private static let script =
        EntryFingerprint.script + "\n" + """
            local outcomes = {}
            for i = 1, #ARGV, 2 do
            local outcome = state(KEYS[1], ARGV[i], ARGV[i + 1])
            if outcome == 1 then redis.call('XDEL', KEYS[1], ARGV[i]) end
            outcomes[#outcomes + 1] = outcome
            end
            return outcomes
            """
}

/// Sends batches and learns what became of them, whatever happens to the connection.
private final class PurgeChannel {
    private let server: ReconnectingChannel
    private let mastership: MasterCheck?
    private let each: (_ stream: [UInt8], EntryID, Purge.Outcome) -> Void
    private(set) var report = Purge.Report()
    /// Batches that a master has answered, until it is known to have been the master still.
    private var acknowledged = Acknowledged<(batch: PurgeBatch, outcomes: [Purge.Outcome])>()

    /// How many batches may be acknowledged before the Sentinels are asked.
    private static let limit = 20

    init(
        _ server: ReconnectingChannel,
        mastership: MasterCheck?,
        each: @escaping (_ stream: [UInt8], EntryID, Purge.Outcome) -> Void
    ) {
        self.server = server
        self.mastership = mastership
        self.each = each
    }

    /// Removes a batch; returns why that cannot be.
    func remove(_ batch: PurgeBatch) -> Purge.Ending? {
        var isSuspect = false
        var unanswered = batch.letters.count
        do throws(RedisError) {
            let outcomes = try carryOut(batch, before: nil, isSuspect: &isSuspect)
            guard mastership != nil else {
                count(batch, outcomes)
                return nil
            }
            acknowledged.elements.append((batch, outcomes))
            (isSuspect, unanswered) = (false, 0)
            if acknowledged.elements.count >= Self.limit { try confirm() }
            return nil
        } catch {
            // What refuses a new connection tells nothing of the batch whose reply was lost.
            if !isSuspect, let refusal = error.refusal { return .refused(refusal) }
            return .lost(error, inDoubt: unanswered + acknowledgedCount)
        }
    }

    /// What a run comes to that ends for this reason.
    func end(_ ending: Purge.Ending?) -> Purge.Report {
        report.ending = ending
        if case .lost = ending { return report }
        do throws(RedisError) { try confirm() } catch {
            report.ending = .lost(error, inDoubt: acknowledgedCount)
        }
        return report
    }

    private var acknowledgedCount: Int { acknowledged.elements.reduce(0) { $0 + $1.batch.letters.count } }

    /// Counts what was acknowledged, once the server is known to be the master still. What a master acknowledged that is not
    /// the master any more is sent again to its successor first.
    private func confirm() throws(RedisError) {
        guard let mastership else { return }
        while let first = acknowledged.elements.first {
            if acknowledged.isElsewhere {
                // They stay where they are until they are settled: what is lost on the way is in doubt.
                acknowledged.isElsewhere = false
                for place in acknowledged.elements.indices {
                    let (batch, before) = acknowledged.elements[place]
                    var isSuspect = false
                    let outcomes = try carryOut(batch, before: before, isSuspect: &isSuspect)
                    acknowledged.elements[place].outcomes = outcomes
                }
                continue
            }
            do throws(RedisError) {
                let direct = try server.connection.connection(for: first.batch.stream)
                if let reason = try mastership.confirm(direct) { report.unverified.add(acknowledgedCount, reason) }
                for (batch, outcomes) in acknowledged.takeAll() { count(batch, outcomes) }
            } catch {
                try server.replace(after: error)
                acknowledged.noteReplacement()
            }
        }
    }

    /// Sends a batch, again after a lost connection.
    ///
    /// - Parameters:
    ///   - before: what became of it on a master that was replaced; nil for one that was not sent before.
    ///   - isSuspect: whether it may have been carried out without our hearing of it, also where this throws.
    private func carryOut(
        _ batch: PurgeBatch,
        before: [Purge.Outcome]?,
        isSuspect: inout Bool
    ) throws(RedisError) -> [Purge.Outcome] {
        let noteReplacement = { (_: RedisError) in self.acknowledged.noteReplacement() }
        let outcomes = try server.run(afterLoss: noteReplacement) { connection throws(RedisError) in
            do throws(RedisError) {
                return try send(batch, over: connection)
            } catch {
                // Noted here: without a successor nobody tells of the loss.
                if error.phase == .awaiting, error.refusal == nil { isSuspect = true }
                throw error
            }
        }
        return outcomes.indices.map { place in
            guard outcomes[place] == .gone else { return outcomes[place] }
            if let before { return before[place] == .changed ? .gone : before[place] }
            return isSuspect ? .unclear : .gone
        }
    }

    private func send(
        _ batch: PurgeBatch,
        over connection: any CommandChannel
    ) throws(RedisError) -> [Purge.Outcome] {
        let direct = try connection.connection(for: batch.stream)
        try mastership?.begin(with: direct)
        let reply = try direct.pipeline([batch.command], until: direct.writeDeadline)[0]
        if let error = reply.root.error {
            let refusal = Refusal(error).insideScript
            throw direct.refused(refusal.answering(batch.command, of: direct.endpoint, inside: ["xrange", "xdel"]))
        }
        let outcomes = try direct.read(reply, of: batch).get(on: direct)
        server.noteProgress()
        return outcomes
    }

    private func count(_ batch: PurgeBatch, _ outcomes: [Purge.Outcome]) {
        for (letter, outcome) in zip(batch.letters, outcomes) {
            each(batch.stream, letter.id, outcome)
            switch outcome {
            case .gone: report.gone += 1
            case .removed: report.removed += 1
            case .changed: report.changed += 1
            case .unclear: report.unclear += 1
            }
        }
    }
}
