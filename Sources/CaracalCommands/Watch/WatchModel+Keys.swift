import Caracal

extension WatchModel {
    /// Answers a key; false to leave.
    mutating func press(_ key: Key) -> Bool {
        switch (page, key) {
        case (_, .character("q")): return false
        case (_, .character("p")), (_, .character(" ")): isPaused.toggle()
        case (_, .character("+")), (_, .character("=")): step(-1)
        case (_, .character("-")): step(1)
        case (.help, _): page = .bus
        case (_, .character("?")), (_, .character("h")): page = .help
        case (.stream, _): pressOnStream(key)
        case (.bus, _): pressOnBus(key)
        }
        return true
    }

    private mutating func pressOnBus(_ key: Key) {
        let last = max(0, (frame?.streams.count ?? 0) - 1)
        switch key {
        case .character("s"):
            let orders = Order.allCases
            keepingMark { $0.order = orders[((orders.firstIndex(of: $0.order) ?? 0) + 1) % orders.count] }
        case .up, .character("k"): marked = max(0, marked - 1)
        case .down, .character("j"): marked = min(last, marked + 1)
        case .enter, .right:
            guard let stream = streams.dropFirst(marked).first else { return }
            (page, scrolled) = (.stream(stream.stream.observed.definition.name), 0)
        default: break
        }
    }

    private mutating func pressOnStream(_ key: Key) {
        switch key {
        case .escape, .left: page = .bus
        case .up, .character("k"): scrolled = max(0, scrolled - 1)
        // How far there is to go only the screen knows; it clips.
        case .down, .character("j"): scrolled = min(scrolled + 1, 10_000)
        default: break
        }
    }

    /// The next interval in a direction.
    private mutating func step(_ direction: Int) {
        let all = Self.intervals
        let next = direction > 0 ? all.first { $0 > interval } : all.last { $0 < interval }
        interval = next ?? interval
    }
}
