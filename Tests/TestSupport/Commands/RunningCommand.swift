import Glibc
import Redis
import RedisSandbox

/// A command that has been started. Its streams are moved only inside the waiting calls, all at the same time, so that
/// neither side can block the other; it is killed with its whole group when nobody holds it any more.
package final class RunningCommand {
    private let child: ChildProcess
    private let arguments: [String]
    private let home: TemporaryFolder
    private let deadline: Deadline
    private var input: OutgoingStream
    private var output: IncomingStream
    private var errors: IncomingStream

    init(
        child: ChildProcess,
        arguments: [String],
        home: TemporaryFolder,
        timeout: Duration,
        input: consuming Descriptor,
        output: consuming Descriptor,
        errors: consuming Descriptor
    ) {
        // A command that ends without reading its input must not end the test.
        Glibc.signal(SIGPIPE, SIG_IGN)
        self.child = child
        self.arguments = arguments
        self.home = home
        deadline = .after(timeout)
        self.input = OutgoingStream(input)
        self.output = IncomingStream(output)
        self.errors = IncomingStream(errors)
    }

    deinit {
        child.killGroup(SIGKILL)
    }

    /// Its process id.
    package var processIdentifier: pid_t {
        child.identifier
    }

    /// Its HOME and working folder.
    package var homePath: String {
        home.path
    }

    /// What it has written to its standard output, or terminal, as far as the waiting calls have read it.
    package var stdoutSoFar: String {
        String(decoding: output.bytes, as: UTF8.self)
    }

    /// What it has written to its standard error, as far as the waiting calls have read it.
    package var stderrSoFar: String {
        String(decoding: errors.bytes, as: UTF8.self)
    }

    /// Adds to its standard input; on a terminal these are keys, and `\u{3}` is Ctrl-C.
    package func type(_ bytes: [UInt8]) {
        input.append(bytes)
    }

    /// Adds text to its standard input.
    package func type(_ text: String) {
        type(Array(text.utf8))
    }

    /// Ends its standard input once all of it has been written.
    package func closeInput() {
        input.closeWhenWritten()
    }

    /// Sends it a signal, such as SIGINT.
    package func signal(_ number: Int32) {
        child.kill(number)
    }

    /// Waits until its standard output contains a text; an end without it is an error.
    package func waitForOutput(_ text: String) throws {
        try wait(for: text) { self.stdoutSoFar.contains(text) }
    }

    /// Adds text to its standard input, and waits until its standard output contains what that leads to.
    package func type(_ text: String, until shown: String) throws {
        type(text)
        try waitForOutput(shown)
    }

    /// Waits until its standard error contains a text, several times if need be; an end without it is an error.
    package func waitForErrors(_ text: String, times: Int = 1) throws {
        try wait(for: text) { self.stderrSoFar.ranges(of: text).count >= times }
    }

    private func wait(for text: String, until isThere: () -> Bool) throws {
        try move(until: isThere)
        guard isThere() else { throw CommandEndedEarly(text: text, stdout: stdoutSoFar, stderr: stderrSoFar) }
    }

    /// Waits for its end and returns all it wrote.
    package func finish() throws -> CommandResult {
        try move { false }
        guard let termination = child.wait(until: deadline) else { throw timedOut() }
        return CommandResult(stdoutBytes: output.bytes, stderrBytes: errors.bytes, termination: termination)
    }

    /// Moves bytes until `isEnough`, or until both outputs have ended.
    private func move(until isEnough: () -> Bool) throws {
        while !isEnough() && !(output.hasEnded && errors.hasEnded) {
            var watched = [input.watched, output.watched, errors.watched]
            let ready = poll(&watched, nfds_t(watched.count), deadline.pollMilliseconds)
            if ready == 0 { throw timedOut() }
            if watched[0].revents != 0 { input.write() }
            if watched[1].revents != 0 { output.read() }
            if watched[2].revents != 0 { errors.read() }
        }
    }

    private func timedOut() -> CommandTimedOut {
        child.killGroup(SIGKILL)
        return CommandTimedOut(arguments: arguments, stdout: stdoutSoFar, stderr: stderrSoFar)
    }
}
