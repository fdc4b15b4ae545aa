import Redis
import Text

/// Checks the signatures of entries in a file, one JSON object a line, without a server: `verify-sig --offline`.
package struct VerifyStoredEntries: Sendable {
    /// The file, open for reading. It is not closed here.
    package let descriptor: Int32
    /// The streams whose entries are checked; those of all streams when there are none here.
    package let targets: [SignatureTarget]

    /// How many lines are read between two calls of `afterLines`.
    private static let pause = 1_024

    package init(descriptor: Int32, targets: [SignatureTarget]) {
        self.descriptor = descriptor
        self.targets = targets
    }

    /// Checks line after line; `afterLines` is called with the number of lines every now and then. It ends at the first
    /// line that is no entry, and the report says so beside what was found before it.
    package func run(_ check: inout SignatureCheck, afterLines: (Int) throws -> Void) throws -> SignatureReport {
        var streams = StoredStreams(targets: targets)
        var lines = LineReader(descriptor: descriptor)
        var scanner = StoredEntryScanner()
        var entry = StoredEntry()
        while check.report.ending == .complete {
            do {
                guard try lines.advance() else { break }
                if MessageScanner.isBlank(lines.bytes, lines.line) { continue }
                try scanner.scan(lines.bytes, lines.line, into: &entry)
                switch streams.select(entry.stream, in: &check) {
                case .selected: try check.check(stored: entry)
                case .leftOut: break
                case .tooMany: check.report.ending = .tooManyStreams(line: lines.number, limit: StoredStreams.limit)
                }
            } catch let error as JSONError {
                check.report.ending = .malformed(line: lines.number, error)
            } catch let error as LineReaderError where error != .interrupted {
                check.report.ending = .unreadable(error)
            } catch LineReaderError.interrupted {
                // The signal is looked at below.
            }
            if let signal = Interruption.signal { check.report.ending = .interrupted(signal: signal) }
            if lines.number % Self.pause == 0 { try afterLines(lines.number) }
        }
        streams.finish(&check)
        return check.report
    }
}

extension SignatureCheck {
    /// Checks an entry that was read from a file.
    fileprivate mutating func check(stored entry: StoredEntry) throws(CryptographyError) {
        try check(id: entry.id[...], entry.message.fields, in: entry.message.bytes)
    }
}

/// The streams that a file's lines belong to, which may come in any order.
struct StoredStreams {
    /// What became of choosing a line's stream.
    enum Choice {
        /// The check is set to it.
        case selected
        /// It is not among those that are wanted.
        case leftOut
        /// There are too many to keep apart in bounded memory.
        case tooMany
    }

    private let targets: [SignatureTarget]
    private var streams: [CheckedStream]
    private var places: [[UInt8]: Int] = [:]
    /// The stream the check is set to, as an index into `streams`.
    private var current: Int?

    /// How many streams are kept apart.
    static let limit = 10_000

    init(targets: [SignatureTarget]) {
        self.targets = targets
        streams = targets.map { CheckedStream(target: $0) }
        for (place, target) in targets.enumerated() { places[target.key] = place }
    }

    /// Sets the check to the stream called `key`.
    mutating func select(_ key: [UInt8], in check: inout SignatureCheck) -> Choice {
        if let current, streams[current].target.key == key { return .selected }
        if places[key] == nil {
            guard targets.isEmpty else { return .leftOut }
            guard streams.count < Self.limit else { return .tooMany }
            places[key] = streams.count
            streams.append(CheckedStream(target: SignatureTarget(key: key)))
        }
        save(check)
        current = places[key]
        if let current { check.stream = streams[current] }
        return .selected
    }

    /// Puts all of them into the report.
    mutating func finish(_ check: inout SignatureCheck) {
        save(check)
        check.report.streams = streams
    }

    private mutating func save(_ check: SignatureCheck) {
        if let current { streams[current] = check.stream }
    }
}
