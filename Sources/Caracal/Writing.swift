import RESP
import Redis

/// Why a write ended before all that was planned was done.
package enum WriteEnding: Error, Sendable, Equatable {
    /// The process was asked to stop; nothing is under way.
    case interrupted(signal: Int32)
    /// The server would not do it.
    case refused(Refusal)
    /// The server was lost, or broke the protocol; and whether what was sent then may or may not have been carried out.
    case lost(RedisError, isInDoubt: Bool)

    /// Why a look between two writes came to nothing: nothing is in doubt by it.
    init(looking error: RedisError) {
        switch error.cause {
        case .link(.interrupted(let signal)): self = .interrupted(signal: signal)
        case .refused(let refusal): self = .refused(refusal)
        default: self = .lost(error, isInDoubt: false)
        }
    }
}

extension CommandChannel {
    /// Until when the replies to writes are waited for, come what may: giving up in between would leave in doubt what was
    /// sent, so a request to stop is heeded before the next ones.
    var writeDeadline: Deadline {
        var deadline = Deadline.after(timeouts.command)
        deadline.heedsInterrupts = false
        return deadline
    }

    /// Sends commands that change something, unless the process was asked to stop, and returns their replies, error replies
    /// included. A request to stop that comes later is left to the caller's next write.
    func write(_ commands: [Command]) throws(WriteEnding) -> [Reply] {
        if let signal = Interruption.signal { throw .interrupted(signal: signal) }
        do throws(RedisError) {
            return try pipeline(commands, until: writeDeadline)
        } catch {
            throw .lost(error, isInDoubt: error.duringWrite().isUnknownWrite)
        }
    }

    /// Runs a script that compares what is with what was planned and acts in the same step, so that nothing can come between.
    ///
    /// A refused script has changed nothing: it looks before it writes, and each of its writes is of one kind, the first of
    /// which is refused like all others.
    ///
    /// - Parameter commands: what the script runs that nothing before it has proved the right to, as ACL rules name it.
    func act(_ script: Eval, running commands: [String]) throws(WriteEnding) -> Reply {
        let reply = try write([script.command])[0]
        if let error = reply.root.error {
            let refusal = Refusal(error).insideScript
            throw .refused(refusal.answering(script.command, of: endpoint, inside: commands))
        }
        return reply
    }
}
