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
        let link: any Link
        do {
            link = try Dial.open(endpoint, sharing: context, until: deadline)
        } catch {
            throw RedisError(endpoint, .connecting, .link(error))
        }
        let connection = Connection(endpoint: endpoint, timeouts: timeouts, name: name, link: link, limits: limits)
        try Handshake(connection: connection, deadline: deadline).run()
        return connection
    }
}
