import ArgumentParser
import Rendering
import Text

/// One command line: parsed, run, and what it comes to.
struct Invocation {
    /// The words behind `caracalctl`.
    let arguments: [String]
    /// The format of results where the words name none: a shell's, or what the environment says.
    let standard: OutputFormat?

    init(arguments: [String], standard: OutputFormat? = ErrorFormat.variable) {
        self.arguments = arguments
        self.standard = standard
    }

    /// Parses and runs it; what goes wrong is said on standard error.
    ///
    /// - Parameter run: runs the command, in its own right or within a shell.
    func status(run: (inout any ParsableCommand) throws -> Void) -> Int32 {
        var format = ErrorFormat(arguments, standard: standard)
        do {
            var command = try parse()
            if let command = command as? any BusCommand { format = ErrorFormat(command, standard: standard) }
            try run(&command)
            return ExitStatus.success.rawValue
        } catch is Output.Closed {
            return ExitStatus.success.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return report(error, format)
        }
    }

    /// The command that is meant. A command that is named first is parsed by itself, which spares each start the pass for
    /// the root; whatever is wrong, and help, is left to the root, whose messages know the whole command line.
    private func parse() throws -> any ParsableCommand {
        let command = try parseNamed() ?? Caracalctl.parseAsRoot(try HelpRequest.words(arguments))
        let raw = command as? RawCommand
        if let word = raw?.requestForHelp { return try Caracalctl.parseAsRoot([word, RawCommand._commandName]) }
        // What stands behind the Redis command is its own affair.
        if let option = RepeatedOption.find(in: arguments.dropLast(raw?.words.count ?? 0)) {
            throw ValidationError("\(option) is given twice, and takes one value: give it once")
        }
        return command
    }

    private func parseNamed() -> (any ParsableCommand)? {
        guard
            let named = Caracalctl.configuration.subcommands.first(where: {
                $0._commandName == arguments.first && $0.configuration.subcommands.isEmpty
            }),
            let command = try? named.parseAsRoot(Array(arguments.dropFirst())), type(of: command) == named
        else { return nil }
        return command
    }

    private func report(_ error: any Error, _ format: ErrorFormat) -> Int32 {
        // Help, versions and usage errors are the parser's own; so are their texts.
        let code = Caracalctl.exitCode(for: error)
        let page = code == .success ? Caracalctl.fullMessage(for: error) : nil
        if let page, HelpRequest.isMade(in: (try? HelpRequest.words(arguments)) ?? []) {
            return show(FishCompletions.isScript(page) ? FishCompletions.corrected(page) : page)
        }
        if let page, case .line = format {
            Output.page(page)
            return ExitStatus.usage.rawValue
        }
        let failure = page != nil || code == .validationFailure ? Failure(.usage, usage(error)) : Failure(error)
        let isCheck = arguments.first == CheckCommand._commandName
        let told = isCheck ? Failure(.unknown, failure.message) : failure
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
