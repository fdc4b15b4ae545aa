/// What to do after an error.
package enum RetryStep: Sendable {
    /// Report it: the same would come again, a write may have been carried out, or the process is asked to stop.
    case stop
    /// Ask again where it was asked, after a pause: the answer was that somebody is not ready, which passes.
    case askAgain
    /// Open a new connection: nothing more can come from this one, or none came to be.
    case reconnect
}

extension RedisError {
    /// The rule for everything that comes back after a lost connection or a passing refusal. Who follows it, and how long,
    /// is the business of `Retries`, `RetryPolicy` and `ReconnectingChannel`; those who go on until they are stopped ask
    /// `mayPass`.
    ///
    /// - Parameter isRepeatable: whether the request may be made again although it may have been carried out, because it only
    ///   reads or does nothing the second time. A write in doubt may not.
    package func nextStep(isRepeatable: Bool) -> RetryStep {
        switch cause {
        case .refused(let refusal): return refusal.nextStep
        case .link(.interrupted): return .stop
        // A server that is not trusted will not be trusted the next time.
        case .link(.tls(let failure)) where phase == .connecting: return failure.mayPass ? .reconnect : .stop
        // The server cannot have carried out a request of which it does not have the end.
        case .link: return phase != .awaiting || isRepeatable ? .reconnect : .stop
        case .masterNotFound(let reasons): return reasons.nextStep
        case .emptyReplica: return .askAgain
        case .malformed, .unexpected: return .stop
        }
    }

    /// The same rule for those who go on until they are stopped (`watch`, `tail`, `outbox dispatch --follow`), and make their
    /// requests anew: whether they try again after this. They wait for an operator too who acts on the server, such as for one
    /// who gives it memory. What a person has to change ends them: a password or a right that the server refuses, a
    /// certificate that is not trusted, a name of a master that no Sentinel knows, answers that break the protocol. One who tries
    /// a wrong password over and over locks the user out. A host name that nobody knows may be known a moment later.
    package var mayPass: Bool {
        nextStep(isRepeatable: true) != .stop || refusal?.kind.isForNow ?? false
    }
}

extension Refusal {
    /// A refused request was not carried out, so that even a write may be sent again. MOVED and ASK stop here: `ClusterPipeline`
    /// and `PublishChannel` send the request to the server that they name.
    var nextStep: RetryStep {
        switch kind {
        case .loading, .busyScript, .tryAgain, .clusterDown, .masterDown: .askAgain
        // A server that has become a replica ends the waits for entries, and then the connections.
        case .unblocked: .reconnect
        default: isTooManyClients ? .askAgain : .stop
        }
    }

    /// Whether a server of a cluster says that a command was not carried out because of where its key is.
    package var isOfRouting: Bool {
        switch kind {
        case .moved, .ask: true
        default: false
        }
    }
}

extension MasterNotFound {
    /// A failover ends by itself, and a Sentinel may come up. A name that no Sentinel knows, and a password that none takes,
    /// stay wrong.
    fileprivate var nextStep: RetryStep {
        if attempts.contains(where: \.outcome.isOfFailover) { return .askAgain }
        let isUnanswered = attempts.contains { attempt in
            guard case .noAnswer(let error) = attempt.outcome else { return false }
            return error.nextStep(isRepeatable: true) != .stop
        }
        return isUnanswered ? .reconnect : .stop
    }
}
