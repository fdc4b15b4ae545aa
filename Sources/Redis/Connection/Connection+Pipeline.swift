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

    /// Sends commands in one go and returns their replies, error replies included, in the same order; over again as its
    /// `perseverance` allows.
    package func pipeline(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        guard perseverance != nil else { return try exchange(commands, until: deadline) }
        var trial = Trial(of: commands, on: self, until: timeouts.capped(deadline))
        while true {
            do throws(RedisError) {
                let replies = try exchange(commands, until: trial.deadline)
                guard let refusal = PassingRefusal.find(in: replies, to: commands),
                    try trial.mayRepeat(after: refusal)
                else { return replies }
            } catch {
                guard try trial.mayRepeat(after: error) else { throw trial.reason(for: error) }
            }
        }
    }

    private func exchange(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        try send(commands, until: deadline)
        var replies: [Reply] = []
        replies.reserveCapacity(commands.count)
        for _ in commands { replies.append(try receive(until: deadline)) }
        return replies
    }
}
