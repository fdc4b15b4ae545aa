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

    /// Sleeps, not beyond the deadline. Throws when the process is asked to stop.
    package mutating func rest(until deadline: Deadline) throws(LinkError) {
        let jittered = pause / 2 + pause / 2 * Double.random(in: 0...1)
        pause = min(pause * 2, longest)
        try Poll.sleep(until: Deadline.after(jittered).orEarlier(deadline))
    }
}
