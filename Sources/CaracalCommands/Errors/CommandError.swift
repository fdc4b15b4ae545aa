import Caracal
import Glibc
import Postgres
import RESP
import Redis
import RedisSandbox
import Rendering
import Text

/// Why a command could not do its work: one line for a person, a status for a script.
struct CommandError: Error, Equatable {
    /// The status to end with.
    let status: ExitStatus
    /// One clause in lower case that names the target and the next step.
    let message: TerminalText

    init(_ status: ExitStatus, _ message: TerminalText) {
        self.status = status
        self.message = Self.masked(message)
    }

    /// A request to stop, and what that means: "nothing was changed".
    static func interrupted(by signal: Int32, _ consequence: TerminalText) -> CommandError {
        CommandError(ExitStatus(signal: signal), "interrupted: \(consequence)")
    }

    /// That a file could not be written: what its path cannot have is a mistake in the command line, a device that is full or broken is
    /// not.
    static func writing(_ path: String, _ error: SystemError) -> CommandError {
        let isOfDevice = [ENOSPC, EDQUOT, EFBIG, EIO].contains(error.code)
        return CommandError(isOfDevice ? .outputFailed : .configuration, "cannot write \(path): \(error)")
    }

    /// The same failure in other words.
    func saying(_ message: TerminalText) -> CommandError { CommandError(status, message) }

    /// The same failure, and what it means: "the rest was not searched".
    func adding(_ consequence: TerminalText) -> CommandError { CommandError(status, "\(message); \(consequence)") }

    /// A message that repeats what was typed may repeat a URL where none belongs: nobody is to read the password in it.
    private static func masked(_ message: TerminalText) -> TerminalText {
        guard message.text.contains("://"), message.text.contains("@") else { return message }
        let words = message.text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard let scheme = word.firstRange(of: "://"), let at = word.lastIndex(of: "@"), scheme.upperBound <= at
            else {
                return String(word)
            }
            return word[..<scheme.upperBound] + "***" + word[at...]
        }
        return TerminalText(keeping: words.joined(separator: " "))
    }
}

