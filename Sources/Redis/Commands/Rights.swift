import RESP

/// What an ACL user would have needed for a command that was refused with NOPERM.
package struct MissingRight: Sendable, Equatable {
    /// What the server said is missing. Its words differ from version to version, so that they may tell nothing.
    package enum Kind: Sendable, Equatable {
        /// The right to run the command.
        case command
        /// The right to touch the key.
        case key
        /// One of them.
        case either
    }

    /// The ACL user.
    package let user: String
    /// The commands of which one is missing, as rules name them (`xinfo|stream`): several only inside a script.
    package let commands: [String]
    /// The key that the command was about; nil for one that takes none.
    package let key: [UInt8]?
    /// What is missing.
    package let kind: Kind

    /// A right that `user` lacks.
    package init(user: String, commands: [String], key: [UInt8]? = nil, kind: Kind = .command) {
        self.user = user
        self.commands = commands
        self.key = key
        self.kind = kind
    }
}

extension MissingRight {
    /// All that these refusals say is missing, in one; nil where they say nothing of the kind.
    package static func together(_ refusals: [Refusal], of endpoint: Endpoint) -> MissingRight? {
        var commands: [String] = []
        for command in refusals.compactMap(\.missingRight).flatMap(\.commands) where !commands.contains(command) {
            commands.append(command)
        }
        return commands.isEmpty ? nil : MissingRight(user: endpoint.credentials?.user ?? "default", commands: commands)
    }
}

extension Refusal {
    /// This refusal as the answer to a command: a NOPERM knows from then on which right is missing.
    ///
    /// - Parameters:
    ///   - endpoint: who asked.
    ///   - inside: what the command runs itself, when it is a script.
    package func answering(_ command: Command, of endpoint: Endpoint, inside: [String] = []) -> Refusal {
        guard kind == .noPermission else { return self }
        let isKey = mentions("access") && mentions("key")
        let named = isKey ? nil : commandInQuotes(besides: command.name)
        let calls = isInsideScript ? ScriptCalls(of: command)?.refused(on: scriptLine) ?? [] : []
        var refusal = self
        refusal.missingRight = MissingRight(
            user: endpoint.credentials?.user ?? "default",
            commands: named.map { [$0] }
                ?? (isInsideScript ? Self.commands(of: calls, among: inside) : nil) ?? [command.ruleName],
            key: Self.key(of: calls, among: command) ?? command.key,
            kind: isKey ? .key : named != nil || mentions("command") ? .command : .either
        )
        return refusal
    }

    /// Whether it is about a command that a script runs.
    private var isInsideScript: Bool { mentions("executing the script") || mentions("ACL failure in script") }

    /// The commands of which one was refused, as exactly as is known; nil where nothing is.
    ///
    /// - Parameter inside: those that the script runs without a proof that it may. One of these is it, before the others.
    private static func commands(of calls: [ScriptCalls.Call], among inside: [String]) -> [String]? {
        let known = calls.isEmpty ? inside : inside.filter { rule in calls.contains { $0.isOf(rule) } }
        let named = calls.reduce(into: [String]()) { if !$0.contains($1.name) { $0.append($1.name) } }
        return [known, named, inside].first { !$0.isEmpty }
    }

    /// The key that the refused call is about; nil where calls are about several, or it is not known.
    private static func key(of calls: [ScriptCalls.Call], among command: Command) -> [UInt8]? {
        guard let number = calls.first?.key, number > 0, calls.allSatisfy({ $0.key == number }) else { return nil }
        // Behind the script and the count of its keys.
        let place = number + 1
        return command.arguments.indices.contains(place) ? command.arguments[place] : nil
    }

    /// The command in `… permissions to run the 'xinfo|stream' command`, unless it is the one that was sent: Redis 6 leaves
    /// out the subcommand, and what was sent is more exact.
    private func commandInQuotes(besides sent: String) -> String? {
        let parts = message.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
        guard parts.count == 3, mentions("run the '"), !parts[1].elementsEqual(sent.lowercased().utf8) else {
            return nil
        }
        let isPlain = parts[1].allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "|")
        }
        return isPlain && !parts[1].isEmpty ? String(decoding: parts[1], as: UTF8.self) : nil
    }
}

extension Command {
    /// As ACL rules name it: `xadd`, `xinfo|stream`.
    package var ruleName: String {
        let isContainer = Self.containers.contains(name)
        let subcommand = isContainer ? arguments.first.map { String(decoding: $0, as: UTF8.self).lowercased() } : nil
        return ([name.lowercased()] + [subcommand].compactMap { $0 }).joined(separator: "|")
    }

    /// Commands whose first argument is a command of its own.
    private static let containers: Set<String> = [
        "ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "MEMORY", "SENTINEL", "XGROUP", "XINFO",
    ]
}

/// `ACL WHOAMI`: the name of the user we are.
package struct ACLWhoAmI: Request {
    /// Asks for it.
    package init() {}

    package var command: Command {
        Command("ACL", "WHOAMI").reading()
    }

    package func read(_ reply: ReplyValue) -> [UInt8]? {
        reply.text.map { Array($0) }
    }
}

/// `ACL DRYRUN user command …`: whether a user may run a command, without running it. From Redis 7 on.
package struct ACLDryRun: Request {
    /// The user.
    package let user: [UInt8]
    /// The command, with as many arguments as it takes at least.
    package let words: [String]

    /// Asks about one command.
    package init(user: [UInt8], words: [String]) {
        self.user = user
        self.words = words
    }

    package var command: Command {
        Command("ACL", arguments: [Array("DRYRUN".utf8), user] + words.map { Array($0.utf8) }).reading()
    }

    /// What the server would say.
    package enum Answer: Sendable, Equatable {
        /// It would run the command.
        case allowed
        /// It would refuse the command, whatever the key.
        case commandDenied
        /// The user may run the command, but not on this key.
        case keyDenied
    }

    /// `OK`, or why not, in words: "… has no permissions to run the 'xlen' command", "… to access the 'k' key", "… to access
    /// one of the keys used as arguments".
    package func read(_ reply: ReplyValue) -> Answer? {
        guard let text = reply.text else { return nil }
        if text.elementsEqual("OK".utf8) { return .allowed }
        return String(decoding: text, as: UTF8.self).contains(" to access ") ? .keyDenied : .commandDenied
    }
}
