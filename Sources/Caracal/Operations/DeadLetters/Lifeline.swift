import Redis

/// A connection that is replaced when it is lost, for work that may be begun again where it was.
package final class Lifeline {
    /// The connection to use now.
    package private(set) var connection: any CommandChannel
    private let reconnect: (() throws(RedisError) -> any CommandChannel)?
    private var losses = 0

    /// How often in a row a connection may be lost without anything getting through.
    private static let patience = 5

    /// A connection, and how another one to the same server is opened; nil where one is all there is.
    package init(_ connection: any CommandChannel, reconnect: (() throws(RedisError) -> any CommandChannel)? = nil) {
        self.connection = connection
        self.reconnect = reconnect
    }

    /// Looks, on another connection when one is lost meanwhile: looking changes nothing.
    func look<Value>(_ look: (any CommandChannel) throws(RedisError) -> Value) throws(RedisError) -> Value {
        while true {
            do throws(RedisError) { return try look(connection) } catch { try replace(after: error) }
        }
    }

    /// Notes that something got through.
    func noteProgress() { losses = 0 }

    /// Replaces a connection that was lost. Throws `error` when something else was wrong with it, or when it is lost again
    /// and again.
    func replace(after error: RedisError) throws(RedisError) {
        guard let reconnect, case .link(let cause) = error.cause, !cause.isInterruption else { throw error }
        losses += 1
        guard losses <= Self.patience else { throw error }
        connection = try reconnect()
    }
}

extension LinkError {
    fileprivate var isInterruption: Bool {
        if case .interrupted = self { true } else { false }
    }
}
