import Glibc
import Redis
import Synchronization

/// A child of this process. When nobody holds it any more it is killed and collected.
package final class ChildProcess: Sendable {
    /// Its process id. It stays its own until the end has been collected by `wait` or `stop`.
    package let identifier: pid_t
    private let ended: Descriptor
    private let collected = Mutex<Termination?>(nil)
    private let isReleased = Atomic(false)

    init(identifier: pid_t, ended: consuming Descriptor) {
        self.identifier = identifier
        self.ended = ended
    }

    deinit {
        guard !isReleased.load(ordering: .relaxed) else { return }
        kill(SIGKILL)
        _ = wait()
    }

    /// Becomes readable, for poll(2), when the child has ended.
    package var endDescriptor: Int32 {
        ended.number
    }

    /// Waits for the child's end, however long it takes.
    package func wait() -> Termination {
        pollEnd(milliseconds: { -1 })
        return collect()
    }

    /// Waits for the child's end; nil when the deadline passes first.
    package func wait(until deadline: Deadline) -> Termination? {
        pollEnd(milliseconds: { deadline.pollMilliseconds }) ? collect() : nil
    }

    /// Lets the child live on when nobody holds it any more.
    package func release() { isReleased.store(true, ordering: .relaxed) }

    /// Sends a signal, unless the child's end has been collected: then its number may be another's.
    package func kill(_ signal: Int32) {
        collected.withLock { if $0 == nil { _ = Glibc.kill(identifier, signal) } }
    }

    /// Sends a signal to the whole process group of a detached child.
    package func killGroup(_ signal: Int32) {
        collected.withLock { if $0 == nil { _ = Glibc.kill(-identifier, signal) } }
    }

    /// Asks the child to end with SIGTERM, and makes it end with SIGKILL when `grace` has passed.
    @discardableResult
    package func stop(grace: Duration) -> Termination {
        kill(SIGTERM)
        if let termination = wait(until: .after(grace)) { return termination }
        kill(SIGKILL)
        return wait()
    }

    /// Polls until the child has ended, or the time that `milliseconds` tells anew at each try is over.
    @discardableResult
    private func pollEnd(milliseconds: () -> Int32) -> Bool {
        var watched = pollfd(fd: ended.number, events: Int16(POLLIN), revents: 0)
        while true {
            let ready = poll(&watched, 1, milliseconds())
            if ready > 0 { return true }
            if ready == 0 { return false }
        }
    }

    private func collect() -> Termination {
        collected.withLock { termination in
            if let termination { return termination }
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
            let ending = Termination(waitStatus: status)
            termination = ending
            return ending
        }
    }
}

/// How a process ended.
package enum Termination: Sendable, Equatable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32)

    /// Reads what waitpid(2) reports, as its macros WIFEXITED, WEXITSTATUS and WTERMSIG do.
    fileprivate init(waitStatus: Int32) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xFF) : .signalled(signal)
    }

    /// One number as a shell gives it: the status itself, or 128 and the signal.
    package var shellStatus: Int32 {
        switch self {
        case .exited(let status): status
        case .signalled(let signal): 128 + signal
        }
    }
}
