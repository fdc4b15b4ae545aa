import Glibc

/// One direction of a connection through a proxy: bytes read on one side, and not yet written on the other.
struct ProxyLane {
    private enum State {
        case passing
        case holding(until: ContinuousClock.Instant?)
        case swallowing(thenCut: Bool)
    }

    private let source: Int32
    private let target: Int32
    private var state = State.passing
    private var trigger: FaultTrigger?
    private let action: Fault.Action?
    private var pending: [UInt8] = []
    private var held: [UInt8] = []
    private var hasSourceEnded = false
    private var hasTargetEnded = false
    /// Whether the fault has struck.
    private(set) var hasStruck = false
    /// Whether the whole connection is to end once `pending` is written.
    private(set) var isCut = false

    init(from source: Int32, to target: Int32, fault: Fault?) {
        self.source = source
        self.target = target
        trigger = fault.map { FaultTrigger($0.trigger) }
        action = fault?.action
        if trigger?.isImmediate == true { strike() }
    }

    /// Whether the fault was a reset.
    var isReset: Bool {
        if case .reset? = action { isCut } else { false }
    }

    /// Whether nothing will pass any more.
    var isDone: Bool {
        hasTargetEnded || (isCut && pending.isEmpty)
    }

    /// Whether it waits for the test to release it.
    var isHolding: Bool {
        if case .holding(until: nil) = state { true } else { false }
    }

    /// When it is to go on by itself; nil when no time is set.
    var wakeTime: ContinuousClock.Instant? {
        if case .holding(let time?) = state { time } else { nil }
    }

    var wantsToRead: Bool {
        !hasSourceEnded && !isCut
    }

    var wantsToWrite: Bool {
        !pending.isEmpty && !hasTargetEnded
    }

    mutating func read() {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(source, &chunk, chunk.count, 0)
        if count > 0 {
            admit(Array(chunk.prefix(count)))
        } else if count == 0 || errno != EAGAIN {
            hasSourceEnded = true
        }
        passOnEnd()
    }

    mutating func write() {
        let count = send(target, pending, pending.count, Int32(MSG_NOSIGNAL))
        if count >= 0 {
            pending.removeFirst(count)
        } else if errno != EAGAIN {
            pending = []
            hasTargetEnded = true
        }
        passOnEnd()
    }

    /// Lets go of what was held back.
    mutating func release() {
        guard case .holding = state else { return }
        state = .passing
        pending += held
        held = []
        passOnEnd()
    }

    private mutating func admit(_ bytes: [UInt8]) {
        switch state {
        case .holding: held += bytes
        case .swallowing(let thenCut): isCut = thenCut
        case .passing:
            guard let count = trigger?.strike(in: bytes) else {
                pending += bytes
                return
            }
            pending += bytes.prefix(count)
            strike()
            if count < bytes.count { admit(Array(bytes.dropFirst(count))) }
        }
    }

    private mutating func strike() {
        trigger = nil
        hasStruck = true
        switch action {
        case .cut, .reset:
            isCut = true
            state = .swallowing(thenCut: true)
        case .swallow: state = .swallowing(thenCut: false)
        case .swallowThenCut: state = .swallowing(thenCut: true)
        case .delay(let time): state = .holding(until: .now + time)
        case .hold: state = .holding(until: nil)
        case nil: break
        }
    }

    /// Tells the target that its source has ended, once it has all that came before.
    private mutating func passOnEnd() {
        guard hasSourceEnded, pending.isEmpty, held.isEmpty, !hasTargetEnded else { return }
        if case .holding = state { return }
        shutdown(target, Int32(SHUT_WR))
        hasTargetEnded = true
    }
}
