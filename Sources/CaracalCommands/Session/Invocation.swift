import ArgumentParser
import Rendering
import Text

/// One command line: parsed, run, and what it comes to.
struct Invocation {
    /// The words behind `caracalctl`.
    let arguments: [String]
    /// Whether one of them was not UTF-8, and is something else now.
    let areRepaired: Bool
    /// How an error is written.
    private let format: ErrorFormat
    private let line: CommandLineWords
    /// Whether it was typed in a shell, where nothing stands before the command.
    private let isInShell: Bool

    /// - Parameter standard: the format of results where the words name none: a shell's, or what the environment says.
    init(
        arguments: [String],
        areRepaired: Bool = false,
        standard: OutputFormat? = ErrorFormat.variable,
        isInShell: Bool = false
    ) {
        self.isInShell = isInShell
        self.arguments = arguments
        self.areRepaired = areRepaired
        line = CommandLineWords(arguments)
        format = ErrorFormat(line, standard: standard)
    }

    /// Parses and runs it; what goes wrong is said on standard error.
    ///
    /// - Parameter run: runs the command, in its own right or within a shell.
    func status(run: (inout any ParsableCommand, CommonOptions) throws -> Void) -> Int32 {
        // Times are typed in the zone in which they are shown.
        guard line.common.has("--local") else { return outcome(run) }
        return TimeText.$zone.withValue(TypedZone { ClockZone.local.offset(at: $0) }) { outcome(run) }
    }

    private func outcome(_ run: (inout any ParsableCommand, CommonOptions) throws -> Void) -> Int32 {
        do {
            try check()
            if let help = try HelpRequest(line.words) { return show(help.page(width: Output().look.width) + "\n") }
            var command = try parse()
            try run(&command, line.common)
            return ExitStatus.success.rawValue
        } catch is Output.Closed {
            return ExitStatus.success.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return report(error)
        }
    }

    /// Throws where no command can have been meant by these words.
    private func check() throws {
        // It would name another key, or another consumer, than the one that was meant.
        guard !areRepaired else {
            let advice: TerminalText =
                arguments.first == PublishCommand._commandName
                ? "give such a value in --json, as {\"base64\":\"...\"}"
                : "nothing was sent (redis-cli takes any bytes)"
            throw CommandError(.usage, "an argument is not UTF-8: \(advice)")
        }
        if let fault = line.fault { throw fault }
        try line.common.output.validate()
    }

    /// The command that is meant. A command that is named first, such as `xlen` or `dlq ls`, is parsed by itself, which spares
    /// each start the pass for what is above it; whatever is wrong is left to the root, whose messages know the whole command
    /// line.
    private func parse() throws -> any ParsableCommand {
        let named = parseNamed(line.words)
        if named == nil, isInShell, let advice = StrangeLine.redisCommand(line.words) {
            throw CommandError(.usage, advice)
        }
        let command = try named ?? parseAll()
        if let option = line.unwanted {
            throw ValidationError("\(option) is of no use to \(type(of: command)._commandName)")
        }
        let raw = command as? RawCommand
        if raw?.asksForVersion == true { return try Caracalctl.parseAsRoot(["--version"]) }
        // What stands behind the Redis command is its own affair.
        if let option = RepeatedOption.find(in: line.words.dropLast(raw?.words.count ?? 0)) {
            throw ValidationError.givenTwice(option)
        }
        return command
    }

    /// Parses the whole line, and says what is wrong with it in our own words where we have some.
    private func parseAll() throws -> any ParsableCommand {
        let words = line.words
        do {
            return try Caracalctl.parseAsRoot(words)
        } catch {
            if HelpRequest.isForParser(words) { throw error }
            // A number below zero looks like an option; the command that was to get it says what it wants instead.
            let isSecret = SecretLine.isSuspected(arguments)
            if let joined = NegativeValue.joined(words), Mistake.find(in: joined, isSecret: isSecret) == nil {
                _ = try Caracalctl.parseAsRoot(joined)
            }
            throw Mistake.find(in: line.words, isSecret: isSecret).map { CommandError(.usage, $0) } ?? error
        }
    }

    private func parseNamed(_ words: [String]) -> (any ParsableCommand)? {
        guard var named = words.first.flatMap(Caracalctl.command) else { return nil }
        var rest = words.dropFirst()
        while case let below = named.configuration.subcommands, !below.isEmpty {
            guard let word = rest.popFirst(), let next = below.first(where: { $0._commandName == word }) else {
                return nil
            }
            named = next
        }
        guard let command = try? named.parseAsRoot(Array(rest)), type(of: command) == named else { return nil }
        return command
    }

