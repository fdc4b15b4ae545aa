import Redis

/// Opens another connection to the same deployment, trying for as long as a reply may take.
struct Reconnect {
    private let settings: ConnectionSettings
    private let name: ConnectionName

    /// - Parameter name: the client name to take.
    init(_ settings: ConnectionSettings, as name: ConnectionName = ConnectionName()) {
        self.settings = settings
        self.name = name
    }

    func run() throws(RedisError) -> any CommandChannel {
        let deadline = Deadline.after(settings.timeouts.command)
        var backoff = Backoff()
        while true {
            do {
                let connection = try settings.deployment.open(timeouts: settings.timeouts, name: name)
                // While a failover is under way a replica may answer.
                if connection.server.role != .replica || deadline.hasPassed { return connection }
            } catch {
                guard error.mayPass, !deadline.hasPassed else { throw error }
            }
            do { try backoff.rest(until: deadline) } catch {
                throw RedisError(target: settings.deployment.description, phase: .connecting, cause: .link(error))
            }
        }
    }
}
