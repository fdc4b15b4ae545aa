import Caracal
import Rendering
import Text

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
