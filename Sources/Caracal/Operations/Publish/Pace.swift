import Redis

/// Keeps to a number of messages a second, by sleeping before a batch.
final class Pace {
    private let rate: Int
    /// When the next batch may be sent.
    private var next: ContinuousClock.Instant?

    init(rate: Int) {
        self.rate = rate
    }

    /// How many messages may go at once: a tenth of a second's worth.
    var burst: Int {
        max(1, rate / 10)
    }

    /// Waits until `count` more messages may be sent; not beyond a signal to stop. Time in which nothing was sent is not
    /// made up for.
    func wait(for count: Int) {
        let pause = pause(at: .now)
        if pause > .zero { try? Poll.sleep(until: .after(pause)) }
        note(count, at: .now)
    }

    /// How long nothing may be sent yet.
    func pause(at now: ContinuousClock.Instant) -> Duration {
        next.map { max(.zero, $0 - now) } ?? .zero
    }

    /// Counts what is sent.
    func note(_ count: Int, at now: ContinuousClock.Instant) {
        next = now + pause(at: now) + .seconds(1) * count / rate
    }
}
