import Glibc
import RESP
import Redis
import Text

/// Where the exporter listens, as it is typed: `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`, or `:9464` for every
/// address of this machine.
struct ListenAddress: Equatable {
    /// The standard: only this machine reaches it.
    static let standard = ListenAddress(host: "127.0.0.1", port: 9464)

    /// A name or a numeric address, without brackets; empty for every address.
    let host: String
    /// The port; 0 for one that the system chooses.
    let port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`; nil for what is none.
    init?(typed text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else {
            return nil
        }
        let typed = text[..<colon]
        let isBracketed = typed.hasPrefix("[") && typed.hasSuffix("]")
        // Without brackets, the last part of an IPv6 address would be taken for a port.
        guard isBracketed ? typed.contains(":") : !typed.contains(where: { ":[]".contains($0) }) else { return nil }
        let host = isBracketed ? typed.dropFirst().dropLast() : typed
        // A NUL would end the name early for the resolver; white space and controls are in no name.
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }) else { return nil }
        self.init(host: String(host), port: port)
    }

    private static func port(_ digits: Substring) -> UInt16? {
        digits.utf8.allSatisfy(ASCII.isDigit) ? UInt16(digits) : nil
    }

    /// As it stands in a URL.
    var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

/// A socket that takes connections; it is closed with the object.
final class ListeningSocket {
    /// Its number.
    let descriptor: Int32
    /// Where it listens: what was asked for, with the port that the system chose.
    let address: ListenAddress
    /// Whether only this machine reaches it.
    let isLocal: Bool

    /// Begins to listen at an address.
    ///
    /// - Throws: `CommandError`: 78 where the address is taken, not ours to take, or not known.
    init(_ address: ListenAddress) throws {
        let open = try Self.open(address)
        descriptor = open.descriptor
        isLocal = open.isLocal
        self.address = ListenAddress(host: open.host, port: Self.port(of: open.descriptor))
    }

    deinit { close(descriptor) }

    private typealias Open = (descriptor: Int32, host: String, isLocal: Bool)

    /// Every address means those of IPv6 and IPv4 together, where there is IPv6.
    private static func open(_ address: ListenAddress) throws -> Open {
        var failure = SystemError(code: EADDRNOTAVAIL)
        for host in address.host.isEmpty ? ["::", "0.0.0.0"] : [address.host] {
            for candidate in try candidates(host, address) {
                do throws(SystemError) {
                    return (try listen(on: candidate), host, isLocal(candidate))
                } catch {
                    failure = error
                }
                // The other family would listen where it was not asked to, or at a port beside the one that is taken.
                guard failure.code == EAFNOSUPPORT || failure.code == EADDRNOTAVAIL else {
                    throw refused(address, failure)
                }
            }
        }
        throw refused(address, failure)
    }

    private static func candidates(_ host: String, _ address: ListenAddress) throws -> [SocketAddress] {
        do {
            return try Resolver.addresses(of: host, port: address.port, until: .after(.seconds(2)))
        } catch .interrupted(let signal) {
            throw CommandError(ExitStatus(signal: signal), "interrupted")
        } catch {
            throw CommandError(
                .configuration,
                "cannot listen on \(address.description): the name has no address (check --listen)"
            )
        }
    }

    private static func refused(_ address: ListenAddress, _ error: SystemError) -> CommandError {
        CommandError(
            .configuration,
            "cannot listen on \(address.description): \(error) (--listen names another address)"
        )
    }

    private static func listen(on address: SocketAddress) throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw .last }
        var (yes, no): (Int32, Int32) = (1, 0)
        let size = socklen_t(MemoryLayout<Int32>.size)
        // The port of one that has just ended may still have connections of it.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
        if address.family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &no, size) }
        guard address.withSockAddr({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, SOMAXCONN) == 0 else {
            let error = SystemError.last
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func isLocal(_ address: SocketAddress) -> Bool {
        address.withSockAddr { name, _ in
            switch Int32(name.pointee.sa_family) {
            case AF_INET:
                name.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt32(bigEndian: $0.pointee.sin_addr.s_addr) >> 24 == 127
                }
            case AF_INET6:
                name.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin6_addr) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
                }
            default: false
            }
        }
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var name = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &name) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
            // The port stands in the same place in both families.
            return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }
}
