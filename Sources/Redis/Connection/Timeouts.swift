/// How long to wait, at most.
package struct Timeouts: Sendable, Equatable {
    /// From the first packet to a connection that has been let in (name resolution and AUTH included).
    package var connect: Duration
    /// For the reply to one command, or to all of one pipeline.
    package var command: Duration
    /// When everything must be over, however many commands there are; nil for no such moment.
    package var end: Deadline?

    /// The defaults: two seconds to connect, five for a reply.
    package init(connect: Duration = .seconds(2), command: Duration = .seconds(5), end: Deadline? = nil) {
        self.connect = connect
        self.command = command
        self.end = end
    }

    /// A deadline, or the end of everything where that is earlier.
    func capped(_ deadline: Deadline) -> Deadline {
        end.map(deadline.orEarlier) ?? deadline
    }
}
