import Glibc

/// 127.0.0.1 and a port.
package struct LoopbackAddress {
    /// How long it is, for bind(2) and its like.
    static let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    private var address = sockaddr_in()

    /// The address with a port; 0 for one that the system chooses.
    package init(port: UInt16) {
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    }

    var port: UInt16 {
        UInt16(bigEndian: address.sin_port)
    }

    /// Lends the address in the form connect(2) takes.
    package mutating func withMutableSockAddr<Result>(_ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result)
        -> Result
    {
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, Self.length) }
        }
    }
}
