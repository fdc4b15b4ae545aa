import Glibc

/// 127.0.0.1 and a port.
struct LoopbackAddress {
    static let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    private var address = sockaddr_in()

    init(port: UInt16) {
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    }

    var port: UInt16 {
        UInt16(bigEndian: address.sin_port)
    }

    mutating func withMutableSockAddr<Result>(_ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, Self.length) }
        }
    }
}
