/// How often something is tried again where not time alone decides. The pauses are those of `Backoff`.
package enum RetryLimit {
    /// How often in a row a connection may be lost before one request is answered: somebody waits for the answer.
    static let lossesOfRequest = 3
    /// The same for work of many requests, writes among them: ending it early leaves them in doubt.
    static let lossesOfWork = 5
    /// How many times a key of a cluster may be followed without a pause in between.
    static let hops = 5
    /// How many times a plan is made of what changes while it is looked at.
    package static let looks = 5
    /// How many times the outcome of a batch of rows is recorded: what is not recorded is published twice.
    package static let records = 2
    /// How long Sentinels may take to notice that a replica was promoted: they ask every second then.
    static let failoverNotice = Duration.seconds(3)
    /// For how long a stream that takes no rows is left alone by one who follows.
    package static let streamRest = Duration.seconds(5)
}

/// Counts how often in a row a connection was lost.
struct LossTally {
    /// How often it may be.
    let limit: Int
    private var count = 0

    init(limit: Int) { self.limit = limit }

    /// Notes a loss; false when that was one too many.
    mutating func note() -> Bool {
        count += 1
        return count <= limit
    }

    /// Notes that something got through.
    mutating func forget() { count = 0 }
}

/// Pauses between tries, each twice as long as the one before. Half of each is left to chance, so that many who wait do not
/// come back at once.
package struct Backoff: Sendable {
    private var pause: Duration
    private let longest: Duration

    /// - Parameters:
    ///   - first: the first pause, at most.
    ///   - longest: what no pause exceeds.
    private init(first: Duration, longest: Duration = .milliseconds(500)) {
        pause = first
        self.longest = longest
    }

    /// Of those who ask a server again that is there.
    package static let standard = Backoff(first: .milliseconds(20))
    /// Of those who wait for Sentinels to see a failover.
    static let ofFailover = Backoff(first: .milliseconds(100))
    /// Of those who wait for another process on this machine: that it ends, or releases a file.
    package static let ofProcess = Backoff(first: .milliseconds(10), longest: .milliseconds(50))
    /// Of a screen that shows a lost server at once, and its return soon.
    package static let onScreen = Backoff(first: .milliseconds(250), longest: .seconds(5))
    /// Of those who wait for a server to come back, at a terminal.
    package static let forReturn = Backoff(first: .milliseconds(100), longest: .seconds(2))
    /// Of those who go on unattended.
    package static let unattended = Backoff(first: .milliseconds(500), longest: .seconds(30))

    /// The next pause, for those who have something else to do during it.
    package mutating func next() -> Duration {
        defer { pause = min(pause * 2, longest) }
        return pause / 2 + pause / 2 * Double.random(in: 0...1)
    }

    /// Sleeps for the next pause, not beyond the deadline. Throws when the process is asked to stop.
    package mutating func rest(until deadline: Deadline) throws(LinkError) {
        try Poll.sleep(until: Deadline.after(next()).orEarlier(deadline))
    }

    /// Asks a server again and again until the answer is final or the deadline has passed. Returns the last answer; throws also
    /// when the process is asked to stop.
    package mutating func poll<Answer>(
        _ connection: Connection,
        until deadline: Deadline,
        ask: () throws(RedisError) -> (Answer, isFinal: Bool)
    ) throws(RedisError) -> Answer {
        while true {
            let (answer, isFinal) = try ask()
            if isFinal || deadline.hasPassed { return answer }
            do { try rest(until: deadline) } catch { throw connection.failure(.link(error), .awaiting) }
        }
    }
}

