import Caracal
import Glibc
import Redis
import Rendering
import Text

/// The file that a run of `publish` leaves when messages remain open, and that `--resume` reads.
///
/// A line that describes the run, then a line for each message in the form that `verify-sig --offline` reads too. It holds
/// messages, so it is for its owner alone.
enum ResumeFile {
    /// What a file asks for.
    struct Plan {
        let stream: [UInt8]
        let maxLength: UInt64?
        /// Whether any of the messages may be in the stream already, or may still come.
        var isInDoubt: Bool
        var messages: UnsettledMessages
    }

    private static let format = "caracalctl.publish-resume/1"

    // MARK: Writing

    /// Writes a new file, into the working folder where that can be written, and returns its path.
    static func write(_ plan: Plan) throws(Failure) -> String {
        let stamp = Format.timestamp(milliseconds: WallClock.now)?.prefix(19).filter { $0 != "-" && $0 != ":" } ?? ""
        let name = "caracalctl-publish-\(stamp)-\(getpid()).ndjson"
        let text = text(of: plan)
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
    static func replace(_ path: String, _ plan: Plan) throws(Failure) {
        try ReplacedFile.write(named: path, text(of: plan), mode: 0o600)
    }

    private static func text(of plan: Plan) -> [UInt8] {
        let (messages, since) = (plan.messages, plan.messages.since)
        let header: JSONValue = [
            "format": .string(format), "stream": .bytes(plan.stream), "max_length": JSONValue(plan.maxLength),
            "since_id": .string(since.id.description), "since_added": JSONValue(since.entriesAdded),
            "since_last_id": .string(since.lastGeneratedID.description),
            "acknowledged_id": JSONValue(since.acknowledged?.description), "run_id": JSONValue(since.removals?.runID),
            "run_commands": JSONValue(since.removals?.commands), "run_removals": JSONValue(since.removals?.removals),
            "run_replacements": JSONValue(since.removals?.replacements),
            "in_doubt": .bool(plan.isInDoubt), "connection_name": JSONValue(messages.fence?.name.description),
        ]
        return messages.entries.reduce(into: header.line()) { $0 += line($1, plan.stream).line() }
    }

    private static func line(_ entry: SentEntry, _ stream: [UInt8]) -> JSONValue {
        [
            "line": .integer(Int64(entry.line)), "stream": .bytes(stream),
            "fields": .array(entry.fields.map { .array([.bytes($0.name), .bytes($0.value)]) }),
        ]
    }

    private static func create(_ path: String, _ text: [UInt8]) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(.configuration, "cannot write \(path): \(SystemError.last)") }
        defer { close(descriptor) }
        do {
            try FileBytes.write(text, to: descriptor)
            guard fsync(descriptor) == 0 else { throw SystemError.last }
        } catch {
            unlink(path)
            throw Failure(.configuration, "cannot write \(path): \(TerminalText(of: error))")
        }
    }
}
