/// Something an operator should know, found while looking or acting.
package struct Finding: Sendable, Equatable {
    /// How much it matters: only a failure turns the exit status.
    package enum Severity: String, Sendable {
        case note
        case warning
        case failure
    }

    /// A stable name for scripts, such as `over_bound`.
    package let code: String
    /// How much it matters.
    package let severity: Severity
    /// The stream's key; nil when it is about the server.
    package let stream: String?
    /// One sentence. It may hold names from the network: whoever shows it escapes it.
    package let message: String

    package init(_ code: String, _ severity: Severity, stream: String? = nil, _ message: String) {
        self.code = code
        self.severity = severity
        self.stream = stream
        self.message = message
    }
}
