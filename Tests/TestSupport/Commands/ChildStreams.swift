import Glibc
import RedisSandbox

/// Our end of what a command reads.
struct OutgoingStream: ~Copyable {
    private var descriptor: Descriptor
    private var pending: [UInt8] = []
    /// How many of those are written: many megabytes do not move up for each piece that fits.
    private var written = 0
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
        let count = pending.withUnsafeBytes {
            Glibc.write(descriptor.number, $0.baseAddress?.advanced(by: written), $0.count - written)
        }
        if count >= 0 {
            written += count
        } else if errno != EAGAIN && errno != EINTR {
            written = pending.count
        }
        if written == pending.count { (pending, written) = ([], 0) }
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
