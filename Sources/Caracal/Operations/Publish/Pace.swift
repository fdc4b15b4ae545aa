import Redis

/// Keeps to a number of messages a second, by sleeping before a batch.
final class Pace {
    private let rate: Int
    private let start = ContinuousClock.now
    private var sent = 0

    init(rate: Int) {
        self.rate = rate
    }

    /// How many messages may go at once: a tenth of a second's worth.
    var burst: Int {
        max(1, rate / 10)
    }

    /// Waits until `count` more messages may be sent; not beyond a signal to stop.
    func wait(for count: Int) {
        let due = start + .seconds(1) * sent / rate
        sent += count
        let pause = due - .now
        if pause > .zero { try? Poll.sleep(until: .after(pause)) }
    }
}
