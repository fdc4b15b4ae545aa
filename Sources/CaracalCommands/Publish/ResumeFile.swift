import Caracal
import Glibc
import Redis
import Rendering
import Text

/// The file that a run of `publish` leaves when messages remain open, and that `--resume` reads.
///
/// A line that describes the run, then a line for each message in the form that `verify-sig --offline` reads too. The first one says
/// how many they are, and has their digest: one that is gone would be lost without a word, as the file is removed once it is
/// settled. It holds messages, so it is for its owner alone.
enum ResumeFile {
    /// What a file asks for.
    struct Plan {
        let stream: [UInt8]
        /// Where the run published to, as messages name it; nil in a file that does not say.
        let server: String?
        let maxLength: UInt64?
        /// Whether any of the messages may be in the stream already, or may still come.
        var isInDoubt: Bool
        var messages: UnsettledMessages
    }

    private static let formatName = "caracalctl.publish-resume/"
    fileprivate static let format = "\(formatName)1"

    // MARK: Writing

    /// Writes a new file, into the working folder where that can be written, and returns its path.
    static func write(_ plan: Plan) throws(CommandError) -> String {
        let stamp = Format.timestamp(milliseconds: WallClock.now)?.prefix(19).filter { $0 != "-" && $0 != ":" } ?? ""
        let name = "caracalctl-publish-\(stamp)-\(getpid()).ndjson"
        let text = try text(of: plan)
        do {
            try create(name, text)
            return name
        } catch {
            let fallback = (SettingsSource.process.environment("TMPDIR") ?? "/tmp") + "/" + name
            try create(fallback, text)
            return fallback
        }
    }

    /// Puts a changed plan in the place of the file it came from, in one step.
    static func replace(_ path: String, _ plan: Plan) throws(CommandError) {
        try ReplacedFile.write(named: path, try text(of: plan), mode: 0o600)
    }

    /// The lines of a file.
    static func text(of plan: Plan) throws(CommandError) -> [UInt8] {
        var body: [UInt8] = []
        let digest: LinesDigest
        let sum: String
        do throws(CryptographyError) {
            digest = try LinesDigest()
            for entry in plan.messages.entries {
                let start = body.count
                body += line(entry, plan.stream).line()
                try digest.add(body, start..<body.count - 1)
            }
            sum = try digest.finish()
        } catch {
            throw CommandError(error)
        }
        let (messages, since) = (plan.messages, plan.messages.since)
        let header: JSONValue = [
            "format": .string(format), "version": .string(Version.number), "stream": .bytes(plan.stream),
            "server": JSONValue(plan.server), "max_length": JSONValue(plan.maxLength),
            "since_id": .string(since.id.description), "since_added": JSONValue(since.entriesAdded),
            "since_last_id": .string(since.lastGeneratedID.description),
            "acknowledged_id": JSONValue(since.acknowledged?.description), "run_id": JSONValue(since.removals?.runID),
            "run_commands": JSONValue(since.removals?.commands), "run_removals": JSONValue(since.removals?.removals),
            "run_replacements": JSONValue(since.removals?.replacements),
            "in_doubt": .bool(plan.isInDoubt), "connection_name": JSONValue(messages.fence?.name.description),
            "messages": JSONValue(digest.count), "digest": .string(sum),
        ]
        body.insert(contentsOf: header.line(), at: 0)
        return body
    }

    private static func line(_ entry: SentEntry, _ stream: [UInt8]) -> JSONValue {
        [
            "line": .integer(Int64(entry.line)), "stream": .bytes(stream),
            "fields": .array(entry.fields.map { .array([.bytes($0.name), .bytes($0.value)]) }),
        ]
    }

    private static func create(_ path: String, _ text: [UInt8]) throws(CommandError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandError(.configuration, "cannot write \(path): \(SystemError.last)") }
        defer { close(descriptor) }
        do throws(SystemError) {
            try FileBytes.write(text, to: descriptor)
            guard fsync(descriptor) == 0 else { throw SystemError.last }
        } catch {
            unlink(path)
            throw .writing(path, error)
        }
    }
}

extension ResumeFile {
    /// The most bytes of a line: the longest message there can be, all of its bytes escaped as `\u0000`. In the input they may
    /// be base64.
    static let lineLimit = 6 * LineReader.usualLimit

