import Glibc
import Redis
import RedisSandbox

/// A listening socket.
final class PeerListener: Sendable {
    /// Its TCP port; 0 for a Unix socket.
    let port: UInt16
    private let descriptor: Descriptor

    init(_ address: PeerAddress) throws {
        let isUnix = address != .tcp
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(isUnix ? AF_UNIX : AF_INET, type, 0)
        descriptor = Descriptor(number)
        switch address {
        case .tcp: port = try Self.bindLoopback(number)
        case .unix(let path): port = try Self.bindUnix(number, path: path)
        }
        try Self.check(listen(number, 16))
    }

    /// The next connection; nil when the latch opens first.
    func accept(until stopped: Latch) -> PeerConnection? {
        guard stopped.wait(orFor: Int16(POLLIN), on: descriptor.number) else { return nil }
        let connection = Descriptor(Glibc.accept(descriptor.number, nil, nil))
        guard connection.number >= 0 else { return nil }
        _ = fcntl(connection.number, F_SETFD, FD_CLOEXEC)
        return PeerConnection(connection, stopped: stopped)
    }

    /// Refuses every further connection.
    func refuse() {
        shutdown(descriptor.number, Int32(SHUT_RDWR))
    }

    private static func bindLoopback(_ number: Int32) throws -> UInt16 {
        var address = LoopbackAddress(port: 0)
        try check(address.withMutableSockAddr { bind(number, $0, $1) })
        var length = LoopbackAddress.length
        try check(address.withMutableSockAddr { name, _ in getsockname(number, name, &length) })
        return address.port
    }

    private static func bindUnix(_ number: Int32, path: String) throws -> UInt16 {
        guard let address = SocketAddress(unixPath: path) else { throw SystemError(code: ENAMETOOLONG) }
        try check(address.withSockAddr { bind(number, $0, $1) })
        return 0
    }

    private static func check(_ result: Int32) throws {
        if result < 0 { throw SystemError.last }
    }
}
