import CMicrohttpd
import CSystem
import Glibc
import Redis
import Synchronization

/// Where the thread that speaks HTTP and the one that looks at the bus meet. Requests for metrics wait here for one look, which
/// answers all of them; those that come while it goes on wait for the same. Each is answered before its own time is over: a third
/// thread, which keeps the time, gives those that can wait no longer what is known by then. A look that time cuts short answers those
/// whose time is over with it; the others wait for the next.
final class ScrapeQueue: Sendable {
    /// What the looking side has to do next.
    enum Event {
        /// To look, until then.
        case look(until: Deadline)
        /// To tell the operator.
        case fault(SettingsError)
        /// To tell the operator, once, that a scrape whose time was this short was answered before the look was over.
        case cutShort(within: Duration)
        /// To end: a signal has come.
        case end
    }

    /// How many connections there may be. One more closes the one that has waited longest for its client, so that clients who
    /// keep connections and say nothing keep nobody out. As many may wait for a look.
    static let mostConnections = 64

    /// A connection of the library's; its pointer holds from `opened` to `closed`.
    private struct Client: Hashable, Sendable {
        private let address: UInt

        init(_ pointer: OpaquePointer) { address = UInt(bitPattern: pointer) }

        var pointer: OpaquePointer? { OpaquePointer(bitPattern: address) }
    }

    /// A request that waits for a look.
    private struct Waiting {
        let deadline: Deadline
        /// Whether a look was cut short before it got an answer.
        var wasPassedOver = false
    }

    private struct State {
        var open = OpenConnections<Client>(most: ScrapeQueue.mostConnections)
        var waiting: [Client: Waiting] = [:]
        /// What is known while a look goes on, and when that has to be over; nil while none does.
        var known: ScrapeResult?
        var lookEnd: Deadline?
        /// What those that waited get, until they fetch it.
        var answers: [Client: ScrapeAnswer] = [:]
        /// Requests that were taken on and are not answered to their end.
        var inHand = 0
        /// Why a request could not be judged, until that is told.
        var fault: SettingsError?
        /// What was told of that, until a request is judged again.
        var toldFault: SettingsError?
        /// The time of a scrape that was answered before a look was over, until that is told, and whether it was told.
        var shortTime: Duration?
        var hasToldShortTime = false
        var isEnding = false

        /// Puts down an answer for each for whom there is one.
        ///
        /// - Returns: who may fetch theirs.
        mutating func give(_ answer: (Waiting) -> ScrapeAnswer?) -> [Client] {
            let new = waiting.compactMapValues(answer)
            for (client, answer) in new {
                waiting[client] = nil
                answers[client] = answer
            }
            return Array(new.keys)
        }
    }

    private let rules: ScrapeRules
    private let state = Mutex(State())
    /// Wakes the thread that looks.
    private let lookWaker: ThreadWaker
    /// Wakes the thread that keeps the time.
    private let timeWaker: ThreadWaker

    init(_ rules: ScrapeRules) throws(SystemError) {
        self.rules = rules
        lookWaker = try ThreadWaker()
        timeWaker = try ThreadWaker()
    }
}

// MARK: - The thread that speaks HTTP

