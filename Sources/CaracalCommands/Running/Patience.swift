import Redis

/// Tries again while a server cannot be reached or is not ready yet: what an init container needs.
///
/// Only what cannot have changed anything is tried again: a connection that was not made, and refusals.
struct Patience {
    /// For how long; nil for one try.
    let limit: Duration?
    /// Where the reason for waiting is announced, once for each.
    let say: (String) -> Void

    /// Connects and works; on a failure that time may mend, waits and begins anew.
    func run<Result>(
        _ connect: () throws(RedisError) -> Connection,
        work: (Connection) throws -> Result
    ) throws -> Result {
        let deadline = limit.map { Deadline.after($0) }
        var pause = Duration.milliseconds(100)
        var announced: String?
        while true {
            do {
                return try work(try connect())
            } catch let error as RedisError {
                guard let deadline, error.mayPass, !deadline.hasPassed else { throw error }
                let reason = Failure(error).message
                if reason != announced { say("\(reason); trying again") }
                announced = reason
                // Half of the pause is left to chance, so that many who wait do not come back at once.
                let jittered = pause / 2 + pause / 2 * Double.random(in: 0...1)
                try Poll.sleep(until: .after(min(jittered, deadline.remaining)))
                pause = min(pause * 2, .seconds(2))
            }
        }
    }
}
