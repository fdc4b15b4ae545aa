import Glibc

/// A connected, non-blocking stream socket; it is closed with the object at the latest.
package final class Socket: Link {
    /// Its number; -1 once it is closed.
    private(set) var descriptor: Int32

    /// Takes over a connected, non-blocking descriptor.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close()
    }

    package func write(_ bytes: Span<UInt8>) throws(LinkError) -> Int {
        while true {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: throw .disconnected(reason: SystemError.last.description)
            }
        }
    }

    package func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> ReadProgress {
        while true {
            let count = buffer.withUnsafeMutableBufferPointer { storage, initialized in
                let free = UnsafeMutableBufferPointer(rebasing: storage[initialized...])
                let count = recv(descriptor, free.baseAddress, free.count, 0)
                initialized += max(0, count)
                return count
            }
            if count > 0 { return .appended }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothingYet
            default: throw .disconnected(reason: SystemError.last.description)
            }
        }
    }

    package func wait(toWrite: Bool, until deadline: Deadline) throws(LinkError) {
        try Poll.wait(for: descriptor, events: Int16(POLLIN | (toWrite ? POLLOUT : 0)), until: deadline)
    }

    package func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }
}
