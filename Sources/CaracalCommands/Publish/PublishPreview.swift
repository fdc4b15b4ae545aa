import Caracal
import RESP
import Redis
import Rendering
import Text

/// How `publish --dry-run` shows what would be sent.
struct PublishPreview: Presentable {
    let stream: StreamDefinition
    var entries: [EntryPreview]
    /// The server that was looked at; nil where it could not be.
    let server: ServerPresentation?
    /// What publishing would warn of.
    let warnings: [Finding]
    /// Whether none were shown before.
    var isFirst = true
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        (isFirst ? "" : "\n") + entries.map(text).joined(separator: "\n")
    }

    private func text(_ entry: EntryPreview) -> ScreenText {
        let signed = TerminalText(entry.signedBytes)
        let signature = TerminalText(entry.signature)
        let message = entry.message
        let fields = message.fields.indices.map {
            "\(message.name(at: $0))=\(TerminalText(message.value(at: $0)))" as TerminalText
        }
        return "stream     \(stream.shortName)\nfields     \(fields.joined(separator: " "))\n"
            + (signature.isEmpty ? "unsigned\n" : "signed     \(signed)\nsignature  \(signature)\n")
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.publish-preview/1",
            at: at,
            server: server?.json ?? .null,
            items: entries.map(item),
            summary: ["stream": .string(stream.name), "messages": .integer(Int64(entries.count))],
            warnings: warnings.warnings
        )
    }

    private func item(_ entry: EntryPreview) -> JSONValue {
        let isSigned = !entry.signature.isEmpty
        return [
            "signed_bytes": isSigned ? .bytes(entry.signedBytes) : .null,
            "signature": isSigned ? .bytes(entry.signature) : .null,
            "command": .string(entry.command.description),
        ]
    }
}

/// `--dry-run`
extension PublishRun {
    /// Shows what would be sent for one message.
    func preview(_ message: Message, _ rules: PublishRules) throws -> ExitStatus {
        let entry = try preview(of: message, rules)
        let look = try lookAhead(by: rules)
        try session.present(
            PublishPreview(stream: rules.stream, entries: [entry], server: look.server, warnings: look.warnings)
        )
        session.trace(planned: [entry.command])
        if let failure = look.failure { throw failure }
        return .success
    }

    /// What publishing would say of the server.
    private struct LookAhead {
        /// The server; nil where it could not be looked at.
        var server: ServerPresentation?
        var isCluster = false
        var warnings: [Finding] = []
        var failure: CommandError?
    }

    /// What publishing would say of the server before it sent anything. Without a server what would be signed can be shown all the
    /// same.
    private func lookAhead(by rules: PublishRules) throws -> LookAhead {
        do {
            let connection = try session.connect(asking: PublishTarget.questions(rules.stream, rules))
            do {
                let target = try check(rules.stream, signing: rules, on: connection)
                let warnings = keyWarnings(target.key, rules.stream)
                session.say(warnings)
                return LookAhead(
                    server: ServerPresentation(connection),
                    isCluster: connection.isCluster,
                    warnings: warnings
                )
            } catch let failure as CommandError {
                return LookAhead(server: ServerPresentation(connection), failure: failure)
            }
        } catch let error as RedisError {
            let failure = CommandError(error)
            guard failure.status == .unreachable else { return LookAhead(failure: failure) }
            session.say(
                .warning,
                code: .serverUnreachable,
                "\(failure.message); whether it would take the message is not known"
            )
            return LookAhead()
        }
    }

    /// Shows what would be sent for the lines of a file, a few at a time; a document only when every line is known to be good.
    func preview(_ path: String, _ rules: PublishRules) throws -> ExitStatus {
        let isDocument = session.output.format.value == .json
        let input = try InputFile(path)
        let look = try lookAhead(by: rules)
        var rules = rules
        rules.deadLetterKeys = look.isCluster ? deadLetterKeys : nil
        var reader = try PreviewReader(input, rules)
        var preview = PublishPreview(
            stream: rules.stream,
            entries: [],
            server: look.server,
            warnings: look.warnings
        )
        while let entry = try reader.next() {
            preview.entries.append(entry)
            guard !isDocument, preview.entries.count == Self.pageSize else { continue }
            try show(preview)
            preview.entries = []
            preview.isFirst = false
        }
        if isDocument || !preview.entries.isEmpty { try show(preview) }
        if let failure = look.failure { throw failure }
        return .success
    }

    private func show(_ preview: PublishPreview) throws {
        try session.present(preview)
        session.trace(planned: preview.entries.map(\.command))
    }

    /// How many messages are shown at once.
    private static let pageSize = 256

    /// What would be sent for one message; throws when nothing may be.
    func preview(of message: Message, _ rules: PublishRules) throws -> EntryPreview {
        var encoder = try EntryEncoder(rules)
        do {
            return try encoder.preview(message)
        } catch {
            let status: ExitStatus = options.json == nil ? .usage : .malformedInput
            throw CommandError(error.isAboutMessage ? status : .internalError, "\(error); nothing was sent")
        }
    }
}

/// Reads the lines of a file, each as what would be sent for it.
struct PreviewReader {
    private let input: InputFile
    private var lines: LineReader
    private var encoder: EntryEncoder
    private var scanner: PublishedLineScanner
    private var line = PublishedLine()

    init(_ input: InputFile, _ rules: PublishRules) throws(CryptographyError) {
        self.input = input
        scanner = try PublishedLineScanner(rules)
        encoder = try EntryEncoder(rules)
        lines = LineReader(descriptor: input.descriptor)
    }

    /// What would be sent for the next line that is not blank; nil after the last.
    mutating func next() throws(CommandError) -> EntryPreview? {
        do {
            while try lines.advance() {
                guard !MessageScanner.isBlank(lines.bytes, lines.line) else { continue }
                try scanner.scan(lines.bytes, lines.line, into: &line)
                return try encoder.preview(line)
            }
            return nil
        } catch let error as LineReaderError {
            throw CommandError(.malformedInput, "\(error); nothing was sent")
        } catch {
            throw CommandError(.malformedInput, "line \(lines.number): \(TerminalText(of: error)); nothing was sent")
        }
    }
}
