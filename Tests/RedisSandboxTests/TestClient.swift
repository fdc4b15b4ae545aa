import Glibc
import Redis
import RedisSandbox
import TestSupport

/// A plain socket: what these tests hold against peers and proxies.
final class TestClient {
    /// All that came, and how it ended.
    enum Ending: Equatable {
        case end(String)
        case failed(Int32, after: String)
    }

    private let descriptor: Descriptor

    init(port: UInt16) throws {
        descriptor = Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        var address = LoopbackAddress(port: port)
        let number = descriptor.number
        guard address.withMutableSockAddr({ connect(number, $0, $1) }) == 0 else { throw SystemError.last }
        limitWaits()
    }

    init(unixPath: String) throws {
        descriptor = Descriptor(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        let number = descriptor.number
        guard SocketAddress(unixPath: unixPath)?.withSockAddr({ connect(number, $0, $1) }) == 0 else {
            throw SystemError.last
        }
        limitWaits()
    }

    func send(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The next so many bytes; fewer when the connection ends.
    func read(_ count: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor.number, &bytes, count, Int32(MSG_WAITALL))
        return String(decoding: bytes.prefix(max(0, received)), as: UTF8.self)
    }

    func readToEnd() -> Ending {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor.number, &chunk, chunk.count, 0)
            let text = String(decoding: bytes, as: UTF8.self)
            if count == 0 { return .end(text) }
            if count < 0 { return .failed(errno, after: text) }
            bytes += chunk.prefix(count)
        }
    }

    var hasSomethingToRead: Bool {
        var watched = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) == 1
    }

    /// A wait of half a minute ends in EAGAIN: a test that waits in vain fails.
    private func limitWaits() {
        var time = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor.number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}
