import Caracal
import Glibc
import Redis
import Rendering
import Text

/// One run of `watch` on a terminal: fetch, show, wait, answer keys.
struct WatchRun {
    private let session: Session
    private var feed: WatchFeed
    private var model = WatchModel()
    private let screen: LiveScreen
    private let events = ScreenEvents()
    /// Frames still to be shown; nil for no end.
    private var left: UInt64?
    private var lastFrame = ContinuousClock.now
    private var nextFrame = ContinuousClock.now

    /// Connects, and only then takes over the terminal: what is wrong from the start is said where it stays.
    init(_ session: Session, claimIdle: UInt64, interval: UInt64, count: UInt64?) throws {
        self.session = session
        feed = try WatchFeed(session, claimIdle: claimIdle)
        model.interval = interval
        model.server = Self.describe(feed.connection)
        model.keys = feed.keys
        left = count
        screen = try LiveScreen(session.stream)
    }

    /// Runs until it is left. The terminal is put back with the last reference to the screen.
    mutating func run() throws -> ExitStatus {
        while true {
            if !model.isPaused, ContinuousClock.now >= nextFrame {
                try fetch()
                if left == 0 { return .success }
            }
            try show()
            switch events.next(until: .after(max(.zero, wait))) {
            case .nothing, .resized: break
            case .suspended: try screen.suspend()
            case .closed: return .success
            case .stopped(let signal): return signal == SIGINT ? .success : ExitStatus(signal: signal)
            case .keys(let keys):
                for key in keys where !model.press(key) { return .success }
                if model.detail == nil { fetchDetail() }
            }
        }
    }

    /// Until the next frame is due, or for the age of an old one to be shown anew.
    private var wait: Duration {
        let second = Duration.seconds(1)
        return model.isPaused ? second : min(nextFrame - .now, second)
    }

    private mutating func fetch() throws(RedisError) {
        nextFrame = .now + .milliseconds(model.interval)
        do throws(RedisError) {
            guard let frame = try feed.next() else { return }
            model.show(frame)
            model.history.append(frame)
            model.trouble = nil
            model.server = Self.describe(feed.connection)
            lastFrame = .now
            left = left.map { $0 - 1 }
            // An entry never changes.
            if model.detail == nil || !model.isEntry { fetchDetail() }
        } catch {
            // A signal is an event like a key.
            guard error.mayPass || error.signal != nil else { throw error }
            model.trouble = CommandError(error).message
            model.history.appendGap()
        }
    }

    /// Looks at what the page is about, where that is in no frame.
    private mutating func fetchDetail() {
        guard let target = model.target else { return }
        do {
            if let detail = try feed.look(at: target) { model.detail = detail }
        } catch {
            model.trouble = CommandError(error).message
        }
    }

    private mutating func show() throws {
        model.age = UInt64(clamping: (ContinuousClock.now - lastFrame).milliseconds)
        let size = screen.size
        let content = WatchScreen(
            model: model,
            size: size,
            usesColour: session.stream.look.usesColour,
            usesUnicode: Locale.isUTF8(),
            route: FixRoute(session, to: feed.connection.endpoint),
            zone: session.stream.look.zone
        )
        try screen.show(content.lines, size)
    }

    private static func describe(_ connection: any CommandChannel) -> String {
        let facts = [connection.server.version?.shortText, connection.server.standing].compactMap { $0 }
        return connection.endpoint.description + (facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))")
    }
}

/// Frames from a server, over connections that are replaced when they are lost.
struct WatchFeed {
    private let session: Session
    private let name = ConnectionName()
    private var watch: Watch
    /// Which keys there are to check signatures with.
    let keys: WatchKeys
    private(set) var connection: any CommandChannel
    private var isLost = false
    private var backoff = Backoff.onScreen
    private var nextTry = ContinuousClock.now

    /// Connects, and looks once so that the first frame that is shown is whole.
    init(_ session: Session, claimIdle: UInt64) throws {
        self.session = session
        let (keys, states) = DoctorSetup.keys(session.source)
        self.keys = WatchKeys(keys, states)
        watch = Watch(
            claimIdle: claimIdle,
            keys: keys,
            requiresSignatures: SignatureRules(session.source).requiresSignatures
        )
        connection = try session.connect(as: name)
        // A lost server is to be seen at once, and not only once its successor is found.
        connection.retry = nil
        try prepare()
    }

    /// Looks once so that the frame that follows, at once, is whole but for its rates.
    private mutating func prepare() throws(RedisError) {
        _ = try watch.next(on: connection)
        watch.forgetRates()
    }

    /// The next frame; nil while it is too early to try again. After a lost connection another one is opened, with longer
    /// and longer pauses between the tries. An error that may not pass (`RedisError.mayPass`) is the last: who watches ends with it.
    mutating func next() throws(RedisError) -> WatchFrame? {
        guard !isLost || ContinuousClock.now >= nextTry else { return nil }
        do {
            if isLost {
                // A cluster knows more of its servers than the one that it was entered by.
                if !connection.isCluster { connection = try reopen() }
                try prepare()
            }
            let frame = try watch.next(on: connection)
            (isLost, backoff) = (false, .onScreen)
            return frame
        } catch {
            isLost = true
            nextTry = .now + backoff.next()
            throw error
        }
    }

    /// What a page shows beside the frames; nil while there is no connection.
    mutating func look(at target: WatchTarget) throws(RedisError) -> WatchDetail? {
        guard !isLost else { return nil }
        do { return try target.look(on: connection) } catch {
            isLost = true
            throw error
        }
    }

    /// In one try, and without a word: the screen shows what is wrong, and between the tries keys are heeded.
    private func reopen() throws(RedisError) -> any CommandChannel {
        try session.settings.deployment.open(timeouts: session.settings.timeouts, name: name)
    }
}

/// Which signatures `watch` can check.
enum WatchKeys: String {
    case all
    /// Those of the audit events alone: STREAMS_HMAC_KEY is not set.
    case audit
    /// None: there is no key.
    case none
    /// A key is set that cannot be used.
    case unusable

    init(_ keys: SignatureKeys, _ states: [LocalSetup.Key]) {
        let hasUnusable = states.contains(where: \.isUnusable)
        self = hasUnusable ? .unusable : keys.fields != nil ? .all : keys.audit != nil ? .audit : .none
    }

    /// What a screen says of it; nil where all is checked.
    var note: String? {
        switch self {
        case .all: nil
        case .audit: "sigs: audit only"
        case .none: "sigs: no key"
        case .unusable: "sigs: bad key"
        }
    }
}

/// What the locale says of a terminal.
enum Locale {
    /// Whether text is UTF-8: by LC_ALL, LC_CTYPE and LANG, the first that is set.
    static func isUTF8(_ source: SettingsSource = .process) -> Bool {
        let value = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { source.variable($0)?.value }.first ?? ""
        let name = value.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }
}
