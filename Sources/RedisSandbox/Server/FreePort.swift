import Glibc

/// Finds a TCP port of loopback that nobody listens on.
package enum FreePort {
    /// The highest port a server may have: its cluster bus, where it has one, listens 10,000 higher.
    private static let highest: UInt16 = 55_535

    /// A port that was free a moment ago; the kernel chose it, and does not give it out again at once.
    package static func choose() -> UInt16 {
        let listener = Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener.number, $0, length)
                _ = getsockname(listener.number, $0, &length)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        return port <= highest ? port : choose()
    }
}
