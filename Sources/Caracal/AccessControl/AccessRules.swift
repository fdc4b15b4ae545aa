import RESP

/// The ACL rules of a role, as they are typed at a server.
package struct AccessRules: Sendable, Equatable {
    /// The role.
    package let role: AccessRole

    /// Describes the rules of a role.
    package init(_ role: AccessRole) {
        self.role = role
    }

    /// The keys that every role may touch: Caracal's streams.
    package static let keys = "~\(StreamTable.prefix)*"

    /// `ACL SETUSER`, once for what every supported server knows and once more for each newer version's commands. All of
    /// its rules but the password, which stays what it is: a new user has none, and nobody can log in as it.
    package var commands: [(command: Command, since: String?)] {
        let newer = role.rights.filter { $0.since != nil }
        let versions = Set(newer.compactMap(\.since)).sorted()
        let first = ["on", "resetkeys", "resetchannels", "-@all", Self.keys] + rules { $0.since == nil }
        return [(command(first), nil)] + versions.map { version in (command(rules { $0.since == version }), version) }
    }

    private func command(_ rules: [String]) -> Command {
        Command("ACL", arguments: (["SETUSER", role.user] + rules).map { Array($0.utf8) })
    }

    private func rules(where isWanted: (CommandRight) -> Bool) -> [String] {
        role.rights.filter(isWanted).map(\.rule)
    }
}
