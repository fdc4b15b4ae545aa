import CSystem
import Glibc
import Redis

/// Wakes one thread from another: a pipe, so that the one that sleeps can wait for signals and for time as well.
final class ThreadWaker: Sendable {
    private let input: Int32
    private let output: Int32

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        let status = csystem_pipe(&ends)
        guard status == 0 else { throw SystemError(code: status) }
        (input, output) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        close(input)
        close(output)
    }

    /// Ends a wait, or the next one. A pipe that is full wakes already.
    func wake() {
        _ = write(output, [1], 1)
    }

    /// Sleeps until it is woken, the deadline passes, or a signal comes that the deadline heeds.
    func wait(until deadline: Deadline) {
        try? Poll.wait(for: input, events: Int16(POLLIN), until: deadline)
        var drained = [UInt8](repeating: 0, count: 64)
        while read(input, &drained, drained.count) > 0 {}
    }
}
