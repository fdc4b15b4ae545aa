import ArgumentParser
import Glibc

/// The way in: runs the command line, and is the only place that ends the process.
package enum Entry {
    /// Runs the tool.
    package static func main() -> Never {
        // OpenSSL, and a pipe whose reader is gone, would otherwise end the process without a word.
        signal(SIGPIPE, SIG_IGN)
        occupyStandardStreams()
        exit(Invocation(arguments: ProcessArguments.words).status { try $0.run() })
    }

    /// A standard stream that was closed would be the number of the next descriptor: results would go to the server.
    private static func occupyStandardStreams() {
        var descriptor: Int32
        repeat { descriptor = open("/dev/null", O_RDWR) } while (STDIN_FILENO...STDERR_FILENO).contains(descriptor)
        close(descriptor)
    }
}
