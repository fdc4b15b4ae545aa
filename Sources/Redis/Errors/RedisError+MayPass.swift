extension RedisError {
    /// Whether the same may succeed later, and trying it cannot do anything twice.
    package var mayPass: Bool {
        switch cause {
        case .link(.interrupted): false
        case .link(.tls(let failure)): phase == .connecting && failure.mayPass
        case .link: phase == .connecting
        case .refused(let refusal): refusal.mayPass
        case .masterNotFound(let reasons): reasons.mayPass
        case .emptyReplica: true
        case .malformed, .unexpected: false
        }
    }
}

extension RedisError {
    /// Whether the peer fell silent before anything was sent that changes data: a server that is too busy to answer does.
    /// What changes data has to be marked as such (`duringWrite`).
    package var isLostLook: Bool {
        if case .link(.timedOut) = cause { !isWrite } else { false }
    }

    /// Whether the peer fell silent or hung up.
    fileprivate var isLostLink: Bool {
        switch cause {
        case .link(.timedOut), .link(.disconnected): true
        default: false
        }
    }
}

extension Refusal {
    /// Whether the server only is not ready, or has no room, for the moment.
    package var mayPass: Bool {
        [.loading, .busyScript, .tryAgain, .clusterDown, .masterDown].contains(kind) || isTooManyClients
    }
}

extension MasterNotFound {
    /// Whether a Sentinel may come up, or a failover end. A name that no Sentinel knows, and a password that none takes,
    /// stay wrong.
    package var mayPass: Bool {
        attempts.contains { attempt in
            switch attempt.outcome {
            // A Sentinel is only asked: what was sent to it without an answer has changed nothing.
            case .noAnswer(let error): error.mayPass || error.isLostLink
            case .unknownMaster: false
            case .unusable, .notMaster: true
            }
        }
    }
}
