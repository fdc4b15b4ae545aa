import Redis

/// What has to be certain before a message that the master has acknowledged counts as published.
package struct PublishConfirmation {
    /// Who must have it; nil when the master's word is enough.
    package let replicas: ReplicaDemand?
    /// Whether the master still is the master; nil where nobody is there to say so.
    package let mastership: MasterCheck?

    /// What these settings ask for; nil where the master's word is enough.
    ///
    /// - Parameter isCluster: whether the master's replicas are to be asked if one of them has taken its place.
    package init?(replicas: ReplicaDemand?, mastership: MasterCheck?, isCluster: Bool) {
        guard replicas != nil || mastership != nil || isCluster else { return nil }
        self.replicas = replicas
        self.mastership = mastership
    }
}

/// How many replicas must have a message, and how long they may take.
package struct ReplicaDemand: Sendable, Equatable {
    /// How many.
    package let count: Int
    /// How long, in milliseconds.
    package let milliseconds: Int64

    /// A demand for `count` replicas within `milliseconds`.
    package init(count: Int, milliseconds: Int64) {
        self.count = count
        self.milliseconds = milliseconds
    }
}

/// Messages that nobody could be asked about: published, unless a failover was under way.
package struct UnverifiedMessages: Sendable, Equatable {
    /// How many.
    package internal(set) var count: Int
    /// Why nobody could be asked, the last time.
    package internal(set) var reason: MasterNotFound
}

extension UnverifiedMessages? {
    /// Adds messages that nobody could be asked about, and why not.
    mutating func add(_ count: Int, _ reason: MasterNotFound) {
        self = UnverifiedMessages(count: (self?.count ?? 0) + count, reason: reason)
    }
}

/// Messages count as published once enough replicas have them (`WAIT`), and once the Sentinels, or
/// in a cluster its replicas, have said after the acknowledgement that the master still is the master.
extension PublishChannel {
    /// Whether it is time to confirm what was acknowledged.
    var isConfirmationDue: Bool {
        unconfirmed.count >= (confirmation?.replicas == nil ? Self.verifiedAtOnce : Self.replicatedAtOnce)
            || unconfirmed.byteCount >= Self.unconfirmedBytes
    }

    /// How many messages may be kept before they have to be confirmed by replicas, or by Sentinels, and how many bytes.
    private static let replicatedAtOnce = 4_096
    private static let verifiedAtOnce = 32_768
    private static let unconfirmedBytes = 16 << 20

    /// Has all that was answered confirmed, and reports it as published. When the replicas do not come to it in time, what
    /// is unconfirmed stays so, and `isShortOfReplicas`. Throws when another server is the master by now: what this one has
    /// acknowledged is in doubt then, like what it has not.
    func confirm() throws(RedisError) {
        guard let confirmation, !unconfirmed.isEmpty else { return }
        let isReplicated =
            try confirmation.replicas.map { demand throws(RedisError) in try isConfirmed(by: demand) } ?? true
        if let reason = try confirmation.mastership?.confirm(streamConnection()) {
            unverified.add(unconfirmed.count, reason)
        }
        try channel.confirmOwner(of: stream)
        guard isReplicated else { return isShortOfReplicas = true }
        releaseUnconfirmed()
        hasConfirmed = true
    }

    /// Reports what is unconfirmed as published, and tells how much that is.
    package func settleUnconfirmed() -> Int {
        let count = unconfirmed.count
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
            mark.note(id)
            report(line, .published(id))
        }
    }

    /// On a connection that has written nothing WAIT answers at once and means nothing: there the replicas' offsets tell.
    private func isConfirmed(by demand: ReplicaDemand) throws(RedisError) -> Bool {
        guard !isUnderway else { return false }
        guard hasWritten, let connection else { return try haveCaughtUp(demand) }
        let wait = Wait(replicas: demand.count, milliseconds: demand.milliseconds)
        // A refusal is that of a master that is being deposed.
        let reply = try connection.pipeline([wait.command], until: channel.writeDeadline)[0]
        return try connection.read(reply, of: wait).value.map { $0 >= Int64(demand.count) } ?? false
    }

    private func haveCaughtUp(_ demand: ReplicaDemand) throws(RedisError) -> Bool {
        let server = try streamConnection()
        guard let goal = try server.ask(ReplicaOffsets()).value?.own else { return false }
        let deadline = Deadline.after(.milliseconds(demand.milliseconds))
        var backoff = Backoff.standard
        return try backoff.poll(server, until: deadline) { () throws(RedisError) in
            guard let offsets = try server.ask(ReplicaOffsets()).value else { return (false, isFinal: true) }
            let haveIt = offsets.replicas.count(where: { $0 >= goal }) >= demand.count
            return (haveIt, isFinal: haveIt)
        }
    }
}
