import Caracal
import Redis
import Text

extension ResumeFile {
    /// The most bytes of a line: the longest message there can be, all of its bytes escaped.
    private static let lineLimit = 128 << 20

    /// Reads a file that a run wrote.
    static func read(_ path: String) throws(Failure) -> Plan {
        let input = try InputFile(path)
        var lines = LineReader(descriptor: input.descriptor, limit: lineLimit)
        do {
            guard try lines.advance() else { throw Failure(.malformedInput, "\(path) is empty") }
            var header = Message()
            var scanner = MessageScanner()
            try scanner.scan(lines.bytes, lines.line, into: &header)
            let entries = try entries(&lines)
            guard let plan = Plan(header, entries) else {
                throw Failure(.malformedInput, "\(path) is not a file that caracalctl publish left behind")
            }
            return plan
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.malformedInput, "\(path), line \(lines.number): \(TerminalText(of: error))")
        }
    }

    private static func entries(_ lines: inout LineReader) throws -> [SentEntry] {
        var scanner = StoredEntryScanner()
        var stored = StoredEntry()
        var entries: [SentEntry] = []
        while try lines.advance() {
            try scanner.scan(lines.bytes, lines.line, into: &stored)
            let message = stored.message
            entries.append(
                SentEntry(
                    line: lines.number,
                    fields: message.fields.indices.map { (Array(message.name(at: $0)), Array(message.value(at: $0))) }
                )
            )
        }
        return entries
    }
}

extension ResumeFile.Plan {
    /// Puts together what a file says; nil when it says something that no run writes.
    fileprivate init?(_ header: Message, _ entries: [SentEntry]) {
        guard header.text("format") == "caracalctl.publish-resume/1", let stream = header.bytes("stream"),
            let since = header.bytes("since_id").flatMap({ EntryID($0) }),
            let isInDoubt = header.text("in_doubt"), ["true", "false"].contains(isInDoubt), !entries.isEmpty
        else { return nil }
        let name = header.text("connection_name").map(ConnectionName.init)
        if case .some(nil) = name { return nil }
        self.init(
            stream: stream,
            maxLength: header.number("max_length"),
            isInDoubt: isInDoubt == "true",
            messages: UnsettledMessages(
                stream: stream,
                since: StreamMark(
                    id: since,
                    lastGeneratedID: header.bytes("since_last_id").flatMap { EntryID($0) },
                    entriesAdded: header.number("since_added"),
                    removals: RemovalCount(header),
                    acknowledged: header.bytes("acknowledged_id").flatMap { EntryID($0) }
                ),
                fence: name.flatMap(\.self).map(ConnectionFence.init(name:)),
                entries: entries
            )
        )
    }
}

extension RemovalCount {
    /// What a file says of the server's counts; nil where a run did not know them.
    fileprivate init?(_ header: Message) {
        guard let runID = header.text("run_id"), let commands = header.number("run_commands"),
            let removals = header.number("run_removals"), let replacements = header.number("run_replacements")
        else { return nil }
        self.init(runID: runID, commands: commands, removals: removals, replacements: replacements)
    }
}

extension Message {
    /// The value of a field; nil when there is none.
    fileprivate func bytes(_ name: String) -> [UInt8]? {
        lastIndex(of: Array(name.utf8)).map { Array(value(at: $0)) }
    }

    /// The value of a field as text; nil when there is none.
    fileprivate func text(_ name: String) -> String? {
        bytes(name).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The value of a field as a number; nil when there is none.
    fileprivate func number(_ name: String) -> UInt64? {
        text(name).flatMap { UInt64($0) }
    }
}
