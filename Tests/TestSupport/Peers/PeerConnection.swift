import Glibc
import RedisSandbox

/// An accepted connection of a peer, used by one thread. Every wait ends when the peer is stopped.
final class PeerConnection: Sendable {
    let descriptor: Int32
    private let owner: Descriptor
    private let stopped: Latch

    init(_ descriptor: consuming Descriptor, stopped: Latch) {
        self.descriptor = descriptor.number
        owner = descriptor
        self.stopped = stopped
        var yes: Int32 = 1
        // Bytes that are dripped must leave one by one. A Unix socket refuses this, and need not hear it.
        setsockopt(self.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(self.descriptor, F_SETFL, O_NONBLOCK)
    }

    /// The next bytes; nil when the client has gone or the peer is stopped.
    func receive() -> [UInt8]? {
        guard stopped.wait(orFor: Int16(POLLIN), on: descriptor) else { return nil }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        return count > 0 ? Array(chunk.prefix(count)) : nil
    }

    /// Sends all bytes; false when the client has gone or the peer is stopped.
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard stopped.wait(orFor: Int16(POLLOUT), on: descriptor) else { return false }
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count >= 0 || errno == EAGAIN else { return false }
            rest = rest.dropFirst(max(0, count))
        }
        return true
    }

    /// Lets time pass; false when the peer is stopped.
    func pause(_ time: Duration) -> Bool {
        let milliseconds = Int32(min(time / .milliseconds(1), 86_400_000).rounded(.up))
        return stopped.wait(orFor: 0, on: -1, milliseconds: milliseconds)
    }

    /// Waits for a latch of the test; false when the peer is stopped first.
    func wait(for latch: Latch) -> Bool {
        stopped.wait(orFor: Int16(POLLIN), on: latch.descriptor)
    }

    /// Waits until the peer is stopped.
    func stall() {
        _ = stopped.wait(orFor: 0, on: -1)
    }

    /// Ends the writing side.
    func halfClose() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends the writing side and reads until the other side has ended too.
    func drain() {
        halfClose()
        while receive() != nil {}
    }

    /// Makes the closing, which follows, a TCP reset.
    func resetWhenClosed() {
        var none = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
    }
}
