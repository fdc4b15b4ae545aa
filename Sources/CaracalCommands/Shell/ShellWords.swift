import ArgumentParser
import Caracal
import Text

/// How commands are written in a shell, where `caracalctl` does not stand before them.
enum ShellWords {
    /// A line without it, and without a remark at its end: what is pasted from elsewhere has them.
    static func typed(_ line: [CommandLineSplitter.Word]) -> [String] {
        let words = withoutRemark(line).map(\.text)
        return words.count > 1 && words[0] == Caracalctl.name ? Array(words.dropFirst()) : words
    }

    /// A line up to the remark at its end.
    static func withoutRemark(_ line: [CommandLineSplitter.Word]) -> [CommandLineSplitter.Word] {
        Array(line.prefix { $0.isQuoted || $0.text != "#" })
    }

    /// A text of ours with every command in it as it is typed in a shell.
    ///
    /// - Parameter lead: what stands before each of them.
    static func hint(_ text: TerminalText, lead: RouteLead = RouteLead()) -> TerminalText {
        let name = "\(Caracalctl.name) "
        guard text.text.contains(name) else { return text }
        var parts = text.text.split(separator: name, omittingEmptySubsequences: false).map(String.init)
        for index in parts.indices.dropFirst() {
            let word = parts[index].prefix { $0.isLetter || $0 == "-" }
            let isCommand = names.contains(String(word)) || word.hasPrefix("-")
            parts[index] = (isCommand ? lead.options(for: parts[index]) : name) + parts[index]
        }
        return TerminalText(keeping: parts.joined())
    }

    /// The same in a shell of the system: with the options behind `caracalctl` that lead to a server, where a command goes to one.
    static func routed(_ text: String, by lead: RouteLead) -> String {
        let name = "\(Caracalctl.name) "
        guard !lead.isEmpty, text.contains(name) else { return text }
        var parts = text.split(separator: name, omittingEmptySubsequences: false).map(String.init)
        for index in parts.indices.dropFirst() {
            parts[index] = name + lead.options(for: parts[index]) + parts[index]
        }
        return parts.joined()
    }

    private static let names = ["help"] + Caracalctl.configuration.subcommands.map { $0._commandName }
}

/// The options that lead commands to a server. Each text of them is empty, or has a blank behind it.
struct RouteLead {
    /// All of them.
    var options = ""
    /// Those beside the server's name, for a command that names another server.
    var besideName = ""

    var isEmpty: Bool { options.isEmpty }

    /// Those for the command that a text begins with: none for one that asks no server.
    func options(for text: String) -> String {
        guard Self.isBusCommand(text.prefix { $0.isLetter || $0 == "-" }),
            !Self.printing.contains(where: { text.hasPrefix($0) })
        else { return "" }
        return text.contains(" --url ") ? besideName : options
    }

    /// How lines begin that only print something.
    private static let printing = [
        "provision --emit-acl", "outbox --emit-grants", "exporter --print-rules", "exporter --print-dashboard",
        "verify-sig --offline",
    ]

    private static func isBusCommand(_ word: Substring) -> Bool {
        Caracalctl.configuration.subcommands.contains {
            $0._commandName == word && CommandLineWords.sections(of: $0).contains(.connection)
        }
    }
}

/// A line that another shell would take, and this one does not.
enum StrangeLine {
    /// What is wrong with signs that stand for what this shell does not have; nil for a line without them.
    static func advice(on line: [CommandLineSplitter.Word]) -> TerminalText? {
        let line = ShellWords.withoutRemark(line)
        guard let first = line.first?.text, first != RawCommand._commandName else { return nil }
        if ["exit", "quit"].contains(first) { return "\(keeping: first) leaves the shell, and takes no argument" }
        let sign = line.first { !$0.isQuoted && signs.contains($0.text) }?.text
        return sign.map {
            "there is no \(keeping: $0) in this shell: it runs one command a line, and shows its results"
        }
    }

    private static let signs: Set<String> = ["|", ">", ">>", "<", "&&", ";"]

    /// What to type instead of a Redis command, typed without `raw` before it; nil for one that may hold a secret, and for what
    /// raw does not send.
    static func redisCommand(_ words: [String]) -> TerminalText? {
        guard let first = words.first, RedisCommandNames.contains(first), !SecretLine.isSuspected(words),
            RawCommandProblem.reason(words.map { $0.uppercased() }) == nil,
            !Caracalctl.configuration.subcommands.contains(where: { $0._commandName == first })
        else { return nil }
        let command = ([first.uppercased()] + words.dropFirst()).map { ShellWord.quoted(Array($0.utf8)) }
        return "\(command[0]) is a Redis command: say raw \(command.joined(separator: " "))"
    }
}
