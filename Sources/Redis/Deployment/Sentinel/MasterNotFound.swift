/// Why no master was found: what each Sentinel came to, in the order in which they were asked last.
package struct MasterNotFound: Error, Sendable, Equatable {
    /// What asking one Sentinel came to.
    package struct Attempt: Error, Sendable, Equatable {
        /// The Sentinel, as `Endpoint.description` names it.
        package let sentinel: String
        /// What it came to.
        package let outcome: Outcome

        /// Pairs the two.
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
    }

    /// The name that was asked for.
    package let masterName: String
    /// What each came to.
    package let attempts: [Attempt]

    /// Puts the reasons together.
    package init(masterName: String, attempts: [Attempt]) {
        self.masterName = masterName
        self.attempts = attempts
    }
}

extension MasterNotFound.Outcome {
    /// Whether it is what is seen while a failover is under way, which ends by itself.
    package var isOfFailover: Bool {
        switch self {
        case .unusable, .notMaster: true
        case .noAnswer, .unknownMaster: false
        }
    }
}