    /// Reads a file that a run wrote; refused where its messages are not those that the run wrote.
    ///
    /// - Parameters:
    ///   - path: what it is called in errors.
    ///   - limit: the most bytes of a line.
    static func read(_ input: InputFile, _ path: String, limit: Int = lineLimit) throws(CommandError) -> Plan {
        var lines = LineReader(descriptor: input.descriptor, limit: limit)
        do {
            guard try lines.advance() else { throw CommandError(.malformedInput, "\(path) is empty") }
            var header = Message()
            var scanner = MessageScanner()
            try scanner.scan(lines.bytes, lines.line, into: &header)
            try checkFormat(of: header, path)
            let digest = try LinesDigest()
            let entries = try entries(&lines, digest)
            try check(digest, header, path)
            guard let plan = Plan(header, entries) else {
                throw CommandError(.malformedInput, "\(path) is not a file that publish left behind")
            }
            return plan
        } catch let failure as CommandError {
            throw failure
        } catch {
            throw CommandError(.malformedInput, "\(path), line \(lines.number): \(TerminalText(of: error))")
        }
    }

    /// Throws where another version wrote the file in a format that this one does not know: its lines may be of any shape.
    private static func checkFormat(of header: Message, _ path: String) throws {
        guard let written = header.text("format"), written.hasPrefix(formatName), written != format else { return }
        let writer: TerminalText = header.text("version").map { "caracalctl \($0)" } ?? "another version of caracalctl"
        throw CommandError(
            .malformedInput,
            "\(path) was written by \(writer), in a format that this version (\(Version.number)) does not read: resume it with the "
                + "version that wrote it; nothing was sent"
        )
    }

    /// Throws where the messages are not those of which the first line tells. Files of former versions tell nothing.
    private static func check(_ digest: LinesDigest, _ header: Message, _ path: String) throws {
        if let written = header.number("messages"), written != digest.count {
            let count: TerminalText =
                digest.count < written
                ? "\(digest.count) of \(written) messages are there" : "it has \(digest.count) messages, not \(written)"
            throw CommandError(.malformedInput, "\(path) is not as it was written: \(count); nothing was sent")
        }
        if let written = header.text("digest"), try written != digest.finish() {
            throw CommandError(.malformedInput, "\(path) was altered after it was written; nothing was sent")
        }
    }

    private static func entries(_ lines: inout LineReader, _ digest: LinesDigest) throws -> [SentEntry] {
        var scanner = StoredEntryScanner()
        var stored = StoredEntry()
        var entries: [SentEntry] = []
        while try lines.advance() {
            try digest.add(lines.bytes, lines.line)
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
        guard header.text("format") == ResumeFile.format, let stream = header.bytes("stream"),
            let since = header.bytes("since_id").flatMap({ EntryID($0) }),
            let isInDoubt = header.text("in_doubt"), ["true", "false"].contains(isInDoubt), !entries.isEmpty
        else { return nil }
        let name = header.text("connection_name").map(ConnectionName.init)
        if case .some(nil) = name { return nil }
        self.init(
            stream: stream,
            server: header.text("server"),
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

/// Where the messages of a run came from.
enum MessageOrigin {
    /// The command line, a file, or the stream: they are there for the next run too.
    case lasting
    /// A pipe: they are nowhere once they are read.
    case passing
    /// What an earlier run left open.
    case resumed(ResumedFile)

    /// Input named on the command line; nil where it is the command line itself, or the stream.
    init(input: String?) {
        self = input.map(InputFile.stays) ?? true ? .lasting : .passing
    }
}

/// What has become of the messages that a run could neither publish nor settle.
enum OpenMessages {
    /// There are none.
    case none
    /// They are in this file, for `--resume`.
    case kept(file: String)
    /// They could not be written down; these are their lines.
    case lost(lines: ClosedRange<Int>, reason: TerminalText)

    /// Writes down what a run left open; nothing where the user may not publish at all, and what the messages came from is as
    /// good as the file.
    ///
    /// - Parameter server: where it published to.
    init(_ report: PublishReport, _ rules: PublishRules, server: String, from origin: MessageOrigin) {
        switch origin {
        case .lasting where report.isForbidden:
            self = .none
            return
        case .resumed(let file) where report.isForbidden && file.isLasting:
            file.restore()
            self = .kept(file: file.path)
            return
        case .lasting, .passing, .resumed: break
        }
        // In the order of sending, as far as it tells what ran: what was refused never ran.
        let entries = report.unsettled.entries + report.rejected.map(\.entry)
        guard let first = entries.map(\.line).min(), let last = entries.map(\.line).max() else {
            self = .none
            return
        }
        let plan = ResumeFile.Plan(
            stream: report.unsettled.stream,
            server: server,
            maxLength: rules.maxLength,
            isInDoubt: report.unsettledError != nil,
            messages: UnsettledMessages(
                stream: report.unsettled.stream,
                since: report.unsettled.since,
                fence: report.unsettled.fence,
                entries: entries
            )
        )
        do {
            self = .kept(file: try ResumeFile.write(plan))
        } catch {
            self = .lost(lines: first...last, reason: error.message)
        }
    }

    /// The file they are in.
    var file: String? {
        if case .kept(let file) = self { file } else { nil }
    }
}
