import Redis

/// Opens another connection to the same server, trying for as long as a reply may take.
struct Reconnect {
    let settings: ConnectionSettings

    init(_ settings: ConnectionSettings) {
        self.settings = settings
    }

    func run() throws(RedisError) -> Connection {
        let deadline = Deadline.after(settings.timeouts.command)
        var pause = Duration.milliseconds(20)
        while true {
            do {
                return try Connection.open(settings.endpoint, timeouts: settings.timeouts)
            } catch {
                guard error.mayPass, !deadline.hasPassed else { throw error }
                do { try Poll.sleep(until: .after(min(pause, deadline.remaining))) } catch let link {
                    throw RedisError(target: error.target, phase: .connecting, cause: .link(link))
                }
                pause = min(pause * 2, .milliseconds(500))
            }
        }
    }
}
