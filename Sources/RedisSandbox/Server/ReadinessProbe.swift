import Glibc
import Redis

/// Asks a server that is starting whether it answers already.
struct ReadinessProbe {
    /// The server's Unix socket. It lies in a folder of ours, so whoever answers there is our server and no other.
    let socketPath: String

    /// Whether it answers PING within the deadline: with anything but LOADING, since a refusal (NOAUTH) is an answer too.
    func isReady(until deadline: Deadline) -> Bool {
        guard let address = SocketAddress(unixPath: socketPath) else { return false }
        let connection = Descriptor(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        guard address.withSockAddr({ connect(connection.number, $0, $1) }) == 0 else { return false }
        let ping = Array("PING\r\n".utf8)
        guard send(connection.number, ping, ping.count, Int32(MSG_NOSIGNAL)) == ping.count else { return false }
        return firstLine(from: connection.number, until: deadline).map { !$0.starts(with: "-LOADING".utf8) } ?? false
    }

    /// The bytes up to the first LF; nil when they do not come.
    private func firstLine(from connection: Int32, until deadline: Deadline) -> [UInt8]? {
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256)
        var watched = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        while !line.contains(UInt8(ascii: "\n")) {
            guard poll(&watched, 1, deadline.pollMilliseconds) == 1 else { return nil }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            line += chunk.prefix(count)
        }
        return line
    }
}
