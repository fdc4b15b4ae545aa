import Glibc
import Redis
import RedisSandbox

/// A port of loopback at which nobody listens, and that the system chooses for nobody else as long as this is held.
///
/// Whoever is told of it can listen there all the same, if it sets SO_REUSEADDR as servers do.
package final class ReservedPort: Sendable {
    /// The port.
    package let number: UInt16
    private let descriptor: Descriptor

    /// Takes one.
    package init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        descriptor = Descriptor(socket)
        var (yes, address): (Int32, LoopbackAddress) = (1, LoopbackAddress(port: 0))
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard address.withMutableSockAddr({ bind(socket, $0, $1) }) == 0 else { throw SystemError.last }
        var length = LoopbackAddress.length
        guard address.withMutableSockAddr({ name, _ in getsockname(socket, name, &length) }) == 0 else {
            throw SystemError.last
        }
        number = address.port
    }
}
