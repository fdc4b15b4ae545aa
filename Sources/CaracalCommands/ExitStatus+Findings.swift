import Caracal
import Redis

extension ExitStatus {
    /// The status that findings come to. What the server refused outweighs what was found: without it the look is not whole.
    init(_ findings: [Finding], refusals: [Refusal] = []) {
        let statuses = refusals.map(Failure.status(of:))
        let weightiest = statuses.filter { $0 != .finding }.max { $0.rawValue < $1.rawValue }
        let hasFinding = findings.contains { $0.severity == .failure } || !statuses.isEmpty
        self = weightiest ?? (hasFinding ? .finding : .success)
    }
}
