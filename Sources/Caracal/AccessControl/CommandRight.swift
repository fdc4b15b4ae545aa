/// The right to run one command, and what it is needed for.
package struct CommandRight: Sendable, Equatable {
    /// The command as ACL rules name it: `xinfo|stream`.
    package let command: String
    /// Who needs it.
    package let roles: [AccessRole]
    /// What for, in a clause.
    package let purpose: String
    /// The oldest version of Redis that knows the command, where that is newer than the oldest supported: older ones
    /// refuse a rule with a name they do not know.
    package let since: String?
    /// Whether everything works without it, and the server only notes each refusal in its ACL LOG.
    package let isCourtesy: Bool

    init(
        _ command: String,
        _ roles: [AccessRole],
        _ purpose: String,
        since: String? = nil,
        isCourtesy: Bool = false
    ) {
        self.command = command
        self.roles = roles
        self.purpose = purpose
        self.since = since
        self.isCourtesy = isCourtesy
    }

    /// The rule that grants it.
    package var rule: String { "+\(command)" }
}
