import RESP
import Redis
import Text

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

extension Refusal {
    /// Why the server refused, in a clause: its own words, or which right the user lacks and what grants it.
    package var text: TerminalText {
        missingRight?.text ?? TerminalText(shownMessage)
    }

    /// Why the server refused, in a few words that name no key: for what is true of several streams alike.
    package var reason: TerminalText {
        guard let right = missingRight else { return TerminalText(shownMessage) }
        return right.kind == .key ? "this user has no access to the key" : "this user may not \(right.names)"
    }
}

extension MissingRight {
    /// `the user "ops" may not run XPENDING on caracal.audit.events (ACL SETUSER ops +xpending; …)`
    var text: TerminalText {
        "the user \"\(user)\" \(denial) (\(keeping: grant); caracalctl provision --emit-acl \(role))"
    }

    /// What the server needs to be told.
    private var grant: String {
        let rules = commands.map { "+\($0)" }
        let wanted =
            switch kind {
            case .command: rules
            case .key: [pattern]
            case .either: rules + [pattern]
            }
        let words = ["SETUSER", user] + wanted.compactMap { $0 }
        return Command("ACL", arguments: words.map { Array($0.utf8) }).description
    }

    /// The commands as they are typed: `XINFO STREAM, TYPE`.
    package var names: String {
        commands.map { $0.split(separator: "|").joined(separator: " ").uppercased() }.joined(separator: ", ")
    }

    private var denial: TerminalText {
        let run = names
        let place: TerminalText = key.map { " on \($0)" } ?? ""
        return kind == .key
            ? "has no access to the key\(key.map { " \($0)" } ?? "") (\(run))" : "may not run \(run)\(place)"
    }

    private var pattern: String? {
        guard let key else { return nil }
        return key.starts(with: StreamTable.prefix.utf8) ? AccessRules.keys : "~\(key.readable)"
    }

    /// The first role that has all of the rights.
    private var role: String {
        let role = AccessRole.allCases.first { Set(commands).isSubset(of: $0.rights.map(\.command)) }
        return (role ?? .operator).rawValue
    }
}
