import Redis

extension CommandChannel {
    /// Until when the replies to writes are waited for, come what may: giving up in between would leave in doubt what was
    /// sent, so a request to stop is heeded before the next ones.
    var writeDeadline: Deadline {
        var deadline = Deadline.after(timeouts.command)
        deadline.heedsInterrupts = false
        return deadline
    }
}
