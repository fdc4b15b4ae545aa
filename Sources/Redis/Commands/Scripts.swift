import RESP

/// `EVAL script numkeys key … argument …`: several commands as one step that nothing can come between.
///
/// Lua has no rollback: what a script did before an error stays done.
package struct Eval: Sendable, Equatable {
    /// The script in Lua.
    package let script: String
    /// The keys it touches, `KEYS[1]` first.
    package let keys: [[UInt8]]
    /// What else it is given, `ARGV[1]` first.
    package let arguments: [[UInt8]]

    /// Describes a call.
    package init(_ script: String, keys: [[UInt8]], arguments: [[UInt8]]) {
        self.script = script
        self.keys = keys
        self.arguments = arguments
    }

    package var command: Command {
        let count = Array(String(keys.count).utf8)
        return Command("EVAL", arguments: [Array(script.utf8), count] + keys + arguments).writing(key: 2)
    }
}

/// A script that only reads the one key it is given: `EVAL_RO`, or `EVAL` where the server does not have that.
package struct ReadScript: Sendable, Equatable {
    /// The command that runs it.
    package enum Name: String, Sendable {
        /// From Redis 7 on: the server refuses a script that would write.
        case readOnly = "EVAL_RO"
        /// What every server has; it also runs scripts that write.
        case any = "EVAL"

        /// The one that a server has, by the version it tells.
        package init(for server: ServerIdentity) {
            let version = server.version
            let isOld = version?.product == .redis && version?.series.map { $0 < ServerVersion.Series(7, 0) } == true
            self = isOld ? .any : .readOnly
        }
    }

    private let script: String
    private let key: [UInt8]
    private let arguments: [[UInt8]]

    /// Describes a call: the script in Lua, `KEYS[1]`, and `ARGV`.
    package init(_ script: String, key: [UInt8], arguments: [[UInt8]]) {
        self.script = script
        self.key = key
        self.arguments = arguments
    }

    /// The call as it is sent.
    package func command(_ name: Name) -> Command {
        Command(name.rawValue, arguments: [Array(script.utf8), Array("1".utf8), key] + arguments).reading(key: 2)
    }
}

extension Refusal {
    /// The refusal of a command inside a script, as it would be outside. Redis 6 puts its own words before it (`ERR Error
    /// running script (call to f_…): @user_script:3: @user_script: 3: -OOM command not allowed …`), Redis 7 behind it; and
    /// neither gives a missing right its code.
    package var insideScript: Refusal {
        if mentions("ACL failure in script") || mentions("The user executing the script can't") {
            return Refusal(code: "NOPERM", message: message)
        }
        guard kind == .other, let start = innerStart else { return self }
        return Refusal(ErrorReply(message: Array(message[start...])))
    }

    /// Where the innermost error begins: after a blank and a hyphen, with an upper-case letter.
    private var innerStart: Int? {
        let mark = message.indices.dropFirst().dropLast().last { place in
            message[place] == UInt8(ascii: "-") && message[place - 1] == UInt8(ascii: " ")
                && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(message[place + 1])
        }
        return mark.map { $0 + 1 }
    }
}
