import Redis

/// A line of an export file, checked to be what was written.
struct ExportedLine {
    let stream: [UInt8]
    let id: EntryID
    let message: Message
    let deployment: String
    let isLast: Bool

    /// Reads lines, one after the other.
    struct Reader {
        private var entryScanner = StoredEntryScanner()
        private var entry = StoredEntry()
        private var marks = ExportMarks()

        mutating func read(_ bytes: [UInt8], _ range: Range<Int>, number: Int) throws -> ExportedLine {
            do throws(JSONError) {
                try entryScanner.scan(bytes, range, into: &entry)
                marks = try ExportMarks(bytes, range)
            } catch {
                throw PurgeError.malformed(line: number, error)
            }
            guard let id = EntryID(entry.id) else { throw PurgeError.incomplete(line: number, key: "id") }
            guard let deployment = marks.deployment else {
                throw PurgeError.incomplete(line: number, key: "deployment")
            }
            guard marks.hasDigest else { throw PurgeError.incomplete(line: number, key: "digest") }
            guard let line = marks.line else { throw PurgeError.incomplete(line: number, key: "line") }
            guard line == String(number) else { throw PurgeError.outOfOrder(line: number) }
            guard try ExportSeal.holds(bytes, range) else { throw PurgeError.altered(line: number) }
            return ExportedLine(
                stream: entry.stream,
                id: id,
                message: entry.message,
                deployment: deployment,
                isLast: marks.isLast
            )
        }
    }
}

/// What a line of an export says of itself. What it holds is stepped over: that may look like anything.
private struct ExportMarks {
    private(set) var line: String?
    private(set) var deployment: String?
    private(set) var isLast = false
    private(set) var hasDigest = false

    init() {}

    init(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONError) {
        var scanner = JSONScanner(bytes, range)
        scanner.skipSpace()
        try scanner.skipObject { scanner, name throws(JSONError) in
            let key = String(decoding: scanner.resolved(name), as: UTF8.self)
            let start = scanner.position
            try scanner.skipValue()
            let value = start..<scanner.position
            switch key {
            case "line": line = String(decoding: scanner.bytes[value], as: UTF8.self)
            case "deployment": deployment = scanner.text(value)
            case "last": isLast = scanner.bytes[value].elementsEqual("true".utf8)
            case "digest": hasDigest = true
            default: break
            }
        }
    }
}

extension JSONScanner {
    /// The text of a string that was stepped over, its quotes included; nil for another value.
    fileprivate func text(_ value: Range<Int>) -> String? {
        guard bytes[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
        return String(decoding: resolved(value.lowerBound + 1..<value.upperBound - 1), as: UTF8.self)
    }
}
