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

    /// Sleeps before a try that has to end by the same deadline as all before it; false, without sleeping, when too little
    /// time is left for one. Whoever is told so gives up with the reason that it knows: a try that is cut short by the
    /// deadline would make a timeout of a refusal, and leave a write in doubt. Throws when the process is asked to stop.
    package mutating func restsForAnotherTry(by deadline: Deadline) throws(LinkError) -> Bool {
        var latest = deadline
        latest.instant -= deadline.allowance / Self.reserve
        guard !latest.hasPassed else { return false }
        try rest(until: latest)
        return true
    }

    /// The part of all the time that is kept for the last try.
    private static let reserve = 10

    /// Sleeps before a try that has a deadline of its own, not beyond the deadline. Throws when the process is asked to stop.
    package mutating func rest(until deadline: Deadline) throws(LinkError) {
        let jittered = pause / 2 + pause / 2 * Double.random(in: 0...1)
        pause = min(pause * 2, longest)
        try Poll.sleep(until: Deadline.after(jittered).orEarlier(deadline))
    }
}
