import Glibc
import RedisSandbox

/// Our end of what a command reads.
struct OutgoingStream: ~Copyable {
    private var descriptor: Descriptor
    private var pending: [UInt8] = []
    private var isClosing = false

    init(_ descriptor: consuming Descriptor) {
        _ = fcntl(descriptor.number, F_SETFL, O_NONBLOCK)
        self.descriptor = descriptor
    }

    /// What poll(2) is to watch: nothing while there is nothing to write.
    var watched: pollfd {
        pollfd(fd: pending.isEmpty ? -1 : descriptor.number, events: Int16(POLLOUT), revents: 0)
    }

    mutating func append(_ bytes: [UInt8]) {
        pending += bytes
    }

    mutating func closeWhenWritten() {
        isClosing = true
        closeIfDone()
    }

    /// Writes what fits; a reader that is gone makes the rest vanish.
    mutating func write() {
        let count = Glibc.write(descriptor.number, pending, pending.count)
        if count >= 0 {
            pending.removeFirst(count)
        } else if errno != EAGAIN && errno != EINTR {
            pending = []
        }
        closeIfDone()
    }

    private mutating func closeIfDone() {
        if isClosing && pending.isEmpty { descriptor = Descriptor(-1) }
    }
}

/// Our end of what a command writes.
struct IncomingStream: ~Copyable {
    /// All that has come.
    private(set) var bytes: [UInt8] = []
    private var descriptor: Descriptor
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    var hasEnded: Bool {
        descriptor.number < 0
    }

    var watched: pollfd {
        pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    }

    /// Reads once, after poll(2) has said that this does not block. A terminal ends with EIO.
    mutating func read() {
        let count = Glibc.read(descriptor.number, &chunk, chunk.count)
        if count > 0 {
            bytes += chunk.prefix(count)
        } else if count == 0 || errno != EINTR {
            descriptor = Descriptor(-1)
        }
    }
}
