import Caracal
import RESP
import Rendering
import Text

/// How `publish --dry-run` shows what would be sent.
struct PublishPreview: Presentable {
    let stream: StreamDefinition
    var entries: [EntryPreview]
    /// Whether none were shown before.
    var isFirst = true
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        (isFirst ? "" : "\n") + entries.map(text).joined(separator: "\n")
    }

    private func text(_ entry: EntryPreview) -> String {
        let signed = TerminalText(entry.signedBytes)
        let signature = TerminalText(entry.signature)
        return (signature.isEmpty ? "unsigned\n" : "signed     \(signed)\nsignature  \(signature)\n")
            + "command    \(entry.command)\n"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.publish-preview/1",
            at: at,
            server: .null,
            items: entries.map(item),
            summary: ["stream": .string(stream.name), "messages": .integer(Int64(entries.count))],
            warnings: []
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
        try session.present(PublishPreview(stream: rules.stream, entries: [try preview(of: message, rules)]))
        return .success
    }

    /// Shows what would be sent for the lines of a file, a few at a time; a document only when every line is known to be good.
    func preview(_ path: String, _ rules: PublishRules) throws -> ExitStatus {
        let isDocument = session.output.format.value == .json
        let input = try InputFile(path)
        var reader = PreviewReader(input, encoder: try EntryEncoder(rules))
        var preview = PublishPreview(stream: rules.stream, entries: [])
        while let entry = try reader.next() {
            preview.entries.append(entry)
            guard !isDocument, preview.entries.count == Self.pageSize else { continue }
            try session.present(preview)
            preview = PublishPreview(stream: rules.stream, entries: [], isFirst: false)
        }
        if isDocument || !preview.entries.isEmpty { try session.present(preview) }
        return .success
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
            throw Failure(error.isAboutMessage ? status : .internalError, "\(error); nothing was sent")
        }
    }
}

/// Reads the lines of a file, each as what would be sent for it.
struct PreviewReader {
    private let input: InputFile
    private var lines: LineReader
    private var encoder: EntryEncoder
    private var scanner = MessageScanner()
    private var message = Message()

    init(_ input: InputFile, encoder: EntryEncoder) {
        self.input = input
        self.encoder = encoder
        lines = LineReader(descriptor: input.descriptor)
    }

    /// What would be sent for the next line that is not blank; nil after the last.
    mutating func next() throws(Failure) -> EntryPreview? {
        do {
            while try lines.advance() {
                guard !MessageScanner.isBlank(lines.bytes, lines.line) else { continue }
                try scanner.scan(lines.bytes, lines.line, into: &message)
                return try encoder.preview(message)
            }
            return nil
        } catch let error as LineReaderError {
            throw Failure(.malformedInput, "\(error); nothing was sent")
        } catch {
            throw Failure(.malformedInput, "line \(lines.number): \(TerminalText(of: error)); nothing was sent")
        }
    }
}
