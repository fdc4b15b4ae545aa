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
        guard let policy = endpoint.tls else { return try open(endpoint.address, until: deadline) }
        let (name, context) = try prepare(policy, context, for: endpoint.address)
        let socket = try open(endpoint.address, until: deadline)
        return try TLSLink(over: socket, context, policy, name: name, until: deadline)
    }

    /// Before anybody is dialled: a file that cannot be used is our own fault.
    private static func prepare(
        _ policy: TLSPolicy,
        _ shared: TLSContext?,
        for address: Endpoint.Address
    ) throws(LinkError) -> (TLSServerName, TLSContext) {
        do {
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
