import RESP
import Redis

/// Asks for every right that a command of ours needs whether this user has it, in two round trips. Nothing is run.
struct RightsLook {
    func run(on connection: any CommandChannel) throws(RedisError) -> Rights {
        let user: [UInt8]
        switch try connection.ask(ACLWhoAmI()) {
        case .failure(let refusal): return .untold(refusal)
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
                if refusal.kind == .noPermission || refusal.isUnknownCommand { return .untold(refusal) }
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
    case untold(Refusal)
    /// Nobody asked.
    case unasked
}
