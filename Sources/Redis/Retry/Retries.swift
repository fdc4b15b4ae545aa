/// Pauses between tries, each twice as long as the one before. Half of each is left to chance, so that many who wait do not
/// come back at once.
package struct Backoff: Sendable {
    private var pause: Duration
    private let longest: Duration

    /// - Parameters:
    ///   - first: the first pause, at most.
    ///   - longest: what no pause exceeds.
    package init(first: Duration = .milliseconds(20), longest: Duration = .milliseconds(500)) {
        pause = first
        self.longest = longest
    }

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
}

/// The tries of one piece of work: how long they go on, and the pauses between them.
package struct Retries {
    /// The last moment at which another try may begin; nil where there is one try only.
    private let latest: Deadline?
    private var backoff: Backoff

    /// The part of all the time that is kept for the last try.
    private static let reserve = 10

    /// Tries that have to end by the same deadline, all of them. No pause lasts up to it: a try that the deadline cuts short
    /// would make a timeout of a refusal such as LOADING, and leave a write in doubt.
    package init(by deadline: Deadline, backoff: Backoff = Backoff()) {
        latest = Self.latest(by: deadline)
        self.backoff = backoff
    }

    /// Tries that have deadlines of their own, and begin as long as `limit` lasts; one try without it.
    ///
    /// - Parameter end: when everything has to be over, the tries too; nil for no such moment.
    package init(during limit: Duration?, end: Deadline? = nil, backoff: Backoff = Backoff()) {
        let deadline = limit.map { Deadline.after($0) }
        latest = deadline.map { deadline in
            end.flatMap { $0.instant <= deadline.instant ? Self.latest(by: $0) : nil } ?? deadline
        }
        self.backoff = backoff
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
                guard isRetried(error), let latest, !latest.hasPassed else { throw error }
                say(error)
                do throws(LinkError) { try backoff.rest(until: latest) } catch let link { throw stopped(error, link) }
            }
        }
    }

    /// Pauses before another try; false, without a pause, when no time is left for one. Throws when the process is asked to
    /// stop.
    ///
    /// - Parameters:
    ///   - target: what is asked again, as messages name it.
    ///   - say: is called before the pause.
    mutating func rest(on target: String, say: () -> Void = {}) throws(RedisError) -> Bool {
        guard let latest, !latest.hasPassed else { return false }
        say()
        do {
            try backoff.rest(until: latest)
        } catch {
            throw RedisError(target: target, phase: .connecting, cause: .link(error))
        }
        return true
    }
}
