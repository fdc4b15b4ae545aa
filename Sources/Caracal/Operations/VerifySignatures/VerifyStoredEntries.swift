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
