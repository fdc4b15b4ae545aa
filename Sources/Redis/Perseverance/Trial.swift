import RESP

/// One request that is made again, as far as the connection perseveres, until it is answered.
struct Trial {
    private let commands: [Command]
    private let connection: Connection
    /// When this try, and all that follow it on the same connection, must be answered.
    private(set) var deadline: Deadline
    private var backoff = Backoff()
    private var losses = 0

    /// How often in a row a connection may be lost before anything is answered.
    private static let patience = 3

    init(of commands: [Command], on connection: Connection, until deadline: Deadline) {
        self.commands = commands
        self.connection = connection
        self.deadline = deadline
    }

    /// Whether a request that was refused is to be made again: waits before it says so.
    mutating func mayRepeat(after refusal: Refusal) throws(RedisError) -> Bool {
        guard let perseverance = connection.perseverance, refusal.mayPass, !deadline.hasPassed else { return false }
        perseverance.say(connection.failure(.refused(refusal), .awaiting))
        do { try backoff.rest(until: deadline) } catch { throw connection.failure(.link(error), .connecting) }
        return true
    }

    /// Whether a request whose connection was lost is to be made again: there is another connection then, and as much time
    /// on it.
    mutating func mayRepeat(after error: RedisError) throws(RedisError) -> Bool {
        guard let perseverance = connection.perseverance, let open = perseverance.successor,
            perseverance.leadsOn(from: error.cause), isHarmless(after: error)
        else { return false }
        losses += 1
        guard losses <= Self.patience else { return false }
        perseverance.say(error)
        connection.adopt(try open())
        deadline = .after(deadline.allowance)
        return true
    }

    /// Whether making it again cannot do anything twice. A refusal was an answer to it.
    private func isHarmless(after error: RedisError) -> Bool {
        error.refusal == nil && (error.phase != .awaiting || commands.allSatisfy(\.isRead))
    }
}
