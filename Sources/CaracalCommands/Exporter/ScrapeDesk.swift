import CMicrohttpd
import Glibc
import Redis
import Synchronization

/// Where the thread that speaks HTTP and the one that looks at the bus meet. Requests for metrics wait here for one look, which
/// answers all of them; those that come while it goes on wait for the same.
final class ScrapeDesk: Sendable {
    /// What the looking side has to do next.
    enum Event {
        /// To look, until then.
        case look(until: Deadline)
        /// To tell the operator.
        case fault(SettingsError)
        /// To end: a signal has come.
        case end
    }

    /// How many connections there may be. One more closes the one that has waited longest for its client, so that clients who
    /// keep connections and say nothing keep nobody out.
    private static let mostConnections = 64

    /// A connection of the library's; its pointer holds from `opened` to `closed`.
    private struct Client: Hashable, Sendable {
        private let address: UInt

        init(_ pointer: OpaquePointer) { address = UInt(bitPattern: pointer) }

        var pointer: OpaquePointer? { OpaquePointer(bitPattern: address) }
    }

    private struct State {
        /// Open connections, each with the moment when it opened or was answered last.
        var open: [Client: ContinuousClock.Instant] = [:]
        /// Those that wait for a look.
        var waiting: Set<Client> = []
        /// Until when the first of them waits.
        var deadline: Deadline?
        /// What those that waited get, until they fetch it.
        var answers: [Client: ScrapeAnswer] = [:]
        /// Requests that were taken on and are not answered to their end.
        var inHand = 0
        /// Why a request could not be judged, until that is told.
        var fault: SettingsError?
        /// What was told of that, until a request is judged again.
        var toldFault: SettingsError?
        var isEnding = false
    }

    private let rules: ScrapeRules
    private let state = Mutex(State())
    private let bell: Bell

    init(_ rules: ScrapeRules) throws(SystemError) {
        self.rules = rules
        bell = try Bell()
    }
}

// MARK: - The thread that speaks HTTP

extension ScrapeDesk {
    /// A connection has opened.
    func opened(_ connection: OpaquePointer) {
        let surplus = state.withLock { state -> Client? in
            state.open[Client(connection)] = .now
            guard state.open.count > Self.mostConnections else { return nil }
            let idle = state.open.filter { !state.waiting.contains($0.key) && state.answers[$0.key] == nil }
            let oldest = idle.min { $0.value < $1.value }?.key
            if let oldest { state.open[oldest] = nil }
            return oldest
        }
        if let pointer = surplus?.pointer { cmicrohttpd_hang_up(pointer) }
    }

    /// A request whose head has come. One that announces a body is answered now, so that its body is not waited for; another one
    /// when it has come to its end, which leaves its connection open for the next.
    ///
    /// - Returns: whether its connection may go on.
    func begin(_ request: ScrapeRequest, on connection: OpaquePointer) -> Bool {
        state.withLock { $0.inHand += 1 }
        return request.hasBody ? proceed(request, on: connection) : true
    }

    /// A request that is whole, or that may go on since its answer is there.
    ///
    /// - Returns: whether its connection may go on.
    func proceed(_ request: ScrapeRequest, on connection: OpaquePointer) -> Bool {
        if let answer = state.withLock({ $0.answers.removeValue(forKey: Client(connection)) }) {
            return Self.send(answer, on: connection)
        }
        let answer = take(rules.decide(request), on: connection)
        bell.ring()
        return answer.map { Self.send($0, on: connection) } ?? true
    }

    /// What is answered at once; nil where the request waits for a look.
    private func take(_ decision: ScrapeRules.Decision, on connection: OpaquePointer) -> ScrapeAnswer? {
        state.withLock { state in
            switch decision {
            case .answer(let answer): return answer
            case .fault(let answer, let error):
                if state.toldFault != error { state.fault = error }
                state.toldFault = error
                return answer
            case .look where state.isEnding: return .ending
            case .look(let time):
                state.toldFault = nil
                cmicrohttpd_suspend(connection)
                state.waiting.insert(Client(connection))
                state.deadline = state.deadline ?? .after(time)
                return nil
            }
        }
    }

    /// A request has been answered, or never will be.
    func ended(_ connection: OpaquePointer) {
        state.withLock { state in
            state.inHand -= 1
            state.answers[Client(connection)] = nil
            if state.open[Client(connection)] != nil { state.open[Client(connection)] = .now }
        }
        bell.ring()
    }

    /// A connection has been closed.
    func closed(_ connection: OpaquePointer) {
        state.withLock { $0.open[Client(connection)] = nil }
    }

    private static func send(_ answer: ScrapeAnswer, on connection: OpaquePointer) -> Bool {
        answer.body.withUnsafeBytes { body in
            cmicrohttpd_answer(
                connection,
                answer.status,
                answer.type,
                body.baseAddress,
                body.count,
                answer.header?.name,
                answer.header?.value
            ) != 0
        }
    }
}

// MARK: - The thread that looks

extension ScrapeDesk {
    /// Waits for something to do.
    func next() -> Event {
        while true {
            let event = state.withLock { state -> Event? in
                if let fault = state.fault {
                    state.fault = nil
                    return .fault(fault)
                }
                return state.deadline.map { .look(until: $0) }
            }
            if Interruption.signal != nil { return .end }
            if let event { return event }
            bell.wait(until: .distant)
        }
    }

    /// Gives everybody who waits this answer.
    func deliver(_ answer: ScrapeAnswer) {
        let clients = state.withLock { state in
            let clients = state.waiting
            for client in clients { state.answers[client] = answer }
            state.waiting = []
            state.deadline = nil
            return clients
        }
        for client in clients { if let pointer = client.pointer { cmicrohttpd_resume(pointer) } }
    }

    /// Lets nobody wait for a look any more, and waits until every request in hand has been answered to its end, for at most two
    /// seconds.
    func finish() {
        state.withLock { $0.isEnding = true }
        deliver(.ending)
        var deadline = Deadline.after(.seconds(2))
        deadline.heedsInterrupts = false
        while !deadline.hasPassed, state.withLock({ $0.inHand > 0 }) { bell.wait(until: deadline) }
    }
}
