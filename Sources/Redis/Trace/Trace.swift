import RESP
import Synchronization

/// What goes over all connections of this process, as it is told to one listener. Without one it costs a look at a
/// flag for each request.
package enum Trace {
    private static let hasListener = Atomic(false)
    private static let listener = Mutex<(@Sendable (TraceEvent) -> Void)?>(nil)

    /// From now on `tell` is told of each request once it is answered, and of each connection.
    package static func begin(_ tell: @escaping @Sendable (TraceEvent) -> Void) {
        listener.withLock { $0 = tell }
        hasListener.store(true, ordering: .relaxed)
    }

    /// From now on nobody is told.
    package static func end() {
        hasListener.store(false, ordering: .relaxed)
        listener.withLock { $0 = nil }
    }

    /// Whether anybody wants to know.
    package static var isOn: Bool { hasListener.load(ordering: .relaxed) }

    /// Tells the listener, if there is one.
    package static func tell(_ event: TraceEvent) {
        let tell = listener.withLock { $0 }
        tell?(event)
    }

    /// Takes a step towards a connection, and tells of it.
    static func step<Value>(
        _ subject: TraceEvent.Subject,
        to endpoint: Endpoint,
        _ body: () throws(LinkError) -> Value
    ) throws(LinkError) -> Value {
        guard isOn else { return try body() }
        let start = ContinuousClock.now
        let end = { (outcome: TraceEvent.Outcome) in
            tell(
                TraceEvent(
                    target: endpoint.description,
                    subject: subject,
                    duration: start.duration(to: .now),
                    outcome: outcome
                )
            )
        }
        do throws(LinkError) {
            let value = try body()
            end(.done)
            return value
        } catch {
            end(.failed(RedisError(endpoint, .connecting, .link(error))))
            throw error
        }
    }
}

/// A request, or a step towards a connection, and what came of it. No secret is in it.
package struct TraceEvent: Sendable {
    /// What was done.
    package enum Subject: Sendable {
        /// The address was looked up and connected to.
        case connect
        /// TLS was agreed on.
        case tls
        /// A command was sent, as the one of that number, from 1, of `count` that were sent at once.
        case command(ShownCommand, number: Int, of: Int)
        /// Many commands were sent at once.
        case pipeline(first: ShownCommand, count: Int)
        /// A statement of SQL was sent, without its parameters.
        case statement(String)
    }

    /// What came of it.
    package enum Outcome: Sendable {
        case done
        /// A reply of this kind, which holds `values` where it is an aggregate, and its size in bytes; the number of an integer.
        case reply(ReplyKind, values: Int, bytes: Int, number: Int64?)
        /// This many replies, with their size in bytes, and the first words of the first refusal among them.
        case replies(Int, bytes: Int, refused: Int, code: String?)
        /// The server's words, with `***` where they repeat a secret.
        case refused([UInt8])
        /// There was no reply; after `answered` replies of several.
        case failed(RedisError, answered: Int = 0)
        /// The connection was closed before the reply came: nobody waited for it any more.
        case abandoned(answered: Int)
        /// This many rows came, with their size in bytes, or were changed.
        case rows(Int, bytes: Int, changed: Bool)
        /// There was no answer, or it was an error, on a connection that is none to Redis.
        case ended(any Error)
    }

    /// The server, as `Endpoint.description` names it.
    package let target: String
    /// What was done.
    package let subject: Subject
    /// How long it took, up to its reply.
    package let duration: Duration
    /// What came of it.
    package let outcome: Outcome

    /// An event that is over.
    package init(target: String, subject: Subject, duration: Duration, outcome: Outcome) {
        self.target = target
        self.subject = subject
        self.duration = duration
        self.outcome = outcome
    }
}
