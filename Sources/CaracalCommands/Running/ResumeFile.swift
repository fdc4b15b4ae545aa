import Caracal
import Glibc
import Redis
import Rendering

/// The file that a run of `publish` leaves when messages remain open, and that `--resume` reads.
///
/// A line that describes the run, then a line for each message in the form that `verify-sig --offline` reads too. It holds
/// messages, so it is for its owner alone.
enum ResumeFile {
    /// What a file asks for.
    struct Plan {
        let stream: [UInt8]
        let maxLength: UInt64?
        /// Whether any of the messages may be in the stream already.
        let isInDoubt: Bool
        let unsettled: UnsettledMessages
        var entries: [SentEntry] { unsettled.entries }
    }

    private static let format = "caracalctl.publish-resume/1"

    // MARK: Writing

    /// Writes what a run left open; nil when it left nothing.
    static func write(_ report: PublishReport, _ rules: PublishRules) throws -> String? {
        let entries = (report.unsettled?.entries ?? []) + report.refused.map(\.entry)
        guard !entries.isEmpty else { return nil }
        var text = header(report, rules).line()
        for entry in entries { text += line(entry, rules.stream).line() }
        let stamp = Format.timestamp(milliseconds: WallClock.now)?.prefix(19).filter { $0 != "-" && $0 != ":" } ?? ""
        let name = "caracalctl-publish-\(stamp)-\(getpid()).ndjson"
        do {
            try create(name, text)
            return name
        } catch {
            let fallback = (SettingsSource.process.environment("TMPDIR") ?? "/tmp") + "/" + name
            try create(fallback, text)
            return fallback
        }
    }

    private static func header(_ report: PublishReport, _ rules: PublishRules) -> JSONValue {
        [
            "format": .string(format), "stream": .string(rules.stream.name), "max_length": JSONValue(rules.maxLength),
            "since_id": .string((report.unsettled?.since ?? .zero).description),
            "in_doubt": .bool(report.unsettled != nil),
            "connection": JSONValue(report.unsettled?.fence.map { Int($0.identifier) }),
            "connection_name": JSONValue(report.unsettled?.fence?.name),
        ]
    }

    private static func line(_ entry: SentEntry, _ stream: StreamDefinition) -> JSONValue {
        [
            "line": .integer(Int64(entry.line)), "stream": .string(stream.name),
            "fields": .array(entry.fields.map { .array([.bytes($0.name), .bytes($0.value)]) }),
        ]
    }

    private static func create(_ path: String, _ text: [UInt8]) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(.unknownOutcome, "cannot write \(path): \(SystemError.last)") }
        defer { close(descriptor) }
        var rest = text[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                throw Failure(.unknownOutcome, "cannot write \(path): \(SystemError.last)")
            }
            rest = rest.dropFirst(max(0, count))
        }
        guard fsync(descriptor) == 0 else {
            throw Failure(.unknownOutcome, "cannot write \(path): \(SystemError.last)")
        }
    }

    // MARK: Reading

    /// Reads a file that a run wrote.
    static func read(_ path: String) throws(Failure) -> Plan {
        let input = try InputFile(path)
        var lines = LineReader(descriptor: input.descriptor, limit: 64 << 20)
        var header = Message()
        var entries: [SentEntry] = []
        do {
            guard try lines.advance() else { throw Failure(.malformedInput, "\(path) is empty") }
            var scanner = MessageScanner()
            try scanner.scan(lines.bytes, lines.line, into: &header)
            var entryScanner = StoredEntryScanner()
            var entry = StoredEntry()
            while try lines.advance() {
                try entryScanner.scan(lines.bytes, lines.line, into: &entry)
                entries.append(SentEntry(entry, line: lines.number))
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.malformedInput, "\(path), line \(lines.number): \(error)")
        }
        return try plan(header, entries, path)
    }

    private static func plan(_ header: Message, _ entries: [SentEntry], _ path: String) throws(Failure) -> Plan {
        guard header.text("format") == format, let stream = header.text("stream"),
            let since = header.text("since_id").flatMap({ EntryID(Array($0.utf8)) })
        else { throw Failure(.malformedInput, "\(path) is not a file that caracalctl publish left behind") }
        var fence: ConnectionFence?
        if let number = header.text("connection").flatMap({ Int64($0) }), let name = header.text("connection_name") {
            fence = ConnectionFence(identifier: number, name: name)
        }
        return Plan(
            stream: Array(stream.utf8),
            maxLength: header.text("max_length").flatMap { UInt64($0) },
            isInDoubt: header.text("in_doubt") != "false",
            unsettled: UnsettledMessages(stream: Array(stream.utf8), since: since, fence: fence, entries: entries)
        )
    }
}

extension SentEntry {
    fileprivate init(_ stored: StoredEntry, line: Int) {
        let message = stored.message
        self.init(
            line: line,
            fields: message.fields.indices.map { (Array(message.name(at: $0)), Array(message.value(at: $0))) }
        )
    }
}

extension Message {
    /// The value of a field as text; nil when there is none.
    fileprivate func text(_ name: String) -> String? {
        lastIndex(of: Array(name.utf8)).flatMap { String(validating: value(at: $0), as: UTF8.self) }
    }
}
