import CSystem
import Glibc

/// Opens a link to a server: all addresses that a name resolves to are tried, in the resolver's order.
package enum Dial {
    /// Connects, and speaks TLS where the endpoint asks for it, within the deadline.
    package static func open(_ endpoint: Endpoint, until deadline: Deadline) throws(LinkError) -> any Link {
        try open(endpoint, sharing: nil, until: deadline)
    }

    /// The same with what another connection of the same policy has read of its files; nil to read them.
    static func open(
        _ endpoint: Endpoint,
        sharing context: TLSContext?,
        until deadline: Deadline
    ) throws(LinkError) -> any Link {
        let connect = { () throws(LinkError) in
            try Trace.step(.connect, to: endpoint) { () throws(LinkError) in try open(endpoint.address, until: deadline)
            }
        }
        guard let policy = endpoint.tls else { return try connect() }
        let (name, context) = try prepare(policy, context, for: endpoint.address, until: deadline)
        let socket = try connect()
        return try Trace.step(.tls, to: endpoint) { () throws(LinkError) in
            try TLSLink(over: socket, context, policy, name: name, until: deadline)
        }
    }

    /// Before anybody is dialled: a file that cannot be used is our own fault.
    private static func prepare(
        _ policy: TLSPolicy,
        _ shared: TLSContext?,
        for address: Endpoint.Address,
        until deadline: Deadline
    ) throws(LinkError) -> (TLSServerName, TLSContext) {
        if shared == nil { for file in policy.files { try PipedFile.take(file, until: deadline) } }
        do throws(TLSError) {
            let name = try TLSServerName(policy.serverName ?? address.host)
            if let shared { return (name, shared) }
            return (name, try TLSContext(policy))
        } catch {
            throw .tls(error)
        }
    }

    /// Connects within the deadline.
    package static func open(_ address: Endpoint.Address, until deadline: Deadline) throws(LinkError) -> Socket {
        switch address {
        case .unix(let path):
            guard let socketAddress = SocketAddress(unixPath: path) else {
                throw .unreachable(reason: "the path of the socket is too long")
            }
            return try connect(to: socketAddress, until: deadline)
        case .tcp(let host, let port):
            return try connect(toFirstOf: Resolver.addresses(of: host, port: port, until: deadline), until: deadline)
        }
    }

    /// Gives each address a fair share of the time that is left, so that one that swallows packets leaves time for the next.
    private static func connect(
        toFirstOf addresses: [SocketAddress],
        until deadline: Deadline
    ) throws(LinkError) -> Socket {
        var failure = LinkError.unresolvable(reason: "the name has no address")
        for (index, address) in addresses.enumerated() {
            let share = deadline.share(of: addresses.count - index)
            do {
                return try connect(to: address, until: share)
            } catch .interrupted(let signal) {
                throw .interrupted(signal: signal)
            } catch .timedOut {
                failure = .timedOut(after: deadline.allowance)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func connect(to address: SocketAddress, until deadline: Deadline) throws(LinkError) -> Socket {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw .unreachable(reason: SystemError.last.description) }
        let link = Socket(descriptor: descriptor)
        if address.family != AF_UNIX { tune(descriptor) }

        if address.withSockAddr({ Glibc.connect(descriptor, $0, $1) }) == 0 { return link }
        // A Unix socket whose backlog is full says EAGAIN and cannot be waited for.
        guard errno == EINPROGRESS || errno == EINTR else { throw .unreachable(reason: SystemError.last.description) }
        try Poll.wait(for: descriptor, events: Int16(POLLOUT), until: deadline)
        let status = option(SO_ERROR, of: descriptor)
        guard status == 0 else { throw .unreachable(reason: SystemError(code: status).description) }
        return link
    }

    /// Small requests leave at once, and a peer that vanished is noticed even while nothing is being sent.
    private static func tune(_ descriptor: Int32) {
        set(Int32(IPPROTO_TCP), TCP_NODELAY, to: 1, on: descriptor)
        set(SOL_SOCKET, SO_KEEPALIVE, to: 1, on: descriptor)
        set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, to: 30_000, on: descriptor)
    }

    private static func set(_ level: Int32, _ name: Int32, to value: Int32, on descriptor: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : errno
    }
}

/// Host names to addresses, under a deadline.
package enum Resolver {
    /// Every address of `host`, in the order the system prefers them. A numeric address asks nobody.
    package static func addresses(
        of host: String,
        port: UInt16,
        until deadline: Deadline
    ) throws(LinkError) -> [SocketAddress] {
        var list: UnsafeMutablePointer<addrinfo>?
        defer { if let list { freeaddrinfo(list) } }
        if numeric(host, port: port, &list) != 0 { try resolve(host, port: port, until: deadline, &list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { node in
            guard let info = node?.pointee, let address = info.ai_addr else { return nil }
            return SocketAddress(copying: address, length: info.ai_addrlen)
        }
    }

    private static func numeric(_ host: String, port: UInt16, _ list: inout UnsafeMutablePointer<addrinfo>?) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        return getaddrinfo(host, String(port), &hints, &list)
    }

    private static func resolve(
        _ host: String,
        port: UInt16,
        until deadline: Deadline,
        _ list: inout UnsafeMutablePointer<addrinfo>?
    ) throws(LinkError) {
        let heeds: Int32 = deadline.heedsInterrupts ? 1 : 0
        let status = csystem_resolve(host, String(port), deadline.pollMilliseconds, heeds, &list)
        if deadline.heedsInterrupts { try Interruption.check() }
        guard status != 0 else { return }
        if deadline.hasPassed { throw .timedOut(after: deadline.allowance) }
        throw .unresolvable(reason: reason(status))
    }

    private static func reason(_ status: Int32) -> String {
        if status == EAI_SYSTEM { return SystemError.last.description }
        return SystemError.clause(gai_strerror(status))
    }
}

/// An address a socket can connect to, of any family, as the kernel's own bytes.
package struct SocketAddress: Sendable {
    private var storage: sockaddr_storage
    private let length: socklen_t

    /// AF_INET, AF_INET6 or AF_UNIX.
    package var family: Int32 {
        Int32(storage.ss_family)
    }

    /// Copies an address that the resolver found.
    package init(copying address: UnsafePointer<sockaddr>, length: socklen_t) {
        storage = sockaddr_storage()
        self.length = min(length, socklen_t(MemoryLayout<sockaddr_storage>.size))
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(self.length)))
        }
    }

    /// The address of a Unix socket; nil when the path is empty or longer than the 107 bytes the kernel takes.
    package init?(unixPath path: String) {
        var unix = sockaddr_un()
        unix.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: unix.sun_path)
        guard !bytes.isEmpty, bytes.count < capacity else { return nil }
        withUnsafeMutableBytes(of: &unix.sun_path) { $0.copyBytes(from: bytes) }
        storage = sockaddr_storage()
        length = socklen_t(MemoryLayout<sockaddr_un>.size)
        withUnsafeMutableBytes(of: &storage) { target in
            withUnsafeBytes(of: &unix) { target.copyMemory(from: $0) }
        }
    }

    /// Lends the address in the form connect(2) takes.
    package func withSockAddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
