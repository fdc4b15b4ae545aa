import ArgumentParser
import Caracal
import Text

/// A line of a shell that is a Redis command, typed without `raw` before it.
enum RedisLine {
    /// What to type instead; nil for any other line, for one that may hold a secret, and for what raw does not send.
    static func advice(on words: [String]) -> TerminalText? {
        guard let first = words.first, RedisCommandNames.contains(first), !SecretLine.isSuspected(words),
            RawRefusal.reason(words.map { $0.uppercased() }) == nil,
            !Caracalctl.configuration.subcommands.contains(where: { $0._commandName == first })
        else { return nil }
        let command = ([first.uppercased()] + words.dropFirst()).map { ShellWord.quoted(Array($0.utf8)) }
        return "\(command[0]) is a Redis command: say raw \(command.joined(separator: " "))"
    }
}
