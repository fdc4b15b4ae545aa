/// A channel that is replaced when it is lost, for work that knows how to go on over another one.
///
/// It decides whether to go on (`RedisError.nextStep`) and opens the successor. What was in doubt is settled by those who use
/// it: publish and outbox dispatch look for it in the stream, redrive and purge send the same step again, claim, ack, trim,
/// group and consumer look at what came of it. Those who read page by page (dlq, find, outbox reconcile) ask for the page again.
package final class ReconnectingChannel {
    /// Why there is no successor.
    package enum Ending: Error {
        /// The error is not that of a lost connection, or the process is asked to stop.
        case stop(RedisError)
        /// The connection was lost again and again, and nothing got through.
        case noProgress(RedisError)
        /// No other connection could be opened; why not.
        case unreachable(RedisError)

        /// The reason itself.
        package var error: RedisError {
            switch self {
            case .stop(let error), .noProgress(let error), .unreachable(let error): error
            }
        }
    }

    /// The channel in use.
    package private(set) var connection: any CommandChannel
    private let reopen: (() throws(RedisError) -> any CommandChannel)?
    /// Who can tell whether its server still is the master; nil where no Sentinels are named.
    private let mastership: MasterCheck?
    /// How often in a row it was lost.
    private var losses = LossTally(limit: RetryLimit.lossesOfWork)

    /// An open channel, and how another one to the same deployment is opened (`Deployment.reopen`); nil where one is all there
    /// is.
    package init(
        _ connection: any CommandChannel,
        mastership: MasterCheck? = nil,
        reopen: (() throws(RedisError) -> any CommandChannel)? = nil
    ) {
        self.connection = connection
        self.mastership = mastership
        self.reopen = reopen
    }

    /// Works, over again on another channel when one is lost: for what does nothing the second time.
    ///
    /// - Parameter afterLoss: is told of each loss once there is a successor.
    package func run<Value>(
        afterLoss: (RedisError) -> Void = { _ in },
        _ work: (any CommandChannel) throws(RedisError) -> Value
    ) throws(RedisError) -> Value {
        while true {
            do throws(RedisError) {
                return try work(connection)
            } catch {
                try replace(after: error)
                afterLoss(error)
            }
        }
    }

    /// Whether there is anybody who can tell if its server still is the master.
    package var isWatched: Bool { mastership != nil }

    /// Notes how the server stands, before anything is written that is to be confirmed.
    package func beginWrites() throws(RedisError) {
        try mastership?.begin(with: connection.connection(for: []))
    }

    /// Makes sure that what was acknowledged is not lost to a failover. Throws what a lost connection does where another server
    /// is the master, and where nobody can tell.
    package func confirmWrites() throws(RedisError) {
        try mastership?.confirmWrites(to: connection)
    }

    /// The same for a successor, before it is believed what it shows of former writes.
    package func confirm(_ successor: any CommandChannel) throws(RedisError) {
        try mastership?.confirmWrites(to: successor)
    }

    /// Notes that something got through.
    package func noteProgress() { losses.forget() }

    /// Replaces the channel that was lost. Throws why that cannot be.
    package func replace(after error: RedisError) throws(RedisError) {
        do throws(Ending) { adopt(try successor(after: error)) } catch { throw error.error }
    }

    /// Opens a successor of the channel that was lost, to be used once it is adopted.
    package func successor(after error: RedisError) throws(Ending) -> any CommandChannel {
        guard reopen != nil, error.nextStep(isRepeatable: true) == .reconnect else { throw .stop(error) }
        guard losses.note() else { throw .noProgress(error) }
        do { return try open(after: error) } catch { throw .unreachable(error) }
    }

    /// Takes a channel into use.
    package func adopt(_ successor: any CommandChannel) { connection = successor }

    /// Opens another channel, whatever `error` was, for a look at what a lost reply would have said. Throws `error` where
    /// there is no way to another one.
    package func open(after error: RedisError) throws(RedisError) -> any CommandChannel {
        guard let reopen else { throw error }
        let fresh = try reopen()
        fresh.retry = connection.retry
        return fresh
    }
}

extension Deployment {
    /// Opens another channel, trying for as long as a reply may take.
    ///
    /// - Parameters:
    ///   - name: the client name to take.
    ///   - former: what was lost: a cluster knows more of its servers than the one that it was entered by.
    ///   - mastership: who can tell those whose writes wait for the answer whether the server is the master: a first request to
    ///     stop does not end that question. Nil for those who only read.
    package func reopen(
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName(),
        after former: (any CommandChannel)? = nil,
        mastership: MasterCheck? = nil
    ) throws(RedisError) -> any CommandChannel {
        let entrances = [self] + (former?.members ?? []).map(Deployment.server)
        var retries = Retries(during: timeouts.command, end: timeouts.end)
        var tries = 0
        while true {
            let (channel, mayWrite) = try retries.run { () throws(RedisError) -> (any CommandChannel, Bool) in
                defer { tries += 1 }
                let channel = try entrances[tries % entrances.count].open(timeouts: timeouts, name: name)
                return (channel, try isMaster(channel, timeouts, mastership))
            }
            // While a failover is under way a replica may answer, or the former master.
            if mayWrite { return channel }
            guard try retries.rest(on: description) else { return try lastChoice(channel) }
        }
    }

    /// What is left when the time is over. A server that its Sentinels do not name would take writes that are lost.
    private func lastChoice(_ channel: any CommandChannel) throws(RedisError) -> any CommandChannel {
        guard case .sentinels(let sentinels) = self, channel.server.role != .replica else { return channel }
        let outcome = MasterNotFound.Outcome.notMaster(channel.endpoint.description)
        let attempts = sentinels.endpoints.map { MasterNotFound.Attempt(sentinel: $0.description, outcome: outcome) }
        let reason = MasterNotFound(masterName: sentinels.masterName, attempts: attempts)
        throw RedisError(target: description, phase: .connecting, cause: .masterNotFound(reason))
    }

    /// Whether a server may be written to, as far as it and the Sentinels know.
    private func isMaster(
        _ channel: any CommandChannel,
        _ timeouts: Timeouts,
        _ mastership: MasterCheck?
    ) throws(RedisError) -> Bool {
        guard channel.server.role != .replica else { return false }
        guard case .sentinels(let sentinels) = self else { return true }
        let check = mastership ?? MasterCheck(sentinels, timeouts: timeouts, heedsInterrupts: true)
        return try check.ask(about: channel.connection(for: [])) != .replaced
    }
}
