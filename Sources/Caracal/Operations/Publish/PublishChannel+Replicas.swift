import Redis

/// `WAIT`: messages count as published once enough replicas have them.
extension PublishChannel {
    /// Whether it is time to ask the replicas.
    var isConfirmationDue: Bool { unconfirmed.isFull }

    /// Waits until enough replicas have all that was answered, and reports it as published. When they do not come to it in
    /// time, what is unconfirmed stays so, and `isShortOfReplicas`.
    func confirm() throws(RedisError) {
        guard let demand = replicas, !unconfirmed.isEmpty else { return }
        if try isConfirmed(by: demand) { releaseUnconfirmed() } else { isShortOfReplicas = true }
    }

    /// Reports what is unconfirmed as published, and tells how much that is.
    package func settleUnconfirmed() -> Int {
        let count = unconfirmed.ids.count
        releaseUnconfirmed()
        return count
    }

    /// The master that had them is lost: they are in doubt like what was not answered.
    func takeBackUnconfirmed() {
        waiting.prepend(unconfirmed.batch)
        _ = unconfirmed.removeAll()
    }

    private func releaseUnconfirmed() {
        for (line, id) in unconfirmed.removeAll() {
            mark = StreamMark(id: max(mark.id, id))
            report(line, .published(id))
        }
    }

    /// On a connection that has written nothing WAIT answers at once and means nothing: there the replicas' offsets tell.
    private func isConfirmed(by demand: ReplicaDemand) throws(RedisError) -> Bool {
        guard !isUnderway else { return false }
        guard hasWritten, let line else { return try haveCaughtUp(demand) }
        let wait = Wait(replicas: demand.count, milliseconds: demand.milliseconds)
        // A refusal is that of a master that is being deposed.
        return try line.ask(wait).value.map { $0 >= Int64(demand.count) } ?? false
    }

    private func haveCaughtUp(_ demand: ReplicaDemand) throws(RedisError) -> Bool {
        let server = try way()
        guard let goal = try server.ask(ReplicaOffsets()).value?.own else { return false }
        let deadline = Deadline.after(.milliseconds(demand.milliseconds))
        var backoff = Backoff()
        while true {
            guard let offsets = try server.ask(ReplicaOffsets()).value else { return false }
            if offsets.replicas.count(where: { $0 >= goal }) >= demand.count { return true }
            if deadline.hasPassed { return false }
            do { try backoff.rest(until: deadline) } catch { throw server.failure(.link(error), .awaiting) }
        }
    }
}

/// How many replicas must have a message, and how long they may take.
package struct ReplicaDemand: Sendable, Equatable {
    /// How many.
    package let count: Int
    /// How long, in milliseconds.
    package let milliseconds: Int64

    /// Puts both together.
    package init(count: Int, milliseconds: Int64) {
        self.count = count
        self.milliseconds = milliseconds
    }
}
