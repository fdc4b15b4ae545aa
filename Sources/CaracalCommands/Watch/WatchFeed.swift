import Caracal
import Redis

/// Frames from a server, over connections that are replaced when they are lost.
struct WatchFeed {
    private let session: Session
    private let name = ConnectionName()
    private var watch: Watch
    private(set) var connection: any CommandChannel
    private var isLost = false
    private var backoff = Self.pauses
    private var nextTry = ContinuousClock.now

    private static let pauses = Backoff(first: .milliseconds(250), longest: .seconds(5))

    /// Connects, and looks once so that the first frame that is shown is whole.
    init(_ session: Session, claimIdle: UInt64) throws {
        self.session = session
        watch = Watch(claimIdle: claimIdle)
        connection = try session.connect(as: name)
        // A lost server is to be seen at once, and not only once its successor is found.
        connection.retry = nil
        _ = try watch.next(on: connection)
    }

    /// The next frame; nil while it is too early to try again. After a lost connection another one is opened, with longer
    /// and longer pauses between the tries.
    mutating func next() throws(RedisError) -> WatchFrame? {
        guard !isLost || ContinuousClock.now >= nextTry else { return nil }
        do {
            if isLost {
                // A cluster knows more of its servers than the one that it was entered by.
                if !connection.isCluster { connection = try reopen() }
                _ = try watch.next(on: connection)
            }
            let frame = try watch.next(on: connection)
            (isLost, backoff) = (false, Self.pauses)
            return frame
        } catch {
            isLost = true
            nextTry = .now + backoff.next()
            throw error
        }
    }

    /// In one try, and without a word: the screen shows what is wrong, and between the tries keys are heeded.
    private func reopen() throws(RedisError) -> any CommandChannel {
        try session.settings.deployment.open(timeouts: session.settings.timeouts, name: name)
    }
}
