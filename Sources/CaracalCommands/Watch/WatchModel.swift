import Caracal
import Redis
import Text

/// All that a screen of `watch` shows.
struct WatchModel: Equatable {
    /// What is on the screen.
    enum Page: Equatable {
        case bus
        /// The groups and consumers of the stream of this name.
        case stream(String)
        case help
    }

    /// What the streams are sorted by.
    enum Order: String, CaseIterable {
        case lag
        case rate
        case length
        case table
    }

    /// The server, as it was reached.
    var server = ""
    /// The last frame; nil before the first one.
    var frame: WatchFrame?
    /// The moments before it.
    var history = WatchHistory()
    /// How long ago the last frame was, in milliseconds.
    var age: UInt64 = 0
    /// The time between frames, in milliseconds.
    var interval: UInt64 = 1000
    /// Whether no frames are fetched.
    var isPaused = false
    /// Why there is no newer frame; nil while all is well.
    var trouble: TerminalText?
    var page = Page.bus
    var order = Order.lag
    /// The place of the marked stream in the order shown.
    var marked = 0
    /// How many lines of a stream's page are scrolled away.
    var scrolled = 0

    /// The intervals that + and - walk through, in milliseconds.
    static let intervals: [UInt64] = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000]

    /// The streams in the order they are shown in, each with its place in the table.
    var streams: [(index: Int, stream: WatchedStream)] {
        let all = (frame?.streams ?? []).enumerated().map { (index: $0.offset, stream: $0.element) }
        return all.sorted { left, right in
            switch compare(left.stream, right.stream) {
            case true?: true
            case false?: false
            case nil: left.index < right.index
            }
        }
    }

    /// Shows another frame. The mark stays with its stream, wherever that comes to stand.
    mutating func show(_ frame: WatchFrame) {
        keepingMark { $0.frame = frame }
    }

    /// Changes something, and moves the mark to where its stream comes to stand.
    mutating func keepingMark(_ change: (inout WatchModel) -> Void) {
        let index = streams.dropFirst(marked).first?.index
        change(&self)
        marked = streams.firstIndex { $0.index == index } ?? marked
    }

    /// Whether the left one comes first; nil when they are alike. What is missing or cannot be read comes before all: it is
    /// worse than slow.
    private func compare(_ left: WatchedStream, _ right: WatchedStream) -> Bool? {
        guard order != .table else { return nil }
        let troubled = (left.observed.state.info == nil, right.observed.state.info == nil)
        if troubled.0 != troubled.1 { return troubled.0 }
        switch order {
        case .lag:
            guard let first = left.slowest?.distance else { return right.slowest == nil ? nil : false }
            guard let second = right.slowest?.distance else { return true }
            return first == second ? nil : first > second
        case .rate: return Self.greater(left.rateIn, right.rateIn)
        case .length: return Self.greater(left.observed.state.info?.length, right.observed.state.info?.length)
        case .table: return nil
        }
    }

    private static func greater<Value: Comparable>(_ left: Value?, _ right: Value?) -> Bool? {
        guard let left else { return right == nil ? nil : false }
        guard let right else { return true }
        return left == right ? nil : left > right
    }
}

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
