import CSystem
import Glibc
import Redis

/// A file descriptor that is closed when its owner lets go of it.
package struct Descriptor: ~Copyable, Sendable {
    /// The number the system knows it by.
    package let number: Int32

    /// Takes over an open descriptor; a negative number stands for none.
    package init(_ number: Int32) {
        self.number = number
    }

    deinit {
        if number >= 0 { close(number) }
    }
}

/// A pipe between this process and a child; neither end outlives an execve(2).
package struct Pipe: ~Copyable {
    /// Where to read.
    package let output: Descriptor
    /// Where to write.
    package let input: Descriptor

    /// Makes a pipe. Throws what pipe(2) reports.
    package init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        let status = csystem_pipe(&ends)
        guard status == 0 else { throw SystemError(code: status) }
        output = Descriptor(ends[0])
        input = Descriptor(ends[1])
    }

    /// The end to read from; the other one is closed.
    package consuming func takeOutput() -> Descriptor {
        output
    }

    /// The end to write to; the other one is closed.
    package consuming func takeInput() -> Descriptor {
        input
    }
}