extension ScrapeQueue {
    /// A connection has opened.
    func opened(_ connection: OpaquePointer) {
        let surplus = state.withLock { state in
            let (waiting, answers) = (state.waiting, state.answers)
            return state.open.add(Client(connection)) { waiting[$0] == nil && answers[$0] == nil }
        }
        guard let surplus, let pointer = surplus.client.pointer else { return }
        let words = surplus.takesWords ? ScrapeAnswer.crowded.message : []
        words.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                cmicrohttpd_hang_up(pointer, start, bytes.count)
            } else {
                cmicrohttpd_hang_up(pointer, nil, 0)
            }
        }
    }

    /// A request whose head has come. One that announces a body is answered now, so that its body is not waited for; another one
    /// when it has come to its end, which leaves its connection open for the next.
    ///
    /// - Returns: whether its connection may go on.
    func begin(_ request: ScrapeRequest, on connection: OpaquePointer) -> Bool {
        state.withLock { state in
            state.inHand += 1
            state.open.begin(Client(connection))
        }
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
        lookWaker.wake()
        timeWaker.wake()
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
            case .look where state.waiting.count >= Self.mostConnections: return .crowded
            case .look(let time):
                state.toldFault = nil
                cmicrohttpd_suspend(connection)
                state.waiting[Client(connection)] = Waiting(deadline: .after(time))
                return nil
            }
        }
    }

    /// A request has been answered, or never will be.
    func ended(_ connection: OpaquePointer) {
        state.withLock { state in
            state.inHand -= 1
            state.answers[Client(connection)] = nil
            state.open.end(Client(connection))
        }
        lookWaker.wake()
    }

    /// A connection has been closed.
    func closed(_ connection: OpaquePointer) {
        state.withLock { $0.open.remove(Client(connection)) }
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

extension ScrapeQueue {
    /// Waits for something to do.
    func next() -> Event {
        while true {
            let event = state.withLock { state -> Event? in
                if let fault = state.fault {
                    state.fault = nil
                    return .fault(fault)
                }
                if let shortTime = state.shortTime {
                    (state.shortTime, state.hasToldShortTime) = (nil, true)
                    return .cutShort(within: shortTime)
                }
                state.lookEnd = Self.lookDeadline(state.waiting)
                return state.lookEnd.map { .look(until: $0) }
            }
            if Interruption.signal != nil { return .end }
            if let event { return event }
            lookWaker.wait(until: .distant)
        }
    }

    /// Until when to look: until the first who waits can wait no longer, and until the last where a look was too short for one of
    /// them; nil where nobody waits.
    private static func lookDeadline(_ waiting: [Client: Waiting]) -> Deadline? {
        let deadlines = waiting.values.map(\.deadline)
        let isLong = waiting.values.contains(where: \.wasPassedOver)
        let inOrder = { (one: Deadline, other: Deadline) in one.instant < other.instant }
        return isLong ? deadlines.max(by: inOrder) : deadlines.min(by: inOrder)
    }

    /// What is known so far by the look that goes on.
    func note(_ result: ScrapeResult) {
        state.withLock { $0.known = result }
    }

    /// Gives this answer to everybody who waits, but for those who have time for another look where this one was cut short.
    ///
    /// - Parameter end: when the look had to be over.
    func deliver(_ answer: ScrapeAnswer, ofLookUntil end: Deadline) {
        let isCut = end.hasPassed
        // In one step: a request that comes after it has been passed over by nothing.
        let answered = state.withLock { state in
            defer {
                (state.known, state.lookEnd) = (nil, nil)
                if isCut { for client in state.waiting.keys { state.waiting[client]?.wasPassedOver = true } }
            }
            return state.give { isCut && $0.deadline.instant > end.instant ? nil : answer }
        }
        Self.resume(answered)
    }

    /// Answers those who wait, and keeps those waiting for whom there is nothing.
    private func give(_ answer: (Waiting) -> ScrapeAnswer?) {
        Self.resume(state.withLock { $0.give(answer) })
    }

    private static func resume(_ clients: [Client]) {
        for client in clients { if let pointer = client.pointer { cmicrohttpd_resume(pointer) } }
    }

    /// Lets nobody wait for a look any more, and waits until every request in hand has been answered to its end, for at most two
    /// seconds.
    func finish() {
        state.withLock { $0.isEnding = true }
        timeWaker.wake()
        give { _ in .ending }
        var deadline = Deadline.after(.seconds(2))
        deadline.heedsInterrupts = false
        while !deadline.hasPassed, state.withLock({ $0.inHand > 0 }) { lookWaker.wait(until: deadline) }
    }
}

// MARK: - The thread that keeps the time

extension ScrapeQueue {
    /// Starts the thread, which ends with the exporter.
    func keepTime() throws(SystemError) {
        let queue = Unmanaged.passRetained(self)
        let status = csystem_start_thread(
            { argument in
                if let argument { Unmanaged<ScrapeQueue>.fromOpaque(argument).takeRetainedValue().answerInTime() }
                return nil
            },
            queue.toOpaque()
        )
        guard status != 0 else { return }
        queue.release()
        throw SystemError(code: status)
    }

    /// Answers each who can wait no longer with what is known by then.
    private func answerInTime() {
        while true {
            let (isDue, result) = state.withLock { state in
                let due = state.waiting.values.map(\.deadline).filter(\.hasPassed)
                // Only those that the look would have kept waiting.
                let cutShort = due.first { deadline in state.lookEnd.map { deadline.instant < $0.instant } ?? false }
                if !state.hasToldShortTime, let cutShort { state.shortTime = cutShort.allowance }
                return (!due.isEmpty, state.known)
            }
            if isDue {
                let answer = result.map { ScrapeAnswer.metrics($0.text) } ?? .nothingKnown
                give { $0.deadline.hasPassed ? answer : nil }
            }
            let (isEnding, first) = state.withLock { state in
                (state.isEnding, state.waiting.values.reduce(Deadline.distant) { $0.orEarlier($1.deadline) })
            }
            if isEnding { return }
            // The signal that ends the exporter is not this thread's.
            var next = first
            next.heedsInterrupts = false
            timeWaker.wait(until: next)
        }
    }
}
