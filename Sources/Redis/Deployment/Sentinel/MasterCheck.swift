import RESP

/// Asks Sentinels whether a server is still their master.
///
/// In a failover the former master goes on taking writes until it is demoted, and all that it takes is lost: its own word
/// (`ROLE`) proves nothing. Every Sentinel is asked, since the one that leads the failover knows first. A replica that was
/// promoted leaves its master at once, and the Sentinels see that up to a second later: where a replica has left, they are
/// asked until they had that time.
package final class MasterCheck {
    /// What the Sentinels say.
    package enum Answer: Sendable, Equatable {
        /// It is the master.
        case master
        /// Another server is, or will be.
        case replaced
        /// No Sentinel answers.
        case unknown(MasterNotFound)
    }

    private let sentinels: Sentinels
    private let timeouts: Timeouts
    /// How many replicas the server had when it was asked last; nil before that, and when it would not tell.
    private var replicas: (of: Endpoint.Address, count: Int)?

    /// How long Sentinels may take to notice that a replica was promoted: they ask every second then.
    private static let delay = Duration.seconds(3)

    /// A check by these Sentinels; all of them together are waited for as long as a connection may take.
    package init(_ sentinels: Sentinels, timeouts: Timeouts) {
        self.sentinels = sentinels
        self.timeouts = timeouts
    }

    /// Notes how many replicas a server has, before anything is sent to it.
    package func begin(with connection: Connection) throws(RedisError) {
        _ = try hasLostReplica(connection)
    }

    /// Asks about the server of a connection, which must be owed nothing.
    ///
    /// What it acknowledged before this began is not lost to a failover that began before, when the answer is `master`.
    /// Throws when that connection is lost, or when the process is asked to stop a second time.
    package func ask(about connection: Connection) throws(RedisError) -> Answer {
        let isShort = try hasLostReplica(connection)
        let deadline = patient(.after(Self.delay))
        var backoff = Backoff(first: .milliseconds(100))
        while true {
            let answer = try answer(connection.endpoint.address)
            guard isShort, answer == .master, !deadline.hasPassed else { return answer }
            do { try backoff.rest(until: deadline) } catch { throw connection.failure(.link(error), .awaiting) }
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

    private func answer(_ address: Endpoint.Address) throws(RedisError) -> Answer {
        var attempts: [MasterNotFound.Attempt] = []
        var isNamed = false
        let deadline = patient(timeouts.capped(.after(timeouts.connect)))
        for (index, sentinel) in sentinels.endpoints.enumerated() {
            let share = deadline.share(of: sentinels.endpoints.count - index)
            let question = SentinelQuestion(masterName: sentinels.masterName, deadline: share)
            switch try question.ask(sentinel) {
            case .success(address): isNamed = true
            case .success: return .replaced
            case .failure(let attempt): attempts.append(attempt)
            }
        }
        return isNamed ? .master : .unknown(MasterNotFound(masterName: sentinels.masterName, attempts: attempts))
    }

    /// Whether the server has fewer replicas than when it was asked last.
    private func hasLostReplica(_ connection: Connection) throws(RedisError) -> Bool {
        let request = ReplicaOffsets()
        let reply = try connection.pipeline([request.command], until: patient(.after(timeouts.command)))[0]
        guard let count = try connection.read(reply, of: request).value?.replicas.count else { return false }
        let before = replicas.flatMap { $0.of == connection.endpoint.address ? $0.count : nil } ?? count
        replicas = (connection.endpoint.address, count)
        return count < before
    }

    /// What was acknowledged waits for this: a first request to stop does not end it.
    private func patient(_ deadline: Deadline) -> Deadline {
        var deadline = deadline
        deadline.heedsInterrupts = false
        return deadline
    }
}
