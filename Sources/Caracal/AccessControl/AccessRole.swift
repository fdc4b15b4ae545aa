import RESP

/// What kind of person or job an ACL user is for.
package enum AccessRole: String, Sendable, CaseIterable {
    /// Looks at everything and changes nothing.
    case observer
    /// Looks, and works on the bus: publish, claim, ack, trim, redrive, purge, groups and consumers.
    case `operator`
    /// Creates what is missing: `provision`, as an init container runs it.
    case provisioner

    /// The ACL user that has the role.
    package var user: String { "caracal-\(rawValue)" }

    /// Its rights, in the order of the table.
    package var rights: [CommandRight] {
        CommandRight.all.filter { $0.roles.contains(self) }
    }
}

/// The ACL rules of a role, as they are typed at a server.
package struct AccessRules: Sendable, Equatable {
    /// The role.
    package let role: AccessRole

    package init(_ role: AccessRole) {
        self.role = role
    }

    /// The keys that every role may touch: Caracal's streams.
    package static let keys = "~\(StreamTable.prefix)*"

    /// `ACL SETUSER`, once for what every supported server knows and once more for each command of newer versions: a server
    /// refuses all rules of a line in which it does not know one. The password stays what it is: a new user has none, and
    /// nobody can log in as it.
    package var commands: [(command: Command, since: String?)] {
        let known = role.rights.filter { $0.since == nil }.map(\.rule)
        let newer = role.rights.filter { $0.since != nil }
        let first = ["on", "resetkeys", "resetchannels", "-@all", Self.keys] + known
        return [(command(first), nil)] + newer.map { (command([$0.rule]), $0.since) }
    }

    private func command(_ rules: [String]) -> Command {
        Command("ACL", arguments: (["SETUSER", role.user] + rules).map { Array($0.utf8) })
    }
}
