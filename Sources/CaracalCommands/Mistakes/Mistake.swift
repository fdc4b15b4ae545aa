import ArgumentParser
import Caracal
import Rendering
import Text

/// What is wrong with a command line that the parser refused, in words that name what was meant.
///
/// The parser's own message is about its grammar; this one is about the commands and options that there are. It shows no
/// value, and no word at all of a line that may hold a secret.
struct Mistake {
    private let line: CommandLineReading
    private let isSecret: Bool

    /// What is wrong; nil where each word has its place, so that something else is.
    ///
    /// - Parameters:
    ///   - words: the command line without the options that commands share.
    ///   - isSecret: whether the command line may hold a secret.
    static func find(in words: [String], isSecret: Bool) -> TerminalText? {
        guard !words.isEmpty else { return nil }
        return Mistake(line: CommandLineReading(words, .root), isSecret: isSecret).message
    }

    private var message: TerminalText? {
        // What stands behind a Redis command is none of ours, and raw has its own words for what stands before it.
        guard line.command.commandName != RawCommand._commandName else { return nil }
        for (index, word) in line.words.enumerated() {
            if word.role == .argument, !line.command.visibleSubcommands.isEmpty {
                guard isStream(word.text) else { return unknownCommand(index) }
                guard let next = line.subcommand(behind: word) else { break }
                return
                    "\(word.text) goes behind the command: caracalctl \(line.typed(next)) \(word.text)"
            }
            guard word.role == .option else { continue }
            if line.isBeforeCommand(word), line.leaf.option(word.name) != nil {
                return
                    "\(word.name) goes behind the command: caracalctl \(name) \(word.name)"
            }
            guard let option = word.option else { return unknownOption(word) }
            let next = index + 1 < line.words.count ? line.words[index + 1].role : nil
            if option.takesValue, !word.isJoined, next != .value { return missingValue(option, word.name) }
            if !option.takesValue, word.isJoined, word.name.hasPrefix("--") { return "\(word.name) takes no value" }
        }
        return surplus ?? missing
    }

    /// The commands that lead here, as they are typed.
    private var name: String { line.path.isEmpty ? Caracalctl.name : line.path.joined(separator: " ") }

    private var help: String { "caracalctl \((line.path + ["--help"]).joined(separator: " "))" }

    // MARK: Commands

    private func unknownCommand(_ index: Int) -> TerminalText {
        guard !isSecret else {
            return "there is no such command (not shown: it may hold a secret; caracalctl raw sends Redis commands)"
        }
        let word = line.words[index].text
        let next = index + 1 < line.words.count ? line.words[index + 1].text : nil
        let meant = CommandAdvice.find(word, next, line.command, line.path)
        let question = Self.question(meant.isEmpty ? nearStreams(word) : meant)
        let isRedis = line.path.isEmpty && RedisCommandNames.contains(word)
        let rest: TerminalText =
            isRedis
            ? "caracalctl raw \(word.uppercased()) sends the command of Redis"
            : "\(line.path.isEmpty ? "caracalctl help" : help) lists them"
        return "there is no command \((line.path + [word]).joined(separator: " ")) (\(question)\(rest))"
    }

    /// Whether the command that stands in for the group takes a stream, and the word is one.
    private func isStream(_ word: String) -> Bool {
        line.leaf.takesStream && StreamTable.find(word) != nil
    }

    /// The lines with a stream that is called nearly so, where the command that stands in for the group takes one.
    private func nearStreams(_ word: String) -> [String] {
        guard line.leaf.takesStream else { return [] }
        return StreamNames.near(word).map { (line.path + [$0]).joined(separator: " ") }
    }

    private static func question(_ names: [String]) -> String {
        names.isEmpty ? "" : "did you mean \(list(names, "or"))? "
    }

    private static func list(_ names: [String], _ last: String) -> String {
        guard names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " \(last) " + names[names.count - 1]
    }

    // MARK: Options

    private func unknownOption(_ word: CommandLineReading.Word) -> TerminalText {
        let advice = OptionAdvice(word, line)
        let shown = TerminalText(advice.name)
        if let reason = advice.reason { return "\(name) has no option \(shown) (\(reason))" }
        var parts: [String] = []
        if !advice.meant.isEmpty { parts.append("did you mean \(Self.list(advice.meant, "or"))?") }
        if !advice.owners.isEmpty {
            parts.append("\(advice.name) is an option of \(Self.list(advice.owners, "and"))")
        } else {
            parts.append(line.path.isEmpty ? "caracalctl help lists the commands" : "\(help) lists them")
        }
        if let place = freePlace, !word.text.hasPrefix("--") {
            parts[parts.count - 1] += "; if it is the \(place), it goes behind --"
        }
        return "\(name) has no option \(shown) (\(parts.joined(separator: " ")))"
    }

    private func missingValue(_ option: ArgumentDescription, _ typed: String) -> TerminalText {
        "\(typed) needs a value: \(typed) \((option.valueName ?? "value").uppercased())"
    }

    // MARK: Arguments

    /// The words that stand where arguments do, those behind `--` too.
    private var arguments: [CommandLineReading.Word] {
        let isForOther = line.leaf.positionals.contains { $0.parsingStrategy == "postTerminator" }
        let rest = isForOther ? [] : line.words.filter { $0.role == .rest }.dropFirst()
        return line.words.filter { $0.role == .argument } + rest
    }

    /// The first argument that is not given yet: its value may be a name that begins with a dash, which looks like an option.
    private var freePlace: String? {
        let places = line.leaf.positionals.filter { $0.parsingStrategy != "postTerminator" }
        guard let last = places.last else { return nil }
        let place = places.dropFirst(arguments.count).first ?? (last.isRepeating ? last : nil)
        return place.map { ($0.valueName ?? "value").uppercased() }
    }

    /// A word more than the command takes.
    private var surplus: TerminalText? {
        let places = line.leaf.positionals.filter { $0.parsingStrategy != "postTerminator" }
        guard !places.contains(where: \.isRepeating) else { return nil }
        let words = arguments
        guard words.count > places.count else { return nil }
        guard !isSecret else { return "\(name) takes fewer arguments (not shown: one of them may hold a secret)" }
        let word = TerminalText(words[places.count].text)
        if line.leaf.positionals.count > places.count {
            return "\(name) takes its command behind --: caracalctl \(name) -- \(word)"
        }
        guard places.isEmpty else {
            let taken = places.map { ($0.valueName ?? "value").uppercased() }.joined(separator: " ")
            return "\(name) takes \(taken), and \(word) is one too many (\(help))"
        }
        return "\(name) takes no argument, and \(word) is one (\(help))"
    }

    /// What has to be given, and is not.
    private var missing: TerminalText? {
        let words = arguments
        if let place = line.leaf.positionals.dropFirst(words.count).first(where: { !$0.isOptional }) {
            return "\(name) needs \((place.valueName ?? "value").uppercased()) (\(help))"
        }
        let given = line.words.compactMap { $0.option?.typedNames.last }
        let wanted = line.leaf.arguments.first { option in
            !option.isOptional && option.takesValue && !option.typedNames.contains(where: given.contains)
        }
        return wanted.map {
            "\(name) needs \($0.typedNames.last ?? "") \(($0.valueName ?? "value").uppercased()) (\(help))"
        }
    }
}

extension CommandDescription {
    /// Whether it takes a stream, by position or as an option that may also stand by position.
    fileprivate var takesStream: Bool {
        positionals.first?.valueName == "stream" || option("--stream") != nil && topName == DLQCommand._commandName
    }
}