    private func report(_ error: any Error) -> Int32 {
        // Versions and usage errors are the parser's own; so are their texts.
        let code = Caracalctl.exitCode(for: error)
        if code == .success, HelpRequest.isForParser(line.words) {
            let text = CompletionScript.asked(in: line.words) ?? Caracalctl.fullMessage(for: error)
            return show(asTheyAre: Array("\(text)\n".utf8))
        }
        // Help that nobody asked for: no command is named.
        if code == .success, case .line = format {
            Output.page(RootHelp.page(width: Output.errorLook(.process).width ?? HelpRequest.standardWidth) + "\n")
            return ExitStatus.usage.rawValue
        }
        let isOurs = code == .success || code == .validationFailure
        let failure = isOurs ? CommandError(.usage, usage(error)) : CommandError(error)
        let told = line.isCheck ? CommandError(.unknown, failure.message) : failure
        format.report(told, isInShell: isInShell)
        return told.status.rawValue
    }

    /// A page that did not get to where it was sent is no answer; a reader that has gone had enough of it.
    private func show(_ page: ScreenText) -> Int32 { show(asTheyAre: page.bytes) }

    /// The same of a script that completes words, and of what the parser says of itself.
    private func show(asTheyAre page: [UInt8]) -> Int32 {
        do {
            try Output().write(asTheyAre: page)
        } catch is Output.Closed {
            return ExitStatus.success.rawValue
        } catch {
            let failure = CommandError(error)
            ErrorFormat.line.report(failure)
            return failure.status.rawValue
        }
        return ExitStatus.success.rawValue
    }

    private func usage(_ error: any Error) -> TerminalText {
        if error is CleanExit { return "no command is named (caracalctl --help lists them)" }
        let message = Caracalctl.message(for: error)
        if message.isEmpty { return "the command line is wrong (caracalctl --help)" }
        guard message.contains("nexpected argument"), SecretLine.isSuspected(arguments),
            let colon = message.firstIndex(of: ":") ?? message.firstIndex(of: "'")
        else { return TerminalText(keeping: message) }
        return TerminalText(keeping: String(message[..<colon]))
            + " (not shown: it may hold a secret; caracalctl raw sends Redis commands)"
    }
}

/// An option that takes one value and was given more than once. The parser would take the last one and say nothing.
enum RepeatedOption {
    /// The first one among the words of a command line that has been parsed; nil for none.
    static func find(in arguments: [String]) -> String? {
        let names = arguments.prefix { $0 != "--" }.compactMap(name)
        let repeated = names.enumerated().filter { names[..<$0.offset].contains($0.element) }.map(\.element)
        // The command is described only where a name is there twice: that takes a millisecond.
        guard !repeated.isEmpty else { return nil }
        var command = CommandDescription.root
        for word in arguments {
            guard let next = command.visibleSubcommands.first(where: { $0.commandName == word }) else { break }
            command = next
        }
        if let standard = command.defaultSubcommand {
            command = command.visibleSubcommands.first { $0.commandName == standard } ?? command
        }
        return repeated.first { command.option($0).map { $0.takesValue && !$0.isRepeating } ?? false }
    }

    /// The short names of options that take a value, each with the long one of the same option.
    static let shortNames: [Character: String] = [
        "u": "--url", "p": "--port", "o": "--output", "n": "--limit", "s": "--stream", "f": "--format",
    ]

    /// The name in a word such as `--output=json` or `-ojson`, its long form where it has one; nil where it is no option.
    private static func name(_ word: String) -> String? {
        guard word.hasPrefix("-"), word.count > 1 else { return nil }
        if word.hasPrefix("--") { return String(word.prefix { $0 != "=" }) }
        return word.dropFirst().first.flatMap { shortNames[$0] } ?? word
    }
}

/// A number below zero behind an option, as in `-n -5`. To the parser it is the name of an option.
private enum NegativeValue {
    /// The words with such numbers joined to the options they were meant for, `--limit=-5`; nil where there is none.
    static func joined(_ words: [String]) -> [String]? {
        guard words.contains(where: isOne) else { return nil }
        var joined: [String] = []
        var isFound = false
        var awaiting: ArgumentDescription?
        for word in CommandLineReading(words, .root).words {
            if let option = awaiting, isOne(word.text), let name = option.typedNames.last {
                joined[joined.count - 1] = "\(name)=\(word.text)"
                isFound = true
            } else {
                joined.append(word.text)
            }
            awaiting = word.option.flatMap { $0.takesValue && !word.isJoined ? $0 : nil }
        }
        return isFound ? joined : nil
    }

    private static func isOne(_ word: String) -> Bool {
        word.hasPrefix("-") && word.dropFirst().first.map { ("0"..."9").contains($0) } == true
    }
}
