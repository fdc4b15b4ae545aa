import RESP

/// One request that is made again, as far as the connection perseveres, until it is answered.
struct Trial {
    private let commands: [Command]
    private let connection: Connection
    /// When this try, and all that follow it on the same connection, must be answered.
    private(set) var deadline: Deadline
    private var backoff = Backoff()
    private var losses = 0
    /// What the server said last, if it was only not ready.
    private var lastRefusal: Refusal?

    /// How often in a row a connection may be lost before anything is answered.
    private static let patience = 3

    init(of commands: [Command], on connection: Connection, until deadline: Deadline) {
        self.commands = commands
        self.connection = connection
        self.deadline = deadline
    }

    /// Whether a request that was refused is to be made again: waits before it says so.
    mutating func mayRepeat(after refusal: Refusal) throws(RedisError) -> Bool {
        guard let perseverance = connection.perseverance, refusal.mayPass else { return false }
        lastRefusal = refusal
        // When that ends it may be a master.
        if refusal.kind == .masterDown { connection.server.role = nil }
        perseverance.say(connection.failure(.refused(refusal), .awaiting))
        do { return try backoff.restsForAnotherTry(by: deadline) } catch {
            throw connection.failure(.link(error), .connecting)
        }
    }

    /// Why the request came to nothing. A server that said it was not ready, and then did not answer in time a request that
    /// changes nothing, is not ready: that tells more than its silence.
    func reason(for error: RedisError) -> RedisError {
        guard let lastRefusal, case .link(.timedOut) = error.cause, isHarmless(after: error) else { return error }
        return connection.failure(.refused(lastRefusal), .awaiting)
    }

    /// Whether a request whose connection was lost is to be made again: there is another connection then, and as much time
    /// on it.
    mutating func mayRepeat(after error: RedisError) throws(RedisError) -> Bool {
        guard let perseverance = connection.perseverance, let open = perseverance.successor,
            perseverance.leadsOn(from: error.cause), isHarmless(after: error)
        else { return false }
        lastRefusal = nil
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
