import Caracal
import Redis

/// The statuses a command ends with. A script can tell "looked and found a problem" (1) from "could not look" (64 and up).
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case success = 0
    case finding = 1
    case critical = 2
    case unknown = 3
    case usage = 64
    case malformedInput = 65
    case unreachable = 69
    case internalError = 70
    case outputFailed = 73
    case unknownOutcome = 74
    case refusedForNow = 75
    case protocolViolation = 76
    case noRights = 77
    case configuration = 78
    case hungUp = 129
    case interrupted = 130
    case quit = 131
    case terminated = 143

    /// What it tells, in a clause.
    package var meaning: String {
        switch self {
        case .success: "done, nothing to report"
        case .finding:
            "it looked, or acted, and there is a finding: drift, a refused item, a bad signature, a crossed threshold"
        case .critical: "only of check: a critical threshold is crossed (1 is a warning there)"
        case .unknown: "only of check: what it was to judge is not known, for whatever reason"
        case .usage: "the command line is wrong"
        case .malformedInput: "malformed input data"
        case .unreachable: "the server cannot be reached: refused, timed out, name resolution"
        case .internalError: "a bug of caracalctl, or something it needs is not installed"
        case .outputFailed:
            """
            the results, whatever they are, could not be written: the disk is full, the device failed, the output is closed \
            (closed: check and verify-sig end with what they found; a reader that has gone is no error)
            """
        case .unknownOutcome: "sent but not confirmed: the outcome is unknown"
        case .refusedForNow: "the server refused for now: LOADING, OOM, READONLY, MISCONF, CLUSTERDOWN"
        case .protocolViolation: "the server broke the protocol"
        case .noRights: "authentication or ACL refusal"
        case .configuration: "configuration: an unreadable password file, a malformed URL, contradictory settings"
        case .hungUp: "the terminal or the session was closed (SIGHUP)"
        case .interrupted: "interrupted (SIGINT); watch on a screen, exporter and sandbox end with 0"
        case .quit: "quit (SIGQUIT)"
        case .terminated: "terminated (SIGTERM)"
        }
    }

    /// The status of a process that a signal asked to stop: 128 and the signal's number, as shells have it.
    init(signal: Int32) {
        self = Self(rawValue: 128 + signal) ?? .interrupted
    }
}

extension ExitStatus {
    /// The status that findings come to. What the server refused outweighs what was found: without it the look is not whole.
    init(_ findings: [Finding], refusals: [Refusal] = []) {
        let statuses = refusals.map(CommandError.status(of:))
        let weightiest = statuses.filter { $0 != .finding }.max { $0.rawValue < $1.rawValue }
        let hasFinding = findings.contains { $0.severity == .failure } || !statuses.isEmpty
        self = weightiest ?? (hasFinding ? .finding : .success)
    }
}
