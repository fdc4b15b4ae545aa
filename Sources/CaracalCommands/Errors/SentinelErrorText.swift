import Redis
import Rendering
import Text

/// What it means that Sentinels led to no master, and what to do about it.
extension CommandError {
    init(_ reasons: MasterNotFound) {
        self.init(Self.status(of: reasons), Self.words(reasons))
    }

    /// Who answered and could not help outweighs who did not answer.
    private static func status(of reasons: MasterNotFound) -> ExitStatus {
        if reasons.attempts.contains(where: \.outcome.isOfFailover) { return .unreachable }
        if reasons.attempts.contains(where: { $0.outcome.knownMasters != nil }) { return .configuration }
        let refusals = reasons.attempts.compactMap { $0.outcome.error?.refusal }
        return refusals.first.map(status(of:)) ?? .unreachable
    }

    private static func words(_ reasons: MasterNotFound) -> TerminalText {
        let name: TerminalText = "\"\(reasons.masterName)\""
        let asked = list(reasons.attempts)
        if let (sentinel, known) = reasons.attempts.lazy.compactMap({ attempt in
            attempt.outcome.knownMasters.map { (attempt.sentinel, $0) }
        }).first, !reasons.attempts.contains(where: \.outcome.isOfFailover) {
            return "Sentinel \(sentinel) knows no master \(name) (\(list(known)); check --master-name)"
        }
        if reasons.attempts.contains(where: \.outcome.isOfFailover) {
            return "no master \(name) yet (\(asked); \(advice(reasons)))"
        }
        return "\(count(reasons.attempts.count)) (\(asked); check --sentinel)"
    }

    /// What helps: a failover ends by itself, a name that is not known here and a server that speaks otherwise do not.
    private static func advice(_ reasons: MasterNotFound) -> TerminalText {
        for attempt in reasons.attempts {
            guard case .unusable(let error) = attempt.outcome else { continue }
            switch error.cause {
            case .link(.unresolvable):
                return "that name has to be known here, or the Sentinels have to announce addresses"
            case .link(.tls): return "leave --tls out, or use redis+sentinel://, if that server does not speak TLS"
            case .link(.disconnected) where !error.isOverTLS:
                return "a failover may be under way: raise --timeout; if that server speaks TLS, use --tls"
            default: continue
            }
        }
        return "a failover may be under way: raise --timeout"
    }

    /// Who said what. Where all say the same, as they do while a failover is under way, it is said once.
    private static func list(_ attempts: [MasterNotFound.Attempt]) -> TerminalText {
        let said = attempts.map { words($0.outcome) }
        if attempts.count > 1, attempts.allSatisfy(\.outcome.isOfFailover), Set(said.map(\.text)).count == 1 {
            return "\(attempts.count) Sentinels: \(said[0])"
        }
        return zip(attempts, said).map { "\($0.sentinel): \($1)" as TerminalText }.joined(separator: "; ")
    }

    private static func count(_ count: Int) -> TerminalText {
        count == 1 ? "the Sentinel did not answer" : "none of \(count) Sentinels answered"
    }

    /// A hostile Sentinel may know a great many.
    private static func list(_ known: [[UInt8]]?) -> TerminalText {
        guard let known else { return "it would not say which it knows" }
        guard !known.isEmpty else { return "it knows none" }
        let shown = known.prefix(5).map { TerminalText($0) }.joined(separator: ", ")
        return "it knows: \(shown)\(known.count > 5 ? " and \(known.count - 5) more" : "")"
    }

    private static func words(_ outcome: MasterNotFound.Outcome) -> TerminalText {
        switch outcome {
        case .noAnswer(let error): words(error)
        case .unknownMaster(let known): "it knows no such master, \(list(known))"
        case .unusable(let error): "it names \(error.target): \(words(error))"
        case .notMaster(let target): "it names \(target), which is not a master"
        case .failoverInProgress(let target): "a failover from \(target) is in progress"
        }
    }

    /// The reason alone: the list says whom it is about.
    private static func words(_ error: RedisError) -> TerminalText {
        switch error.cause {
        case .link(.unresolvable(let reason)), .link(.unreachable(let reason)): "\(reason)"
        // How much of the time it was left with says nothing, and would make one reason look like many.
        case .link(.timedOut): "no answer in time"
        case .link(.disconnected(let reason)): "it closed the connection\(reason.map { ": \($0)" } ?? "")"
        case .refused(let refusal): TerminalText(refusal.shownMessage)
        default: CommandError(error).message
        }
    }
}

extension MasterNotFound.Outcome {
    fileprivate var error: RedisError? {
        switch self {
        case .noAnswer(let error), .unusable(let error): error
        case .unknownMaster, .notMaster, .failoverInProgress: nil
        }
    }

    /// What a Sentinel that does not know the master knows; the inner nil when it would not say.
    fileprivate var knownMasters: [[UInt8]]?? {
        if case .unknownMaster(let known) = self { .some(known) } else { nil }
    }
}
