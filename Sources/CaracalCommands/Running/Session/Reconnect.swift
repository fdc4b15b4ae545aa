import Redis

/// Opens another connection to the same deployment, trying for as long as a reply may take.
struct Reconnect {
    private let settings: ConnectionSettings
    private let name: ConnectionName
    private let former: (any CommandChannel)?

    /// - Parameters:
    ///   - name: the client name to take.
    ///   - former: what was lost: a cluster knows more of its servers than the one that it was entered by.
    init(
        _ settings: ConnectionSettings,
        as name: ConnectionName = ConnectionName(),
        after former: (any CommandChannel)? = nil
    ) {
        self.settings = settings
        self.name = name
        self.former = former
    }

    func run() throws(RedisError) -> any CommandChannel {
        let ways = [settings.deployment] + ((former as? Cluster)?.members ?? []).map(Deployment.server)
        let deadline = Deadline.after(settings.timeouts.command)
        var backoff = Backoff()
        var tries = 0
        while true {
            do throws(RedisError) {
                let way = ways[tries % ways.count]
                tries += 1
                let connection = try way.open(timeouts: settings.timeouts, name: name)
                // While a failover is under way a replica may answer, or the former master.
                let isUsable = try isMaster(connection)
                if isUsable || deadline.hasPassed { return connection }
            } catch {
                guard error.mayPass, !deadline.hasPassed else { throw error }
            }
            do { try backoff.rest(until: deadline) } catch {
                throw RedisError(target: settings.deployment.description, phase: .connecting, cause: .link(error))
            }
        }
    }

    /// Whether a server may be written to, as far as it and the Sentinels know.
    private func isMaster(_ channel: any CommandChannel) throws(RedisError) -> Bool {
        guard channel.server.role != .replica else { return false }
        guard case .sentinels(let sentinels) = settings.deployment, let connection = channel as? Connection else {
            return true
        }
        return try MasterCheck(sentinels, timeouts: settings.timeouts).ask(about: connection) != .replaced
    }
}
