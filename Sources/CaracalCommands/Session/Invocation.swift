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

    /// - Parameter standard: the format of results where the words name none: a shell's, or what the environment says.
    init(arguments: [String], areRepaired: Bool = false, standard: OutputFormat? = ErrorFormat.variable) {
        self.arguments = arguments
        self.areRepaired = areRepaired
        line = CommandLineWords(arguments)
        format = ErrorFormat(line, standard: standard)
    }

    /// Parses and runs it; what goes wrong is said on standard error.
    ///
    /// - Parameter run: runs the command, in its own right or within a shell.
    func status(run: (inout any ParsableCommand, CommonOptions) throws -> Void) -> Int32 {
        do {
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

    /// The command that is meant. A command that is named first is parsed by itself, which spares each start the pass for
    /// the root; whatever is wrong, and help, is left to the root, whose messages know the whole command line.
    private func parse() throws -> any ParsableCommand {
        // It would name another key, or another consumer, than the one that was meant.
        guard !areRepaired else {
            let advice: TerminalText =
                arguments.first == PublishCommand._commandName
                ? "give such a value in --json, as {\"base64\":\"...\"}"
                : "nothing was sent (redis-cli takes any bytes)"
            throw Failure(.usage, "an argument is not UTF-8: \(advice)")
        }
        if let fault = line.fault { throw fault }
        try line.common.output.validate()
        let command = try parseNamed(line.words) ?? Caracalctl.parseAsRoot(try HelpRequest.words(line.words))
        if let option = line.unwanted {
            throw ValidationError("\(option) is of no use to \(type(of: command)._commandName)")
        }
        let raw = command as? RawCommand
        if let word = raw?.requestForHelp { return try Caracalctl.parseAsRoot([word, RawCommand._commandName]) }
        // What stands behind the Redis command is its own affair.
        if let option = RepeatedOption.find(in: line.words.dropLast(raw?.words.count ?? 0)) {
            throw ValidationError("\(option) is given twice, and takes one value: give it once")
        }
        return command
    }

    private func parseNamed(_ words: [String]) -> (any ParsableCommand)? {
        guard
            let named = Caracalctl.configuration.subcommands.first(where: {
                $0._commandName == words.first && $0.configuration.subcommands.isEmpty
            }),
            let command = try? named.parseAsRoot(Array(words.dropFirst())), type(of: command) == named
        else { return nil }
        return command
    }

    private func report(_ error: any Error) -> Int32 {
        // Help, versions and usage errors are the parser's own; so are their texts.
        let code = Caracalctl.exitCode(for: error)
        let page = code == .success ? Caracalctl.fullMessage(for: error) : nil
        if let page, HelpRequest.isMade(in: (try? HelpRequest.words(line.words)) ?? []) {
            return show(FishCompletions.isScript(page) ? FishCompletions.corrected(page) : page)
        }
        if let page, case .line = format {
            Output.page(page)
            return ExitStatus.usage.rawValue
        }
        let failure = page != nil || code == .validationFailure ? Failure(.usage, usage(error)) : Failure(error)
        let told = line.isCheck ? Failure(.unknown, failure.message) : failure
        format.report(told)
        return told.status.rawValue
    }

    /// A page that did not get to where it was sent is no answer; a reader that has gone had enough of it.
    private func show(_ page: String) -> Int32 {
        do {
            try Output().write(Array((page + "\n").utf8))
        } catch is Output.Closed {
            return ExitStatus.success.rawValue
        } catch {
            let failure = Failure(error)
            ErrorFormat.line.report(failure)
            return failure.status.rawValue
        }
        return ExitStatus.success.rawValue
    }

    private func usage(_ error: any Error) -> TerminalText {
        let message = Caracalctl.message(for: error)
        if message.isEmpty { return "the command line is wrong (caracalctl --help)" }
        guard message.contains("nexpected argument"), SecretLine.isSuspected(arguments),
            let colon = message.firstIndex(of: ":") ?? message.firstIndex(of: "'")
        else { return TerminalText(keeping: message) }
        return TerminalText(keeping: String(message[..<colon]))
            + " (not shown: it may hold a secret; caracalctl raw sends Redis commands)"
    }
}

/// Help and the version are shown, with status 0, only to those who ask for them explicitly.
///
/// The parser takes any `h` behind a single dash for such a request, `-2h` too. So it is not told of `-h` as a short name
/// (see `names`): a `-h` that stands for itself is made into `--help` here, before it looks.
enum HelpRequest {
    /// The names of the flag. A name of one letter behind a dash is never found by the parser, and is listed all the same.
    static let names: NameSpecification = [.customLong("h", withSingleDash: true), .long]

    /// The words that the parser is to see. Throws where they come close to asking for help, and do not.
    static func words(_ arguments: [String]) throws -> [String] {
        if arguments.first == "help" { try checkTopic(arguments.dropFirst()) }
        let options = arguments.prefix { $0 != "--" }
        if let name = ["--help", "--version"].first(where: { name in options.contains { $0.hasPrefix(name + "=") } }) {
            throw ValidationError("\(name) takes no value")
        }
        var words = arguments
        for index in options.indices where options[index] == "-h" {
            guard index + 1 == options.endIndex || options[index + 1].hasPrefix("-") else {
                throw ValidationError("-h shows help and takes no value (--host names the server)")
            }
            words[index] = "--help"
        }
        return words
    }

    /// Whether words that have been through `words` ask for what the parser itself answers.
    static func isMade(in words: [String]) -> Bool {
        let options = words.prefix { $0 != "--" }
        return words.first == "help" || words.first == "---completion"
            || options.contains { ["--help", "--version"].contains($0) || isForGenerators($0) }
    }

    /// What completion scripts and manuals are made from.
    private static func isForGenerators(_ word: String) -> Bool {
        word.hasPrefix("--generate-completion-script") || word == "--experimental-dump-help"
    }

    /// Throws unless the words name a command: the parser would show the help of the last one that it knows.
    private static func checkTopic(_ words: ArraySlice<String>) throws {
        var command: any ParsableCommand.Type = Caracalctl.self
        var found: [String] = []
        for word in words where !["-h", "--help"].contains(word) {
            let commands = command.configuration.subcommands
            guard let next = commands.first(where: { $0._commandName == word }) else {
                let name = TerminalText((found + [word]).joined(separator: " "))
                let nearest = NearestMatch.find(word, in: commands.map { $0._commandName })
                let advice = nearest.map { "did you mean \((found + [$0]).joined(separator: " "))?" }
                throw ValidationError("there is no command \(name) (\(advice ?? "caracalctl help lists them"))")
            }
            command = next
            found.append(word)
        }
    }
}

/// An option that takes one value and was given more than once. The parser would take the last one and say nothing.
enum RepeatedOption {
    /// The first one among the words of a command line that has been parsed; nil for none.
    static func find(in arguments: [String]) -> String? {
        let names = arguments.prefix { $0 != "--" }.compactMap(name)
        let repeated = names.enumerated().filter { names[..<$0.offset].contains($0.element) }.map(\.element)
        // All commands are described only where a name is there twice: that takes milliseconds.
        guard !repeated.isEmpty, var command = try? CommandDescription.load() else { return nil }
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
    static let shortNames: [Character: String] = ["o": "--output", "n": "--count", "c": "--count"]

    /// The name in a word such as `--output=json` or `-ojson`, its long form where it has one; nil where it is no option.
    private static func name(_ word: String) -> String? {
        guard word.hasPrefix("-"), word.count > 1 else { return nil }
        if word.hasPrefix("--") { return String(word.prefix { $0 != "=" }) }
        return word.dropFirst().first.flatMap { shortNames[$0] } ?? word
    }
}
