import ArgumentParser

/// One command line: parsed, run, and what it comes to.
struct Invocation {
    /// The words behind `caracalctl`.
    let arguments: [String]

    /// Parses and runs it; what goes wrong is said on standard error.
    ///
    /// - Parameter run: runs the command, in its own right or within a shell.
    func status(run: (inout any ParsableCommand) throws -> Void) -> Int32 {
        var format = ErrorFormat(arguments)
        do {
            var command = try parse()
            if let command = command as? any BusCommand { format = ErrorFormat(command) }
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
    /// the root; whatever is wrong is left to the root, whose messages know the whole command line.
    private func parse() throws -> any ParsableCommand {
        if let named = Caracalctl.configuration.subcommands.first(where: {
            $0._commandName == arguments.first && $0.configuration.subcommands.isEmpty
        }),
            let command = try? named.parseAsRoot(Array(arguments.dropFirst()))
        {
            return command
        }
        return try Caracalctl.parseAsRoot(arguments)
    }

    private func report(_ error: any Error, _ format: ErrorFormat) -> Int32 {
        // Help, versions and usage errors are the parser's own; so are their texts.
        let code = Caracalctl.exitCode(for: error)
        if code == .success {
            try? Output().write(Array((Caracalctl.fullMessage(for: error) + "\n").utf8))
            return code.rawValue
        }
        let failure = code == .validationFailure ? Failure(.usage, usage(error)) : Failure(error)
        let isCheck = arguments.first == CheckCommand._commandName
        let told = isCheck ? Failure(.unknown, failure.message) : failure
        format.report(told)
        return told.status.rawValue
    }

    private func usage(_ error: any Error) -> String {
        let message = Caracalctl.message(for: error)
        return message.isEmpty ? "the command line is wrong (caracalctl --help)" : message
    }
}
