import RESP

/// A way for commands and their replies: a connection to one server, or to a cluster, where each command goes to the
/// server that holds its key. Its user need not ask which it is: a single server is a cluster of one.
package protocol CommandChannel: AnyObject {
    /// Where it was opened: how messages name the whole of it.
    var endpoint: Endpoint { get }
    /// How long it waits.
    var timeouts: Timeouts { get }
    /// What the server said of itself: that of `endpoint`, where there are several.
    var server: ServerIdentity { get }
    /// The client name of all its connections: by it lost ones are recognised.
    var name: ConnectionName { get }
    /// Whether the servers have taken the name.
    var isNamed: Bool { get }

    /// Whether keys are spread over several servers, so that a command without a key speaks of one of them only. It finds its
    /// own way to servers that it lost.
    var isCluster: Bool { get }
    /// The servers by which a cluster can be entered, replicas included; none where `endpoint` is the only way.
    var members: [Endpoint] { get }
    /// The server that commands without a key go to, as they stand alone.
    var representative: Endpoint { get }
    /// Whether it can take another command.
    var isReusable: Bool { get }
    /// What a connection to one server does by itself when the server is not ready, or is lost; nil for nothing. A cluster goes
    /// by a rule of its own and keeps none.
    var retry: RetryPolicy? { get set }

    /// Sends commands, each to the server that holds its key, all before any reply is waited for; returns their replies,
    /// error replies included, in the same order.
    ///
    /// What a server has certainly not carried out is sent again where that helps: to the server that has the key now, or
    /// once the cluster is whole again. What may have been carried out is sent again only if it just looks.
    func pipeline(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply]

    /// Sends commands that only look and of which each stands alone. Where a server of a cluster stays lost, the replies due from it
    /// are refusals that say so, in place of none at all; nothing is known only where no server answers.
    func look(_ commands: [Command]) throws(RedisError) -> [Reply]

    /// The connection on which the commands for one key go, for work that sends ahead of the replies.
    func connection(for key: [UInt8]) throws(RedisError) -> Connection

    /// A connection to each server that takes writes.
    func masters() throws(RedisError) -> [Connection]

    /// Those of `masters()` that a `look` has not just found lost.
    func reachableMasters() throws(RedisError) -> [Connection]

    /// Whether a `look` has found no server lost.
    var hasAllMasters: Bool { get }

    /// Whether a `look` has just found the server lost that holds this key.
    func isLost(_ key: [UInt8]) -> Bool

    /// Makes sure that what the server of a key has acknowledged was not lost when another one took its place. A cluster asks the
    /// replicas of that server, of which one would be the successor; throws what a lost connection does where one is. Elsewhere
    /// nobody can tell.
    func confirmOwner(of key: [UInt8]) throws(RedisError)

    /// Whether `pipeline` may succeed with a read that ended with this error on a connection that it had given out: the
    /// server is not ready, the key is somewhere else now, or its server is gone and has a successor.
    func recovers(from error: RedisError) -> Bool

    /// An error about this channel; what is open is closed, since nothing more can be trusted to come from it.
    func failure(_ cause: RedisError.Cause, _ phase: RedisError.Phase) -> RedisError

    /// Ends it.
    func close()
}

extension CommandChannel {
    package func look(_ commands: [Command]) throws(RedisError) -> [Reply] { try pipeline(commands) }

    package func reachableMasters() throws(RedisError) -> [Connection] { try masters() }

    package var hasAllMasters: Bool { true }

    package func isLost(_ key: [UInt8]) -> Bool { false }

    package func confirmOwner(of key: [UInt8]) throws(RedisError) {}

    package var members: [Endpoint] { [] }

    package var representative: Endpoint { endpoint }

    package var isReusable: Bool { true }

    package var retry: RetryPolicy? {
        get { nil }
        set {}
    }

    /// How messages name all that it leads to.
    package var place: String { isCluster ? "the cluster of \(endpoint)" : endpoint.description }

    /// Sends one command and returns its reply; an error reply is thrown.
    package func send(_ command: Command) throws(RedisError) -> Reply {
        let replies = try pipeline([command])
        if let error = replies[0].root.error {
            throw refused(Refusal(error).answering(command, of: endpoint))
        }
        return replies[0]
    }

    /// Sends commands in one go and returns their replies, error replies included, in the same order.
    package func pipeline(_ commands: [Command]) throws(RedisError) -> [Reply] {
        try pipeline(commands, until: .after(timeouts.command))
    }
}

/// To one server everything goes the same way.
extension Connection: CommandChannel {
    package var isCluster: Bool { false }

    package func connection(for key: [UInt8]) -> Connection { self }

    package func masters() -> [Connection] { [self] }
}
