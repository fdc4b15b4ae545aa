import RESP
import Redis

/// Asks for every right that a command of ours needs whether this user has it, in two round trips. Nothing is run.
struct RightsLook {
    func run(on connection: any CommandChannel) throws(RedisError) -> Rights {
        let user: [UInt8]
        switch try connection.ask(ACLWhoAmI()) {
        case .failure(let refusal): return .unknown(refusal)
        case .success(let name): user = name
        }
        let questions = CommandRight.all.map { ACLDryRun(user: user, words: RightSample.words(for: $0.command)) }
        let answers = try connection.ask(questions)
        var (missing, keyless): ([CommandRight], [CommandRight]) = ([], [])
        for (right, answer) in zip(CommandRight.all, answers) {
            switch answer {
            case .success(.allowed): break
            case .success(.commandDenied): missing.append(right)
            case .success(.keyDenied): keyless.append(right)
            // A command that this server is too old for is nothing that it could deny.
            case .failure(let refusal):
                if refusal.kind == .noPermission || refusal.isUnknownCommand { return .unknown(refusal) }
            }
        }
        return .known(user: user, missing: missing, keyless: keyless)
    }
}

/// What is known of this user's rights.
package enum Rights: Sendable, Equatable {
    /// All were asked for; these it lacks, and these it has but not on the keys of the bus.
    case known(user: [UInt8], missing: [CommandRight], keyless: [CommandRight])
    /// The server would not say, or is too old to be asked.
    case unknown(Refusal)
    /// Nobody asked.
    case unasked
}

/// A command line for each right, for ACL DRYRUN: it wants as many arguments as the command takes at least.
enum RightSample {
    /// The words of the command that ACL rules name `command`, on a stream of the bus.
    static func words(for command: String) -> [String] {
        command.split(separator: "|").map(String.init) + (arguments[command] ?? [])
    }

    private static let key = StreamTable.auditEvents

    /// Those that need more than their name.
    static let arguments: [String: [String]] = [
        "type": [key], "xinfo|stream": [key], "xinfo|groups": [key], "xinfo|consumers": [key, "g"], "scan": ["0"],
        "client|setname": ["n"], "client|setinfo": ["lib-name", "n"], "xrange": [key, "-", "+"],
        "xrevrange": [key, "+", "-"], "xread": ["STREAMS", key, "$"], "xpending": [key, "g"], "config|get": ["timeout"],
        "memory|usage": [key], "select": ["1"], "xadd": [key, "*", "f", "v"], "xclaim": [key, "g", "c", "0", "0-1"],
        "xlen": [key], "wait": ["1", "1"],
        "xack": [key, "g", "0-1"], "xtrim": [key, "MAXLEN", "1"], "xdel": [key, "0-1"], "eval": ["return 1", "1", key],
        "eval_ro": ["return 1", "1", key],
        "client|kill": ["ID", "1"], "waitaof": ["1", "0", "0"], "xgroup|create": [key, "g", "0"],
        "xgroup|setid": [key, "g", "0"], "xgroup|destroy": [key, "g"], "xgroup|delconsumer": [key, "g", "c"],
    ]
}
