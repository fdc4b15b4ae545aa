/// Finds the master that Sentinels watch over: asks them in turn, connects to the server they name, and makes sure that it
/// is a master. While a failover is under way they may name the former one: then it is worth searching again.
struct MasterSearch {
    private let sentinels: Sentinels
    private let timeouts: Timeouts
    private let name: ConnectionName
    private let deadline: Deadline

    init(_ sentinels: Sentinels, timeouts: Timeouts, name: ConnectionName) {
        self.sentinels = sentinels
        self.timeouts = timeouts
        self.name = name
        deadline = timeouts.capped(.after(timeouts.connect))
    }

    /// A connection to the master.
    func run() throws(RedisError) -> Connection {
        var attempts: [MasterNotFound.Attempt] = []
        for (index, sentinel) in sentinels.endpoints.enumerated() {
            switch try follow(sentinel, waiting: sentinels.endpoints.count - index) {
            case .success(let connection): return connection
            case .failure(let attempt): attempts.append(attempt)
            }
        }
        throw RedisError(
            target: sentinels.description,
            phase: .connecting,
            cause: .masterNotFound(MasterNotFound(masterName: sentinels.masterName, attempts: attempts))
        )
    }

    /// Asks one Sentinel and connects to the server it names. What no other Sentinel could change is thrown.
    ///
    /// - Parameter waiting: how many Sentinels are left, this one included: one that swallows packets leaves them time.
    private func follow(
        _ sentinel: Endpoint,
        waiting: Int
    ) throws(RedisError) -> Result<Connection, MasterNotFound.Attempt> {
        let question = SentinelQuestion(
            masterName: sentinels.masterName,
            deadline: deadline.share(of: waiting + 1)
        )
        let address: Endpoint.Address
        switch try question.ask(sentinel) {
        case .success(let found): address = found
        case .failure(let attempt): return .failure(attempt)
        }
        let master = sentinels.master(at: address)
        do {
            let share = deadline.share(of: waiting)
            let connection = try Connection.open(master, timeouts: timeouts, name: name, until: share)
            if try connection.isMaster(until: deadline.share(of: waiting)) { return .success(connection) }
            return .failure(.init(sentinel: sentinel.description, outcome: .notMaster(master.description)))
        } catch {
            guard error.nextStep(isRepeatable: true) != .stop else { throw error }
            return .failure(.init(sentinel: sentinel.description, outcome: .unusable(error)))
        }
    }
}

/// Why no master was found: what each Sentinel came to, in the order in which they were asked last.
package struct MasterNotFound: Sendable, Equatable {
    /// What asking one Sentinel came to.
    package struct Attempt: Error, Sendable, Equatable {
        /// The Sentinel, as `Endpoint.description` names it.
        package let sentinel: String
        /// What the Sentinel answered, or why it did not.
        package let outcome: Outcome

        /// What asking `sentinel` came to.
        package init(sentinel: String, outcome: Outcome) {
            self.sentinel = sentinel
            self.outcome = outcome
        }
    }

    /// What asking a Sentinel, and following its answer, came to.
    package enum Outcome: Sendable, Equatable {
        /// It gave no usable answer.
        case noAnswer(RedisError)
        /// It watches over no such master, but over these: bytes from the network. nil when it would not say which.
        case unknownMaster(known: [[UInt8]]?)
        /// The server that it named could not be used.
        case unusable(RedisError)
        /// The server that it named, as `Endpoint.description` names it, is not a master, or not any more.
        case notMaster(String)
        /// It leads a failover from the server that it named, as `Endpoint.description` names it.
        case failoverInProgress(String)
    }

    /// The name that was asked for.
    package let masterName: String
    /// What each came to.
    package let attempts: [Attempt]

    /// No master of that name, after these attempts.
    package init(masterName: String, attempts: [Attempt]) {
        self.masterName = masterName
        self.attempts = attempts
    }
}

extension MasterNotFound.Outcome {
    /// Whether it is what is seen while a failover is under way, which ends by itself.
    package var isOfFailover: Bool {
        switch self {
        case .unusable, .notMaster, .failoverInProgress: true
        case .noAnswer, .unknownMaster: false
        }
    }
}
