import RESP

/// The commands that a script runs, read from its text: Redis before 7.2 does not name the one that it refused, only its line.
struct ScriptCalls {
    /// `redis.call('XADD', KEYS[2], …)`
    struct Call: Equatable {
        /// As ACL rules name it; of a command with subcommands, without one that the script is given.
        let name: String
        /// Which of the script's keys comes next to the name, from 1 on; nil where that is something else.
        let key: Int?
        /// Whether the script goes on after a refusal, which then comes without its line.
        let isCaught: Bool

        /// Whether the call may be that of the command of an ACL rule.
        func isOf(_ rule: String) -> Bool { rule == name || rule.hasPrefix("\(name)|") }
    }

    private let lines: [[Call]]

    /// Nil for a command that is no script.
    init?(of command: Command) {
        guard command.name == "EVAL" || command.name == "EVAL_RO", let script = command.arguments.first else {
            return nil
        }
        lines = script.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            Self.calls(in: String(decoding: $0, as: UTF8.self))
        }
    }

    /// Those of which one was refused.
    ///
    /// - Parameter line: the line that the server named, from 1 on; nil where it named none.
    func refused(on line: Int?) -> [Call] {
        guard let line else { return lines.joined().filter(\.isCaught) }
        return lines.indices.contains(line - 1) ? lines[line - 1] : []
    }

    private static func calls(in line: String) -> [Call] {
        line.split(separator: "redis.", omittingEmptySubsequences: false).dropFirst().compactMap { text in
            guard let start = ["call(", "pcall("].first(where: { text.hasPrefix($0) }) else { return nil }
            // Names stand in quotes, and nothing else does before them.
            let parts = text.dropFirst(start.count).split(separator: "'", omittingEmptySubsequences: false)
            guard parts.count > 2, parts[0].isEmpty else { return nil }
            let isFollowed = parts.count > 4 && parts[2] == ", "
            let command = Command(String(parts[1]), isFollowed ? String(parts[3]) : "")
            let name = isFollowed ? command.ruleName : parts[1].lowercased()
            let rest = isFollowed && name.contains("|") ? parts[4] : parts[2]
            let index = rest.hasPrefix(", KEYS[") ? rest.dropFirst(7).prefix { $0 != "]" } : ""
            return Call(name: name, key: Int(index), isCaught: start == "pcall(")
        }
    }
}

extension Refusal {
    /// The line of the script on which a command was refused, from 1 on: `… script: 0a, on @user_script:3.`; Redis 6 writes
    /// `@user_script: 3: …`. Nil where the server did not tell.
    var scriptLine: Int? {
        let text = String(decoding: message, as: UTF8.self)
        for part in text.split(separator: "user_script:").dropFirst().reversed() {
            let digits = part.drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
            if let line = Int(digits) { return line }
        }
        return nil
    }
}
