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
    private var acknowledged = Acknowledged<(step: RedriveStep, answer: RedriveStep.Answer)>()
    private var acknowledgedBytes = 0
    /// How many messages of the last call are without an answer.
    private var waitingCount = 0

    /// How many steps may be acknowledged, and how many bytes of them, before the Sentinels are asked.
    private static let limit = (steps: 4_096, bytes: 8 << 20)

    /// How many messages it is unknown of what became of them.
    var unanswered: Int { waitingCount + acknowledgedCount }
    private var acknowledgedCount: Int { acknowledged.elements.count(where: \.step.moves) }
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
    func run(_ steps: [RedriveStep], report: (RedriveStep, RedriveStep.Answer) -> Void) throws(RedriveEnding) {
        try carryOut(steps, isRepeated: false, report)
        if acknowledged.elements.count >= Self.limit.steps || acknowledgedBytes >= Self.limit.bytes {
            try confirm(report: report)
        }
    }

    /// Reports what was acknowledged, once the server is known to be the master still; what a master acknowledged that is
    /// not the master any more is sent again to its successor first.
    func confirm(report: (RedriveStep, RedriveStep.Answer) -> Void) throws(RedriveEnding) {
        guard let mastership else { return }
        while let first = acknowledged.elements.first {
            if acknowledged.isElsewhere {
                try carryOut(takeForSuccessor(), isRepeated: true, report)
                continue
            }
            do throws(RedisError) {
                let direct = try connection.connection(for: first.step.stream)
                if let reason = try mastership.confirm(direct), acknowledgedCount > 0 {
                    unverified.add(acknowledgedCount, reason)
                }
                let known = takeAcknowledged()
                for (step, answer) in known { tell(step, answer, report) }
            } catch {
                try recover(from: error)
            }
        }
    }

    private func takeAcknowledged() -> [(step: RedriveStep, answer: RedriveStep.Answer)] {
        acknowledgedBytes = 0
        return acknowledged.takeAll()
    }

    /// Steps that are to be sent again to another master, each with what was answered before.
    private func takeForSuccessor() -> [RedriveStep] {
        takeAcknowledged().map { step, answer in
            var step = step
            if case .moved = answer.outcome { step.before = answer }
            return step
        }
    }

    /// - Parameter isRepeated: whether steps may have been carried out before, so that one whose dead letter is gone may have
    ///   been ours.
    private func carryOut(
        _ steps: [RedriveStep],
        isRepeated: Bool,
        _ report: (RedriveStep, RedriveStep.Answer) -> Void
    ) throws(RedriveEnding) {
        // Those that were acknowledged before are without an answer again.
        waitingCount = isRepeated ? steps.count(where: \.moves) : 0
        var waiting = steps[...]
        var suspects: [RedriveStep] = []
        // Where the streams ended when a connection was lost first: what is sent again afterwards must not hide what
        // had gone back before.
        var ends: [[UInt8]: EntryID]? = isRepeated ? watermarks : nil
        while !waiting.isEmpty {
            do throws(RedisError) {
                try prove(waiting[waiting.startIndex].stream)
                waitingCount = waiting.count(where: \.moves) + suspects.count
                let direct = try connection.connection(for: waiting[waiting.startIndex].stream)
                for step in waiting { direct.enqueue(step.command) }
                try direct.flush(until: direct.writeDeadline)
                while let step = waiting.first {
                    var answer = try receive(step, from: direct)
                    waiting.removeFirst()
                    // It may have been us, before the reply was lost.
                    if ends != nil { answer.doubt(step) }
                    if ends != nil, step.moves, answer.outcome == .gone {
                        suspects.append(step)
                    } else {
                        note(step, answer, report)
                        if step.moves { waitingCount -= 1 }
                    }
                }
            } catch {
                ends = ends ?? watermarks
                try recover(from: error)
                // Its successor may not have what the lost master acknowledged.
                waiting = (takeForSuccessor() + waiting)[...]
                waitingCount = waiting.count(where: \.moves) + suspects.count
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

    private func note(
        _ step: RedriveStep,
        _ answer: RedriveStep.Answer,
        _ report: (RedriveStep, RedriveStep.Answer) -> Void
    ) {
        guard mastership == nil else {
            acknowledged.elements.append((step, answer))
            return acknowledgedBytes += step.command.byteCount
        }
        tell(step, answer, report)
    }

    /// Reports what became of a step for certain.
    private func tell(
        _ step: RedriveStep,
        _ answer: RedriveStep.Answer,
        _ report: (RedriveStep, RedriveStep.Answer) -> Void
    ) {
        if let id = answer.outcome?.newID {
            watermarks[step.destination] = max(id, watermarks[step.destination] ?? id)
        }
        report(step, answer)
    }

    private func receive(_ step: RedriveStep, from connection: Connection) throws(RedisError) -> RedriveStep.Answer {
        try connection.receive(into: &reply, until: connection.writeDeadline)
        server.noteProgress()
        guard var answer = step.answer(of: reply.root) else {
            throw connection.failure(.unexpected("the reply to EVAL is none that the script gives"), .awaiting)
        }
        guard case .refused(let refusal) = answer.outcome else { return answer }
        let inside = step.moves ? ["xrange", "xadd", "xdel"] : ["xrange", "type", "xdel"]
        answer.outcome = .refused(refusal.answering(step.command, of: connection.endpoint, inside: inside))
        return answer
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

    /// Finds out whether dead letters that are gone are in their stream: then our step moved them, or someone else's did. Where
    /// a master had answered, and its successor has that very entry, it was ours.
    private func settle(
        _ suspects: [RedriveStep],
        since ends: [[UInt8]: EntryID],
        _ report: (RedriveStep, RedriveStep.Answer) -> Void
    ) throws(RedriveEnding) {
        for destination in Set(suspects.map(\.destination)) {
            var found = try arrivals(in: destination, since: ends[destination] ?? .zero)
            let steps = suspects.filter { $0.destination == destination }
            let known = steps.map { found.take($0.digest, $0.before?.outcome?.newID) }
            for (step, isKnown) in zip(steps, known) {
                waitingCount -= 1
                var answer = RedriveStep.Answer(outcome: .gone)
                if isKnown, let before = step.before {
                    answer = before
                } else if let digest = step.digest, let id = found[digest]?.popLast() {
                    answer.outcome = .movedUnclear(id)
                    answer.doubt(step)
                }
                note(step, answer, report)
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

extension RedriveOutcome {
    /// The id of the message in its stream, where it is there again.
    fileprivate var newID: EntryID? {
        switch self {
        case .moved(let id), .movedUnclear(let id): id
        case .gone, .changed, .noStream, .otherType, .refused: nil
        }
    }
}

extension [FieldsDigest: [EntryID]] {
    /// Takes out the entry of this id with these contents; false where there is none.
    fileprivate mutating func take(_ digest: FieldsDigest?, _ id: EntryID?) -> Bool {
        guard let digest, let id, let place = self[digest]?.firstIndex(of: id) else { return false }
        self[digest]?.remove(at: place)
        return true
    }
}

extension RedriveStep.Answer {
    /// What an answer to a step comes to that was sent before: further dead letters that are gone may have been removed by it then.
    fileprivate mutating func doubt(_ step: RedriveStep) {
        let isBack = outcome?.newID != nil
        if duplicates.isEmpty, isBack || !step.moves && outcome == .gone {
            duplicates = step.duplicates.map { _ in .unclear }
        } else {
            duplicates = duplicates.map { $0 == .gone ? .unclear : $0 }
        }
    }
}
