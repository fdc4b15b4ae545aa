/// Why bytes could not be moved. What was being done at the time is added by the connection.
package enum LinkError: Error, Sendable, Equatable {
    /// The name of the host has no address, or nobody could be asked.
    case unresolvable(reason: String)
    /// No connection could be made; the reason is the system's, for the last address that was tried.
    case unreachable(reason: String)
    /// The deadline passed.
    case timedOut(after: Duration)
    /// The peer ended the connection, or the system did; nil when the peer closed it in order.
    case disconnected(reason: String?)
    /// There is no TLS, or not with this server.
    case tls(TLSFailure)
    /// The process was asked to stop (SIGINT, SIGTERM) while it waited.
    case interrupted(signal: Int32)
}
