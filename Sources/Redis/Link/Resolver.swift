import CSystem
import Glibc

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
