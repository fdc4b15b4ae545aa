import RESP
import Redis

/// Sends steps and learns what became of each, whatever happens to the connection.
///
/// A step does nothing when its dead letter is gone, so after a lost reply the same step is simply sent again; should the
/// lost connection's bytes still be carried out later, they find the dead letter gone. Likewise what a master has
/// acknowledged that was replaced before the Sentinels were asked: those steps are sent again to its successor.
final class RedriveChannel {
    private let server: ReconnectingChannel
    private var reply = Reply()
    /// The streams of dead letters that this connection may remove entries of.
    private var proven: Set<[UInt8]> = []
    /// For each destination the newest entry that was there before any message went back whose fate is unknown.
    private var watermarks: [[UInt8]: EntryID]

    /// Who can tell whether a server still is the master; nil where nobody can.
    private let mastership: MasterCheck?
    /// Steps that a master has answered, until it is known to have been the master still.
    private var acknowledged = Acknowledged<(step: RedriveStep, outcome: RedriveOutcome)>()
    private var acknowledgedBytes = 0
    /// How many steps of the last call are without an answer.
    private var waitingCount = 0

    /// How many steps may be acknowledged, and how many bytes of them, before the Sentinels are asked.
    private static let limit = (steps: 4_096, bytes: 8 << 20)

    /// How many steps it is unknown of what became of them.
    var unanswered: Int { waitingCount + acknowledged.elements.count }
    /// Messages that were reported although no Sentinel could be asked; nil when there are none.
    private(set) var unverified: UnverifiedMessages?

    init(_ server: ReconnectingChannel, watermarks: [[UInt8]: EntryID], mastership: MasterCheck?) {
        self.server = server
        self.watermarks = watermarks
        self.mastership = mastership
    }

    /// The connection to use now.
    var connection: any CommandChannel { server.connection }

    /// Reads one page; a lost connection is replaced.
    func page(_ range: XRange) throws(RedriveEnding) -> EntryReader {
        let answer = try look { connection throws(RedisError) in
            try connection.read(connection.pipeline([range.command], until: connection.writeDeadline)[0], of: range)
        }
        server.noteProgress()
        switch answer {
        case .success(let page): return page
        case .failure(let refusal): throw .refused(refusal)
        }
    }

    /// Sends steps and reports what became of each, of some only when `confirm` is called.
    func run(_ steps: [RedriveStep], report: (RedriveStep, RedriveOutcome) -> Void) throws(RedriveEnding) {
        try carryOut(steps, isRepeated: false, report)
        if acknowledged.elements.count >= Self.limit.steps || acknowledgedBytes >= Self.limit.bytes {
            try confirm(report: report)
        }
    }

    /// Reports what was acknowledged, once the server is known to be the master still; what a master acknowledged that is
    /// not the master any more is sent again to its successor first.
    func confirm(report: (RedriveStep, RedriveOutcome) -> Void) throws(RedriveEnding) {
        guard let mastership else { return }
        while let first = acknowledged.elements.first {
            if acknowledged.isElsewhere {
                try carryOut(takeAcknowledged().map(\.step), isRepeated: true, report)
                continue
            }
            do throws(RedisError) {
                let direct = try connection.connection(for: first.step.stream)
                if let reason = try mastership.confirm(direct) { unverified.add(acknowledged.elements.count, reason) }
                let known = takeAcknowledged()
                for (step, outcome) in known { tell(step, outcome, report) }
            } catch {
                try recover(from: error)
            }
        }
    }

    private func takeAcknowledged() -> [(step: RedriveStep, outcome: RedriveOutcome)] {
        acknowledgedBytes = 0
        return acknowledged.takeAll()
    }

