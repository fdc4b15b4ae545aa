import Redis

/// Tries again while a server cannot be reached or is not ready yet: what an init container needs.
///
/// Only what cannot have changed anything is tried again: a connection that was not made, and refusals.
struct Patience {
    /// For how long; nil for one try. Each try has a deadline of its own.
    let limit: Duration?
    /// When everything must be over, the tries too; nil for no such moment.
    var end: Deadline?
    /// Whether time may mend a failure.
    var mayPass: (RedisError) -> Bool = \.mayPass
    /// Where the reason for waiting is announced.
    let say: (RedisError) -> Void

    /// Connects and works; on a failure that time may mend, waits and begins anew.
    func run<Result>(
        _ connect: () throws(RedisError) -> any CommandChannel,
        work: (any CommandChannel) throws -> Result
    ) throws -> Result {
        let deadline = limit.map { Deadline.after($0) }
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(2))
        while true {
            do {
                return try work(try connect())
            } catch let error as RedisError {
                try wait(after: error, until: deadline, &backoff)
            }
        }
    }

    /// Connects.
    func run(_ connect: () throws(RedisError) -> any CommandChannel) throws(RedisError) -> any CommandChannel {
        let deadline = limit.map { Deadline.after($0) }
        var backoff = Backoff()
        while true {
            do { return try connect() } catch { try wait(after: error, until: deadline, &backoff) }
        }
    }

    private func wait(after error: RedisError, until deadline: Deadline?, _ backoff: inout Backoff) throws(RedisError) {
        guard let deadline, mayPass(error), !deadline.hasPassed else { throw error }
        say(error)
        let hasTime: Bool
        do throws(LinkError) {
            if let end, end.instant <= deadline.instant {
                hasTime = try backoff.restsForAnotherTry(by: end)
            } else {
                try backoff.rest(until: deadline)
                hasTime = true
            }
        } catch let stop {
            throw RedisError(target: error.target, phase: .connecting, cause: .link(stop))
        }
        guard hasTime else { throw error }
    }
}
