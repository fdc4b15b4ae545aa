import RESP

extension Connection {
    /// Sends commands in one go; their replies are to be received.
    package func send(_ commands: [Command], until deadline: Deadline) throws(RedisError) {
        for command in commands { enqueue(command) }
        try flush(until: deadline)
    }

    /// The next reply, an error reply too.
    package func receive(until deadline: Deadline) throws(RedisError) -> Reply {
        var reply = Reply()
        try receive(into: &reply, until: deadline)
        return reply
    }

    /// Sends commands in one go and returns their replies, error replies included, in the same order.
    func exchange(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        try send(commands, until: deadline)
        var replies: [Reply] = []
        replies.reserveCapacity(commands.count)
        for _ in commands { replies.append(try receive(until: deadline)) }
        return replies
    }
}
