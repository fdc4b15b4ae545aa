/// How long to wait, at most.
package struct Timeouts: Sendable, Equatable {
    /// From the first packet to a connection that has been let in (name resolution and AUTH included).
    package var connect: Duration
    /// For the reply to one command, or to all of one pipeline.
    package var command: Duration

    /// The defaults: two seconds to connect, five for a reply.
    package init(connect: Duration = .seconds(2), command: Duration = .seconds(5)) {
        self.connect = connect
        self.command = command
    }
}
