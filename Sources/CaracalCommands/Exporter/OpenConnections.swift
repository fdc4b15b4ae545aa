/// The connections that are open, and which of them goes when there are too many: the one that has waited longest for its client.
struct OpenConnections<Client: Hashable & Sendable>: Sendable {
    /// One that has to go.
    struct Surplus: Equatable {
        let client: Client
        /// Whether it can be told why: it is neither in the middle of an answer, nor had one, since words would be taken for the
        /// answer to its next request then.
        let takesWords: Bool
    }

    private struct Open {
        /// When it opened, or was answered last, as a place in the order of all.
        var since: Int
        /// Whether it has had an answer.
        var wasAnswered = false
        /// Whether a request has begun that is not answered to its end.
        var isInHand = false
    }

    private let most: Int
    private var open: [Client: Open] = [:]
    private var events = 0

    /// - Parameter most: how many there may be.
    init(most: Int) { self.most = most }

    /// Notes one that has opened.
    ///
    /// - Parameter canGo: whether one in whose hand a request is may go.
    /// - Returns: one that goes, where there were as many as there may be; it is not among them any more. None where all of them wait for an
    ///   answer of ours.
    mutating func add(_ client: Client, canGo: (Client) -> Bool) -> Surplus? {
        let surplus = open.count < most ? nil : oldest { !$0.value.isInHand } ?? oldest { canGo($0.key) }
        if let surplus { open[surplus.client] = nil }
        open[client] = Open(since: next())
        return surplus
    }

    private func oldest(where isCandidate: ((key: Client, value: Open)) -> Bool) -> Surplus? {
        open.filter { isCandidate(($0.key, $0.value)) }.min { $0.value.since < $1.value.since }.map {
            Surplus(client: $0.key, takesWords: !$0.value.isInHand && !$0.value.wasAnswered)
        }
    }

    /// Notes that a request has begun.
    mutating func begin(_ client: Client) { open[client]?.isInHand = true }

    /// Notes that a request has been answered, or never will be.
    mutating func end(_ client: Client) {
        guard open[client] != nil else { return }
        open[client] = Open(since: next(), wasAnswered: true)
    }

    /// Notes one that was closed.
    mutating func remove(_ client: Client) { open[client] = nil }

    private mutating func next() -> Int {
        events += 1
        return events
    }
}
