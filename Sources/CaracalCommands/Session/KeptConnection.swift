import Redis

/// The connection that the commands of a shell share, one after the other. One that can no longer be used is replaced.
final class KeptConnection {
    private var connection: (any CommandChannel)?
    private var lastServer: ServerIdentity?
    private var hasLost = false
    private let announce: (any CommandChannel) -> Void

    /// - Parameter announce: told of each connection that took the place of a lost one.
    init(announce: @escaping (any CommandChannel) -> Void) {
        self.announce = announce
    }

    /// The server as it introduced itself; nil when the connection to it was lost.
    var server: ServerIdentity? {
        if connection != nil, usable == nil { return nil }
        return hasLost ? nil : lastServer
    }

    /// The connection, or a new one.
    func take(_ open: () throws(RedisError) -> any CommandChannel) throws(RedisError) -> any CommandChannel {
        if let usable { return usable }
        hasLost = hasLost || connection != nil
        let next = try open()
        connection = next
        lastServer = next.server
        if hasLost { announce(next) }
        hasLost = false
        return next
    }

    /// Forgets the connection: a command that failed may have left something on it.
    ///
    /// - Parameter isLost: whether its successor is worth a word.
    func drop(isLost: Bool) {
        connection?.close()
        // A cluster is entered again by whichever of its servers there is: only it knows them all.
        guard let connection, !connection.isCluster else { return }
        hasLost = isLost
        self.connection = nil
    }

    private var usable: (any CommandChannel)? {
        connection.flatMap { $0.isReusable ? $0 : nil }
    }
}
