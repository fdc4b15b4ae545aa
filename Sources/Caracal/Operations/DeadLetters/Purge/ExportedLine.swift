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
        private var lineScanner = MessageScanner()
        private var entry = StoredEntry()
        private var line = Message()

        mutating func read(_ bytes: [UInt8], _ range: Range<Int>, number: Int) throws -> ExportedLine {
            do throws(JSONError) {
                try entryScanner.scan(bytes, range, into: &entry)
                try lineScanner.scan(bytes, range, into: &line)
            } catch {
                throw PurgeError.malformed(line: number, error)
            }
            guard let id = EntryID(entry.id) else { throw PurgeError.incomplete(line: number, key: "id") }
            let deployment = try text("deployment", number)
            let isLast = line.text("last") == "true"
            _ = try text("digest", number)
            guard try text("line", number) == String(number) else { throw PurgeError.outOfOrder(line: number) }
            guard try ExportSeal.holds(bytes, range) else { throw PurgeError.altered(line: number) }
            return ExportedLine(
                stream: entry.stream,
                id: id,
                message: entry.message,
                deployment: deployment,
                isLast: isLast
            )
        }

        private func text(_ key: String, _ number: Int) throws(PurgeError) -> String {
            guard let text = line.text(key) else { throw .incomplete(line: number, key: key) }
            return text
        }
    }
}

extension Message {
    /// The value of a field as text; nil when there is none.
    fileprivate func text(_ name: String) -> String? {
        lastIndex(of: Array(name.utf8)).flatMap { String(validating: value(at: $0), as: UTF8.self) }
    }
}
