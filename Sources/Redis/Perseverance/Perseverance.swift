/// What a connection does by itself when the server is not ready, or is lost.
///
/// Only what cannot do anything twice: a request that was refused as a whole was not carried out, and one that only reads
/// may be made again elsewhere.
package struct Perseverance {
    /// Opens the connection to go on with when this one is lost; nil where that is left to those who write.
    package var successor: (() throws(RedisError) -> Connection)?
    /// Is told why a request has to be made again.
    package var say: (RedisError) -> Void

    /// Puts both together.
    package init(
        successor: (() throws(RedisError) -> Connection)? = nil,
        say: @escaping (RedisError) -> Void
    ) {
        self.successor = successor
        self.say = say
    }

    /// Whether what only looks is to be asked again after it ended like this.
    func leadsOn(from cause: RedisError.Cause) -> Bool {
        switch cause {
        case .refused(let refusal): refusal.mayPass
        case .link(.interrupted): false
        case .link: successor != nil
        case .malformed, .unexpected, .masterNotFound, .emptyReplica: false
        }
    }
}
