import RESP

/// Asks Sentinels whether a server is still their master.
///
/// In a failover the former master goes on taking writes until it is demoted, and all that it takes is lost: its own word
/// (`ROLE`) proves nothing. Every Sentinel is asked, since the one that leads the failover knows first: it names the former
/// master until it has seen the promotion, and tells only by `failover_in_progress` that there will be another. A replica that
/// was promoted leaves its master at once, and the Sentinels see that up to a second later. So they are asked until no
/// failover is in progress, and until they had that time where a replica has left.
package final class MasterCheck {
    /// What the Sentinels say.
    package enum Answer: Sendable, Equatable {
        /// It is the master.
        case master
        /// Another server is, or will be.
        case replaced
        /// No Sentinel answers, or one leads a failover that does not end.
        case unknown(MasterNotFound)
    }

    private let sentinels: Sentinels
    private let timeouts: Timeouts
    /// Whether a first request to stop ends it. Not where what was acknowledged waits for the answer.
    private let heedsInterrupts: Bool
    /// How many replicas the server had when it was asked last, and when it had more; nil before that, and when it would not
    /// tell.
    private var replicas: (of: Endpoint.Address, count: Int, loss: ContinuousClock.Instant?)?

    /// A check by these Sentinels, one for a run: it remembers how many replicas the server had.
    ///
    /// All Sentinels together may take as long for an answer as a connection may. Where one says that a failover is under way,
    /// or may not have noticed it yet, they are asked again for as long as a reply may take, and for three seconds at least.
    package init(_ sentinels: Sentinels, timeouts: Timeouts, heedsInterrupts: Bool = false) {
        self.heedsInterrupts = heedsInterrupts
        self.sentinels = sentinels
        self.timeouts = timeouts
    }

    /// Notes how many replicas a server has, before anything is sent to it.
    package func begin(with connection: Connection) throws(RedisError) {
        let request = ReplicaOffsets()
        let reply = try connection.pipeline([request.command], until: own(.after(timeouts.command)))[0]
        guard let count = try connection.read(reply, of: request).value?.replicas.count else { return }
        let before = replicas.flatMap { $0.of == connection.endpoint.address ? $0 : nil }
        replicas = (connection.endpoint.address, count, count < before?.count ?? 0 ? .now : before?.loss)
    }

    /// Asks about the server of a connection, which must be owed nothing.
    ///
    /// What it acknowledged before this began is not lost to a failover that began before, when the answer is `master`.
    /// Throws when that connection is lost, or when the process is asked to stop: a second time, unless the check heeds
    /// the first one.
    package func ask(about connection: Connection) throws(RedisError) -> Answer {
        try begin(with: connection)
        let start = ContinuousClock.now
        let end = own(.after(max(RetryLimit.failoverNotice, timeouts.command)))
        var backoff = Backoff.ofFailover
        return try backoff.poll(connection, until: end) { () throws(RedisError) in
            let (answer, isPartial) = try answer(connection.endpoint)
            // Without the right to SENTINEL MASTER only time tells that no failover had begun.
            let isEarly = isPartial && start.duration(to: .now) < RetryLimit.failoverNotice
            let isOpen = answer.isOfFailover || answer == .master && (hasJustLostReplica || isEarly)
            return (answer, isFinal: !isOpen)
        }
    }

    /// Makes sure that what a server has acknowledged is not lost to a failover: throws what a lost connection does when
    /// another server is the master, or will be.
    ///
    /// - Returns: why no Sentinel could be asked; nil when it is the master.
    package func confirm(_ connection: Connection) throws(RedisError) -> MasterNotFound? {
        switch try ask(about: connection) {
        case .master: return nil
        case .unknown(let reason): return reason
        case .replaced:
            throw connection.failure(.link(.disconnected(reason: "it is not the master any more")), .awaiting)
        }
    }

    /// The same for who has nobody to tell that no Sentinel could be asked: that is thrown as well.
    package func confirmWrites(to channel: any CommandChannel) throws(RedisError) {
        guard let reason = try confirm(channel.connection(for: [])) else { return }
        throw channel.failure(.masterNotFound(reason), .awaiting)
    }

    /// What the Sentinels say, and whether one of them would not say if it leads a failover.
    private func answer(_ server: Endpoint) throws(RedisError) -> (Answer, isPartial: Bool) {
        var attempts: [MasterNotFound.Attempt] = []
        var (isNamed, isFailingOver, isPartial) = (false, false, false)
        let deadline = own(timeouts.capped(.after(timeouts.connect)))
        for (index, sentinel) in sentinels.endpoints.enumerated() {
            let share = deadline.share(of: sentinels.endpoints.count - index)
            let question = SentinelQuestion(masterName: sentinels.masterName, deadline: share)
            switch try question.ask(sentinel, whetherItStays: server.address) {
            case .success((server.address, let isInProgress)):
                isNamed = true
                isPartial = isPartial || isInProgress == nil
                guard isInProgress == true else { continue }
                isFailingOver = true
                attempts.append(.init(sentinel: sentinel.description, outcome: .failoverInProgress(server.description)))
            case .success: return (.replaced, false)
            case .failure(let attempt): attempts.append(attempt)
            }
        }
        guard isNamed, !isFailingOver else {
            return (.unknown(MasterNotFound(masterName: sentinels.masterName, attempts: attempts)), isPartial)
        }
        return (.master, isPartial)
    }

    /// Whether the server has had more replicas so lately that the Sentinels may not know yet why it has fewer.
    private var hasJustLostReplica: Bool {
        replicas?.loss.map { $0.duration(to: .now) < RetryLimit.failoverNotice } ?? false
    }

    /// A deadline of this check.
    private func own(_ deadline: Deadline) -> Deadline {
        var deadline = deadline
        deadline.heedsInterrupts = heedsInterrupts
        return deadline
    }
}

extension MasterCheck.Answer {
    /// Whether a Sentinel is about to name another master: its next answers tell.
    fileprivate var isOfFailover: Bool {
        guard case .unknown(let reason) = self else { return false }
        return reason.attempts.contains { if case .failoverInProgress = $0.outcome { true } else { false } }
    }
}

/// What a master has acknowledged, until it is known to have been the master still.
package struct Acknowledged<Element> {
    /// It, in the order of the acknowledgements.
    package var elements: [Element] = []
    /// Whether another server than the one in use may have acknowledged it: then it has to be sent again.
    package var isElsewhere = false

    /// Nothing.
    package init() {}

    /// Notes that another connection is in use from now on.
    package mutating func noteReplacement() { isElsewhere = !elements.isEmpty }

    /// Hands out all of it and holds nothing any more.
    package mutating func takeAll() -> [Element] {
        defer { self = Acknowledged() }
        return elements
    }
}