    /// - Parameter isRepeated: whether steps may have been carried out before, so that one whose dead letter is gone may have
    ///   been ours.
    private func carryOut(
        _ steps: [RedriveStep],
        isRepeated: Bool,
        _ report: (RedriveStep, RedriveOutcome) -> Void
    ) throws(RedriveEnding) {
        // Those that were acknowledged before are without an answer again.
        waitingCount = isRepeated ? steps.count : 0
        var waiting = steps[...]
        var suspects: [RedriveStep] = []
        // Where the streams ended when a connection was lost first: what is sent again afterwards must not hide what
        // had gone back before.
        var ends: [[UInt8]: EntryID]? = isRepeated ? watermarks : nil
        while !waiting.isEmpty {
            do throws(RedisError) {
                try prove(waiting[waiting.startIndex].stream)
                waitingCount = waiting.count + suspects.count
                let direct = try connection.connection(for: waiting[waiting.startIndex].stream)
                for step in waiting { direct.enqueue(step.command) }
                try direct.flush(until: direct.writeDeadline)
                while let step = waiting.first {
                    let outcome = try receive(step, from: direct)
                    waiting.removeFirst()
                    // It may have been us, before the reply was lost.
                    if ends != nil, outcome == .gone { suspects.append(step) } else { note(step, outcome, report) }
                    waitingCount = waiting.count + suspects.count
                }
            } catch {
                ends = ends ?? watermarks
                try recover(from: error)
                // Its successor may not have what the lost master acknowledged.
                waiting = (takeAcknowledged().map(\.step) + waiting)[...]
                waitingCount = waiting.count + suspects.count
            }
        }
        try settle(suspects, since: ends ?? watermarks, report)
        waitingCount = 0
    }

    /// The right to remove dead letters, once for each stream and connection.
    private func prove(_ stream: [UInt8]) throws(RedisError) {
        guard !proven.contains(stream) else { return }
        let direct = try connection.connection(for: stream)
        try mastership?.begin(with: direct)
        let proof = RedriveStep.proof(for: stream)
        let reply = try direct.pipeline([proof.command], until: direct.writeDeadline)[0]
        if case .failure(let refusal) = try direct.read(reply, of: proof) {
            throw connection.failure(.refused(refusal), .sending)
        }
        proven.insert(stream)
    }

    private func note(_ step: RedriveStep, _ outcome: RedriveOutcome, _ report: (RedriveStep, RedriveOutcome) -> Void) {
        guard mastership == nil else {
            acknowledged.elements.append((step, outcome))
            return acknowledgedBytes += step.command.byteCount
        }
        tell(step, outcome, report)
    }

    /// Reports what became of a step for certain.
    private func tell(_ step: RedriveStep, _ outcome: RedriveOutcome, _ report: (RedriveStep, RedriveOutcome) -> Void) {
        if case .moved(let id) = outcome { watermarks[step.destination] = max(id, watermarks[step.destination] ?? id) }
        report(step, outcome)
    }

    private func receive(_ step: RedriveStep, from connection: Connection) throws(RedisError) -> RedriveOutcome {
        try connection.receive(into: &reply, until: connection.writeDeadline)
        server.noteProgress()
        guard let outcome = RedriveStep.outcome(of: reply.root) else {
            throw connection.failure(.unexpected("the reply to EVAL is none that the script gives"), .awaiting)
        }
        guard case .refused(let refusal) = outcome else { return outcome }
        return .refused(
            refusal.answering(step.command, of: connection.endpoint, inside: ["xrange", "xadd", "xdel"])
        )
    }

    // MARK: After a lost connection

    private func recover(from error: RedisError) throws(RedriveEnding) {
        if let refusal = error.refusal { throw .refused(refusal) }
        do { try server.replace(after: error) } catch { throw .lost(error) }
        noteReplacement()
    }

    private func noteReplacement() {
        proven = []
        acknowledged.noteReplacement()
    }

    /// Finds out whether dead letters that are gone are in their stream: then it was our step that moved them.
    private func settle(
        _ suspects: [RedriveStep],
        since ends: [[UInt8]: EntryID],
        _ report: (RedriveStep, RedriveOutcome) -> Void
    ) throws(RedriveEnding) {
        for destination in Set(suspects.map(\.destination)) {
            var found = try arrivals(in: destination, since: ends[destination] ?? .zero)
            for step in suspects where step.destination == destination {
                waitingCount -= 1
                let id = found[step.digest]?.popLast()
                note(step, id.map { .moved($0) } ?? .gone, report)
            }
        }
    }

    /// What was added to a stream since an entry, the newest first.
    private func arrivals(
        in destination: [UInt8],
        since end: EntryID
    ) throws(RedriveEnding) -> [FieldsDigest: [EntryID]] {
        let arrivals = Arrivals(stream: destination, since: end)
        return try look { connection throws(RedisError) in try arrivals.read(on: connection) }
    }

    private func look<Value>(
        _ look: (any CommandChannel) throws(RedisError) -> Value
    ) throws(RedriveEnding) -> Value {
        do throws(RedisError) {
            return try server.run(afterLoss: { _ in noteReplacement() }, look)
        } catch {
            throw error.refusal.map { .refused($0) } ?? .lost(error)
        }
    }
}
