import Glibc
import Redis
import RedisSandbox

/// Where a peer of the tests listens.
package enum PeerAddress: Sendable, Equatable {
    /// A free TCP port of loopback.
    case tcp
    /// A Unix socket.
    case unix(String)
}