/// The tries of one piece of work: how long they go on, or how many there are, and the pauses between them.
package struct Retries {
    /// The last moment at which another try may begin; nil where there is one try only.
    private let latest: Deadline?
    /// How many more tries there may be; nil where time alone decides.
    private var left: Int?
    private var backoff: Backoff

    /// The part of all the time that is kept for the last try.
    private static let reserve = 10

    /// Tries that have to end by the same deadline, all of them. No pause lasts up to it: a try that the deadline cuts short
    /// would make a timeout of a refusal such as LOADING, and leave a write in doubt.
    package init(by deadline: Deadline, backoff: Backoff = .standard) {
        latest = Self.latest(by: deadline)
        self.backoff = backoff
    }

    /// Tries that have deadlines of their own, and begin as long as `limit` lasts; one try without it.
    ///
    /// - Parameter end: when everything has to be over, the tries too; nil for no such moment.
    package init(during limit: Duration?, end: Deadline? = nil, backoff: Backoff = .standard) {
        let deadline = limit.map { Deadline.after($0) }
        latest = deadline.map { deadline in
            end.flatMap { $0.instant <= deadline.instant ? Self.latest(by: $0) : nil } ?? deadline
        }
        self.backoff = backoff
    }

    /// Tries that have deadlines of their own: as many as this, the first one included.
    ///
    /// - Parameter heedsInterrupts: whether they end when the process is asked to stop.
    package init(times: Int, heedsInterrupts: Bool = true, backoff: Backoff = .standard) {
        var latest = Deadline.distant
        latest.heedsInterrupts = heedsInterrupts
        self.latest = latest
        left = times - 1
        self.backoff = backoff
    }

    /// Whether a command that is sent now to be answered by `deadline` may be left in doubt: less is left than half of the
    /// reserve, of which what goes before the command may use the other half.
    static func isTooLate(for deadline: Deadline) -> Bool {
        deadline.remaining < deadline.allowance / (2 * reserve)
    }

    private static func latest(by deadline: Deadline) -> Deadline {
        var latest = deadline
        latest.instant -= deadline.allowance / reserve
        return latest
    }

    /// Makes tries until one succeeds. Throws the error of the last one, or that the process is asked to stop.
    ///
    /// - Parameters:
    ///   - isRetried: whether another try follows an error; by the rule, unless given.
    ///   - say: is told of the error before the pause for another try.
    package mutating func run<Value>(
        after isRetried: (RedisError) -> Bool = { $0.nextStep(isRepeatable: !$0.isWrite) != .stop },
        say: (RedisError) -> Void = { _ in },
        _ attempt: () throws(RedisError) -> Value
    ) throws(RedisError) -> Value {
        try run(
            after: isRetried,
            say: say,
            stopped: { RedisError(target: $0.target, phase: .connecting, cause: .link($1)) },
            attempt
        )
    }

    /// The same for errors of another kind.
    ///
    /// - Parameter stopped: what is thrown where the process is asked to stop during the pause after an error.
    package mutating func run<Value, Failure: Error>(
        after isRetried: (Failure) -> Bool,
        say: (Failure) -> Void = { _ in },
        stopped: (Failure, LinkError) -> Failure,
        _ attempt: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        while true {
            do throws(Failure) {
                return try attempt()
            } catch {
                guard isRetried(error) else { throw error }
                let goesOn: Bool
                do throws(LinkError) {
                    goesOn = try pause { say(error) }
                } catch let link {
                    throw stopped(error, link)
                }
                guard goesOn else { throw error }
            }
        }
    }

    /// Pauses before another try; false, without a pause, when there is to be none. Throws when the process is asked to stop.
    ///
    /// - Parameters:
    ///   - target: what is asked again, as messages name it.
    ///   - say: is called before the pause.
    package mutating func rest(on target: String, say: () -> Void = {}) throws(RedisError) -> Bool {
        do {
            return try pause(say)
        } catch {
            throw RedisError(target: target, phase: .connecting, cause: .link(error))
        }
    }

    private mutating func pause(_ say: () -> Void) throws(LinkError) -> Bool {
        guard let latest, !latest.hasPassed, left != 0 else { return false }
        left = left.map { $0 - 1 }
        say()
        try backoff.rest(until: latest)
        return true
    }
}
