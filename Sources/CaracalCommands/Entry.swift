import ArgumentParser
import Glibc
import Rendering

/// The way in: parses the command line, runs the command, and is the only place that ends the process.
package enum Entry {
    /// Runs the tool.
    package static func main() -> Never {
        // OpenSSL, and a pipe whose reader is gone, would otherwise end the process without a word.
        signal(SIGPIPE, SIG_IGN)
        occupyStandardStreams()
        exit(status(of: ProcessArguments.words))
    }

    /// A standard stream that was closed would be the number of the next descriptor: results would go to the server.
    private static func occupyStandardStreams() {
        var descriptor: Int32
        repeat { descriptor = open("/dev/null", O_RDWR) } while (STDIN_FILENO...STDERR_FILENO).contains(descriptor)
        close(descriptor)
    }

    /// What one run of the tool comes to.
    private static func status(of arguments: [String]) -> Int32 {
        var format = ErrorFormat(arguments)
        do {
            var command = try parse(arguments)
            if let command = command as? any BusCommand { format = ErrorFormat(command) }
            try command.run()
            return ExitStatus.success.rawValue
        } catch is Output.Closed {
            return ExitStatus.success.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return report(error, format, arguments)
        }
    }

    /// The command that is meant. A command that is named first is parsed by itself, which spares each start the pass for
    /// the root; whatever is wrong is left to the root, whose messages know the whole command line.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        if let named = Caracalctl.configuration.subcommands.first(where: {
            $0._commandName == arguments.first && $0.configuration.subcommands.isEmpty
        }),
            let command = try? named.parseAsRoot(Array(arguments.dropFirst()))
        {
            return command
        }
        return try Caracalctl.parseAsRoot(arguments)
    }

    private static func report(_ error: any Error, _ format: ErrorFormat, _ arguments: [String]) -> Int32 {
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

    private static func usage(_ error: any Error) -> String {
        let message = Caracalctl.message(for: error)
        return message.isEmpty ? "the command line is wrong (caracalctl --help)" : message
    }
}
