import Postgres
import Redis
import Rendering
import Text

/// What an error of Postgres means to a person, and what to do about it.
extension CommandError {
    /// - Parameter isCut: whether the time for everything was less than the settings give one step: to raise those would be of no use.
    init(_ error: PostgresError, isCut: Bool) {
        let status = error.isUnknownWrite ? .unknownOutcome : Self.status(of: error)
        let doubt: TerminalText =
            error.isUnknownWrite ? "; what had been sent may or may not have been carried out" : ""
        self.init(status, Self.words(error, isCut: isCut) + doubt)
    }

    /// The status of an error that leaves no write in doubt.
    private static func status(of error: PostgresError) -> ExitStatus {
        switch error.cause {
        case .noLibrary: .internalError
        case .settings: .configuration
        case .link(.interrupted(let signal)): ExitStatus(signal: signal)
        case .link, .tls: .unreachable
        case .noPassword: .noRights
        case .unexpected: .protocolViolation
        case .refused(let refusal): status(of: refusal.kind)
        }
    }

    /// The status that a refusal of the database comes to where it ends the command.
    static func status(of kind: PostgresRefusal.Kind) -> ExitStatus {
        switch kind {
        case .authentication, .notPermitted: .noRights
        case .noDatabase, .undefinedTable, .undefinedColumn, .startupParameter: .configuration
        case .notReady, .tooManyConnections, .resources, .readOnly, .conflict: .refusedForNow
        case .cancelled, .terminated: .unreachable
        case .other: .protocolViolation
        }
    }

    private static func words(_ error: PostgresError, isCut: Bool) -> TerminalText {
        let target = error.target
        let setting = error.namedBy ?? "DATABASE_URL"
        switch error.cause {
        case .noLibrary(let reason):
            return "cannot use Postgres: libpq is not installed (\(reason)); install it: apt-get install libpq5"
        case .settings(let reason): return "\(setting): \(reason)"
        case .link(.interrupted): return "interrupted while waiting for \(target)"
        case .link(.unresolvable(let reason)): return "cannot resolve \(target): \(reason) (check \(setting))"
        case .link(.unreachable(let reason)): return "cannot reach \(target): \(reason) (check \(setting))"
        case .link(.timedOut(let time)) where error.phase == .connecting:
            let advice: TerminalText = isCut ? "check \(setting)" : "check \(setting), or raise --connect-timeout"
            return "cannot reach \(target): no answer within \(time.text) (\(advice))"
        case .link(.timedOut(let time)):
            return "no answer from \(target) within \(time.text)\(isCut ? "" : " (raise --timeout)")"
        case .link(.disconnected(let reason)):
            let place = error.phase == .connecting ? "before authentication finished" : "in the middle of a statement"
            return "\(target) closed the connection \(place)\(reason.map { ": \($0)" } ?? "")"
        case .link(.tls): return "TLS with \(target) failed"
        case .tls(let reason):
            return "TLS with \(target) failed: \(reason) (check sslmode and sslrootcert in \(setting))"
        case .noPassword:
            let advice =
                ContextHint(error.namedBy)?.postgresPassword ?? "give it in \(setting), PGPASSWORD_FILE or ~/.pgpass"
            return "\(target) asks for a password (\(advice))"
        case .unexpected(let text): return "\(target) does not speak as Postgres does: \(text)"
        case .refused(let refusal): return "\(target) refused: \(refusal.shownMessage)\(hint(refusal, setting))"
        }
    }

    private static func hint(_ refusal: PostgresRefusal, _ setting: String) -> TerminalText {
        switch refusal.kind {
        case .authentication:
            " (check the user and the password in \(setting)\(ContextHint(setting)?.unused(ContextHint.postgresLogin) ?? ""))"
        case .noDatabase: " (check the database in \(setting))"
        case .notPermitted: " (the role lacks this right)"
        case .undefinedTable, .undefinedColumn: " (is this Caracal's database? check \(setting))"
        case .cancelled: " (raise --timeout)"
        case .notReady: " (wait, and try again)"
        case .terminated: " (try again)"
        case .tooManyConnections, .conflict: " (try again)"
        case .resources: ""
        case .readOnly: " (this is a standby, or read-only: connect to the primary)"
        case .startupParameter: " (is this a pooler? connect to the server itself)"
        case .other: ""
        }
    }
}
