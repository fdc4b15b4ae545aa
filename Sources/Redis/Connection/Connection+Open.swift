import RESP

extension Connection {
    /// Connects and is let in (HELLO, AUTH, SELECT), within `timeouts.connect`.
    ///
    /// - Parameter name: the client name to take; one that no other connection has, unless given.
    package static func open(
        _ endpoint: Endpoint,
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName()
    ) throws(RedisError) -> Connection {
        try open(endpoint, timeouts: timeouts, name: name, until: .after(timeouts.connect))
    }

    /// The same under a deadline of its own, and with limits to what the peer may send.
    ///
    /// - Parameter context: that of a connection with the same TLS policy, whose files need not be read again then.
    static func open(
        _ endpoint: Endpoint,
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName(),
        until deadline: Deadline,
        limits: ReplyLimits = .standard,
        sharing context: TLSContext? = nil
    ) throws(RedisError) -> Connection {
        let deadline = timeouts.capped(deadline)
        let dial = { () throws(RedisError) -> Connection in
            do throws(LinkError) {
                let link = try Dial.open(endpoint, sharing: context, until: deadline)
                return Connection(endpoint: endpoint, timeouts: timeouts, name: name, link: link, limits: limits)
            } catch {
                throw RedisError(endpoint, .connecting, .link(error))
            }
        }
        let first = try dial()
        guard case .hungUpOnHello(let refusal) = try Handshake(connection: first, deadline: deadline).run() else {
            return first
        }
        first.close()
        let second = try dial()
        do throws(RedisError) {
            try Handshake(connection: second, deadline: deadline, saysHello: false).run()
        } catch {
            // It hangs up on whatever is said: its words on HELLO are the only ones there are.
            if case .link(.disconnected) = error.cause { throw refusal }
            throw error
        }
        return second
    }
}
