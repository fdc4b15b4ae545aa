import RESP

/// What a connection does by itself when the server is not ready, or is lost. It never does anything twice: it makes a
/// request again that was refused as a whole, was not sent as a whole, or only reads.
package struct RetryPolicy {
    /// Opens the connection to go on with when this one is lost; nil where that is left to those who hold it.
    package let reopen: (() throws(RedisError) -> Connection)?
    /// Is told why a request is made again.
    package let say: (RedisError) -> Void

    /// A policy; without `reopen` it only waits for a server that is not ready.
    package init(
        reopen: (() throws(RedisError) -> Connection)? = nil,
        say: @escaping (RedisError) -> Void
    ) {
        self.reopen = reopen
        self.say = say
    }
}

extension Connection {
    /// Sends commands in one go and returns their replies, error replies included, in the same order; again as the policy
    /// `retry` has it.
    package func pipeline(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        guard let retry else { return try exchange(commands, until: deadline) }
        let onlyReads = commands.allSatisfy(\.isRead)
        var deadline = timeouts.capped(deadline)
        var retries = Retries(by: deadline)
        var losses = LossTally(limit: RetryLimit.lossesOfRequest)
        /// What the server said last, if it was only not ready.
        var unready: RedisError?
        while true {
            do throws(RedisError) {
                let replies = try exchange(commands, until: deadline)
                guard let refusal = Self.passingRefusal(in: replies, to: commands) else { return replies }
                let error = failure(.refused(refusal), .awaiting)
                unready = error
                // When that ends it may be a master.
                if refusal.kind == .masterDown { server.role = nil }
                guard try retries.rest(on: error.target, say: { retry.say(error) }) else { return replies }
            } catch {
                guard let reopen = retry.reopen, error.nextStep(isRepeatable: onlyReads) == .reconnect,
                    losses.note()
                else { throw Self.reason(for: error, after: unready, onlyReads: onlyReads) }
                unready = nil
                retry.say(error)
                adopt(try reopen())
                // There is as much time on it.
                deadline = timeouts.capped(deadline.renewed)
                retries = Retries(by: deadline)
            }
        }
    }

    /// Whether `pipeline` may succeed with a read that ended with this error.
    package func recovers(from error: RedisError) -> Bool {
        guard let retry else { return false }
        switch error.nextStep(isRepeatable: true) {
        case .stop: return false
        case .askAgain: return true
        case .reconnect: return retry.reopen != nil
        }
    }

    /// The first refusal of a server that only is not ready; nil when there is none, or when a command that may change
    /// something was carried out.
    private static func passingRefusal(in replies: [Reply], to commands: [Command]) -> Refusal? {
        var first: Refusal?
        for (reply, command) in zip(replies, commands) {
            if let refusal = reply.root.error.map(Refusal.init), refusal.nextStep == .askAgain {
                first = first ?? refusal
            } else if !command.isRead {
                return nil
            }
        }
        return first
    }

    /// Why a request came to nothing. A server that said it was not ready, and then did not answer in time a request that
    /// changes nothing, is not ready: that tells more than its silence.
    private static func reason(for error: RedisError, after unready: RedisError?, onlyReads: Bool) -> RedisError {
        guard let unready, case .link(.timedOut) = error.cause, error.phase != .awaiting || onlyReads else {
            return error
        }
        return unready
    }
}
