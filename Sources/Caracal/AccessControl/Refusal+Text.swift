import RESP
import Redis
import Text

extension Refusal {
    /// Why the server refused, in a clause: its own words, or which right the user lacks and what grants it.
    package var text: TerminalText {
        missingRight?.text ?? TerminalText(shownMessage)
    }
}

extension Refusal {
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
    fileprivate var names: String {
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