/// The one place where errors of the layers below become a line and an exit status.
extension CommandError {
    /// Any error that reaches the end of a command.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandError: self = failure
        case let error as RedisError: self.init(error)
        case let error as PostgresError: self.init(error, isCut: false)
        case let error as SettingsError: self.init(error.isTyped ? .usage : .configuration, error.message)
        case let error as SandboxError: self.init(error)
        case let error as PostgresServerError: self.init(.internalError, "\(keeping: error)")
        case let error as SpawnError: self.init(.internalError, "\(keeping: error)")
        case LinkError.interrupted(let signal): self.init(ExitStatus(signal: signal), "interrupted")
        default: self.init(.internalError, TerminalText(of: error))
        }
    }

    init(_ error: SandboxError) {
        switch error {
        // What is not installed is no setting, but a path that somebody gave is one.
        case .notFound(let program) where !program.contains("/"): self.init(.internalError, "\(keeping: error)")
        case .portInUse, .unusableFolder, .notFound, .notExecutable: self.init(.configuration, "\(keeping: error)")
        default: self.init(.internalError, "\(keeping: error)")
        }
    }

    init(_ error: RedisError) {
        switch error.cause {
        case .link(let link): self.init(link, error)
        case .malformed(.tlsServer):
            self.init(
                Self.status(.unreachable, error),
                "\(error.target) speaks TLS (use --tls or rediss://)\(Self.doubt(error))"
            )
        case .malformed(let violation):
            self.init(
                Self.status(.protocolViolation, error),
                "\(error.target) does not speak RESP as Redis does: \(keeping: violation)\(Self.doubt(error))"
            )
        case .unexpected(let text):
            self.init(Self.status(.protocolViolation, error), "\(error.target): \(keeping: text)\(Self.doubt(error))")
        case .refused(let refusal): self.init(refusal, by: error.target, namedBy: error.namedBy)
        case .masterNotFound(let reasons): self.init(reasons)
        case .emptyReplica(let master):
            self.init(
                .refusedForNow,
                "\(error.target) is a replica without data or a connection to its master\(master.map { " \($0)" } ?? ""), so "
                    + "what it lacks says nothing (connect to the master, or wait until it has synced)"
            )
        }
    }

    private init(_ link: LinkError, _ error: RedisError) {
        let target = error.target
        let doubt = Self.doubt(error)
        switch link {
        case .interrupted(let signal):
            self.init(
                Self.status(ExitStatus(signal: signal), error),
                "interrupted while waiting for \(target)\(doubt)"
            )
        case .unresolvable(let reason):
            let hint: TerminalText =
                error.isOfMember
                ? "a server of the cluster announces this name: it has to be known here, or the cluster has to announce addresses"
                : Self.check(error)
            self.init(
                Self.status(.unreachable, error),
                "cannot resolve \(target): \(reason) (\(hint))\(doubt)"
            )
        case .unreachable(let reason):
            let hint: TerminalText =
                error.isOfMember
                ? "it has a part of the cluster; a failover may be under way: raise --timeout"
                : Self.check(error)
            self.init(
                Self.status(.unreachable, error),
                "cannot reach \(target): \(reason) (\(hint))\(doubt)"
            )
        case .timedOut(let time) where error.phase == .connecting:
            self.init(
                .unreachable,
                "cannot reach \(target): no answer within \(time.text) (check the address, or raise --connect-timeout)"
            )
        case .timedOut(let time):
            self.init(
                Self.status(.unreachable, error),
                "no answer from \(target) within \(time.text) (raise --timeout)\(doubt)"
            )
        case .tls(let failure):
            self.init(failure, error, status: Self.status(.unreachable, error), doubt: doubt)
        case .disconnected(let reason):
            let place = error.phase == .connecting ? "before authentication finished" : "in the middle of a command"
            let cause: TerminalText = reason.map { ": \($0)" } ?? ""
            // Redis resets the connection of a client that does not speak TLS on a port that does.
            let isBaffled = error.phase == .connecting && reason != nil && !error.isOverTLS
            self.init(
                Self.status(.unreachable, error),
                "\(target) closed the connection \(place)\(cause)\(isBaffled ? " (if it speaks TLS, use --tls)" : "")\(doubt)"
            )
        }
    }

    /// What to look at where the address may be wrong: the setting that named it.
    private static func check(_ error: RedisError) -> TerminalText {
        error.namedBy.map { "check \($0)" } ?? "check --host or REDIS_URL"
    }

    /// - Parameters:
    ///   - target: the server, as messages name it.
    ///   - namedBy: what named the server; nil where that is not known.
    init(_ refusal: Refusal, by target: String, namedBy: String? = nil) {
        let hint = Self.hint(refusal, ContextHint(namedBy))
        self.init(Self.status(of: refusal), "\(target) refused: \(Self.words(refusal))\(hint)")
    }

    /// What the server said. To a HELLO without a password it explains HELLO at length, which no operator sent.
    private static func words(_ refusal: Refusal) -> TerminalText {
        refusal.kind == .noAuthentication && refusal.begins(with: "NOAUTH HELLO")
            ? "NOAUTH Authentication required." : refusal.text
    }

    /// The status a refusal ends with when it ends the command.
    static func status(of refusal: Refusal) -> ExitStatus {
        if refusal.kind.isAboutRights || refusal.isUnknownCommand { return .noRights }
        if refusal.kind.isForNow || refusal.isTooManyClients { return .refusedForNow }
        if refusal.isBadDatabase { return .configuration }
        return refusal.kind == .other ? .protocolViolation : .finding
    }

    /// The status a refusal of a write ends with: a plain `ERR` is a definite answer, in the server's words.
    static func status(ofWrite refusal: Refusal) -> ExitStatus {
        refusal.kind == .other && !refusal.isUnknownCommand && !refusal.isTooManyClients && !refusal.isBadDatabase
            ? .finding : status(of: refusal)
    }

    private static func hint(_ refusal: Refusal, _ context: ContextHint?) -> TerminalText {
        switch refusal.kind {
        case .noAuthentication: " (\(context?.redisPassword ?? "give a password: --password-file or REDIS_PASSWORD"))"
        case .wrongPassword: " (check the user and the password\(context?.unused(ContextHint.redisLogin) ?? ""))"
        case .noPermission: refusal.missingRight == nil ? " (the ACL user lacks this right)" : ""
        case .denied: " (the server is in protected mode)"
        case .loading: " (wait, or use --wait where there is one)"
        case .readOnly: " (this is a replica: connect to the master)"
        case .outOfMemory: " (caracalctl memory shows what uses it)"
        case .moved, .ask: " (the key is elsewhere in a cluster that is changing: try again)"
        case .clusterDown: " (part of the cluster is served by nobody: redis-cli --cluster check shows which)"
        default:
            if refusal.isBadDatabase { " (check --db or the URL: streams live in db 0)" } else { "" }
        }
    }

    /// A write that was sent and not answered may have happened.
    private static func status(_ status: ExitStatus, _ error: RedisError) -> ExitStatus {
        error.isUnknownWrite ? .unknownOutcome : status
    }

    private static func doubt(_ error: RedisError) -> TerminalText {
        error.isUnknownWrite ? "; what had been sent may or may not have been carried out" : ""
    }
}

/// Why a command cannot work on a stream or a group, and what helps.
extension CommandError {
    /// - Parameter target: the server, as messages name it.
    init(_ problem: StreamProblem, by target: String) {
        switch problem {
        case .refused(_, let refusal): self.init(refusal, by: target)
        case .noBound, .unnamedConsumer: self.init(.usage, problem.text())
        case .replica, .changing: self.init(.refusedForNow, problem.text(at: target))
        case .missing, .otherType, .noGroup, .noConsumer, .unknownConsumer, .noGroups, .groupExists,
            .beyondEnd, .groupOfTable, .groupHolds, .deadLetters:
            self.init(.finding, problem.text())
        }
    }
}
