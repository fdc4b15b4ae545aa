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
        /// The pending entries of a group of this stream, of one consumer or of all.
        case pending(String, group: [UInt8], consumer: [UInt8]?)
        /// The dead letters of the stream of this name.
        case deadLetters(String)
        /// One entry of the stream with this key.
        case entry(key: [UInt8], EntryID)
        case help
    }

    /// What the rows of the bus are sorted by.
    enum Order: String, CaseIterable {
        case lag
        case rate
        case length
        case table
        case behind
    }

    /// The server, as it was reached.
    var server = ""
    /// Which signatures are checked.
    var keys = WatchKeys.all
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
    /// What the page shows that no frame has; nil while it was not looked at.
    var detail: WatchDetail?
    var order = Order.lag
    /// Whether the bus is shown group by group, rather than stream by stream.
    var showsGroups = false
    /// What the names of streams or groups must have in them to be shown; empty for all.
    var filter = ""
    /// Whether keys are letters of the filter.
    var isFiltering = false
    /// The place of the marked row in the order shown.
    var marked = 0
    /// How many lines of an entry's page are scrolled away.
    var scrolled = 0
    /// The pages that led to this one, and where they stood.
    private var trail: [Place] = []

    private struct Place: Equatable {
        let page: Page
        let marked: Int
        let scrolled: Int
    }

    /// The intervals that + and - walk through, in milliseconds.
    static let intervals: [UInt64] = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000]

    /// How many lines a page key goes.
    private static let pageLength = 10

    /// Shows another frame. The mark stays with its row, wherever that comes to stand.
    mutating func show(_ frame: WatchFrame) {
        keepingMark { $0.frame = frame }
    }

    /// Changes something, and moves the mark to where its row comes to stand.
    mutating func keepingMark(_ change: (inout WatchModel) -> Void) {
        guard page == .bus else { return change(&self) }
        let row = rows.dropFirst(marked).first
        change(&self)
        let now = rows
        let place = now.firstIndex { row?.isSame(as: $0) == true }
        marked = place ?? max(0, min(marked, now.count - 1))
    }

    /// The stream of this name in the last frame.
    func stream(named name: String) -> WatchedStream? {
        frame?.streams.first { $0.observed.definition.name.utf8.elementsEqual(name.utf8) }
    }

    /// What must be looked at for the page beside the frames; nil for nothing.
    var target: WatchTarget? {
        switch page {
        case .bus, .stream, .help: nil
        case .pending(let name, let group, let consumer):
            stream(named: name).map { .pending($0.observed.definition, group: group, consumer: consumer) }
        case .deadLetters(let name): stream(named: name).map { .deadLetters($0.observed.definition) }
        case .entry(let key, let id): .entry(key: key, id)
        }
    }

    /// Whether one entry is shown.
    var isEntry: Bool { if case .entry = page { true } else { false } }

    /// The page before this one.
    var origin: Page? { trail.last?.page }
}

extension WatchModel {
    /// Answers a key; false to leave.
    mutating func press(_ key: Key) -> Bool {
        if isFiltering, page == .bus {
            type(key)
            return true
        }
        switch (page, key) {
        case (_, .character("q")): return false
        case (_, .character("p")), (_, .character(" ")): isPaused.toggle()
        case (_, .character("+")), (_, .character("=")): step(-1)
        case (_, .character("-")): step(1)
        case (.help, _): back()
        case (_, .character("?")), (_, .character("h")): open(.help)
        case (.bus, _): pressOnBus(key)
        case (_, .escape), (_, .left): back()
        case (.entry, _): scroll(key)
        case (_, .character("d")):
            if case .stream(let name) = page { open(.deadLetters(name)) }
        default: if !move(key), key == .enter || key == .right { enter() }
        }
        return true
    }

    private mutating func pressOnBus(_ key: Key) {
        switch key {
        case .character("s"):
            let orders = Order.allCases
            keepingMark { $0.order = orders[((orders.firstIndex(of: $0.order) ?? 0) + 1) % orders.count] }
        case .character("g"):
            showsGroups.toggle()
            marked = 0
        case .character("/"): isFiltering = true
        case .escape: keepingMark { $0.filter = "" }
        case .character("d"):
            guard let row = rows.dropFirst(marked).first else { return }
            open(.deadLetters(row.stream.observed.definition.name))
        case .enter, .right: enter()
        default: _ = move(key)
        }
    }

    /// A letter of the filter, or what ends it.
    private mutating func type(_ key: Key) {
        switch key {
        case .character(let letter): keepingMark { $0.filter.append(letter) }
        case .backspace: keepingMark { if !$0.filter.isEmpty { $0.filter.removeLast() } }
        case .enter: isFiltering = false
        case .escape:
            isFiltering = false
            keepingMark { $0.filter = "" }
        default: _ = move(key)
        }
    }

    /// Opens what the marked row is about.
    private mutating func enter() {
        switch page {
        case .bus:
            guard let row = rows.dropFirst(marked).first else { return }
            let name = row.stream.observed.definition.name
            guard let group = row.group else { return open(.stream(name)) }
            if group.standing.info != nil { open(.pending(name, group: group.standing.name, consumer: nil)) }
        case .stream(let name):
            guard let row = stream(named: name).map({ Self.streamRows(of: $0) })?.dropFirst(marked).first,
                row.group.standing.info != nil
            else { return }
            open(.pending(name, group: row.group.standing.name, consumer: row.consumer?.info.name))
        case .pending(let name, _, _):
            guard case .pending(let entries)? = detail, let entry = entries.dropFirst(marked).first,
                let stream = stream(named: name)
            else { return }
            open(.entry(key: stream.observed.definition.key, entry.id))
        case .deadLetters:
            guard case .deadLetters(let items)? = detail, let item = items.dropFirst(marked).first else { return }
            open(.entry(key: item.stream, item.id))
        case .entry, .help: break
        }
    }

    private mutating func open(_ next: Page) {
        trail.append(Place(page: page, marked: marked, scrolled: scrolled))
        (page, marked, scrolled, detail) = (next, 0, 0, nil)
    }

    private mutating func back() {
        let place = trail.popLast() ?? Place(page: .bus, marked: 0, scrolled: 0)
        (page, marked, scrolled, detail) = (place.page, place.marked, place.scrolled, nil)
    }

    /// Moves the mark; false for any other key.
    private mutating func move(_ key: Key) -> Bool {
        guard let distance = Self.distance(key) else { return false }
        marked = max(0, min(marked + distance, rowCount - 1))
        return true
    }

    /// How far there is to go only the screen knows; it clips.
    private mutating func scroll(_ key: Key) {
        guard let distance = Self.distance(key) else { return }
        scrolled = max(0, min(scrolled + distance, 100_000))
    }

    private static func distance(_ key: Key) -> Int? {
        switch key {
        case .up, .character("k"): -1
        case .down, .character("j"): 1
        case .pageUp: -pageLength
        case .pageDown: pageLength
        default: nil
        }
    }

    private var rowCount: Int {
        switch page {
        case .bus: rows.count
        case .stream(let name): stream(named: name).map { Self.streamRows(of: $0).count } ?? 0
        case .pending, .deadLetters:
            switch detail {
            case .pending(let entries): entries.count
            case .deadLetters(let items): items.count
            case .entry, .refused, nil: 0
            }
        case .entry, .help: 0
        }
    }

    /// The next interval in a direction.
    private mutating func step(_ direction: Int) {
        let all = Self.intervals
        let next = direction > 0 ? all.first { $0 > interval } : all.last { $0 < interval }
        interval = next ?? interval
    }
}
