import Caracal

/// `--dry-run`
extension PublishRun {
    /// Shows what would be sent for one message.
    func preview(_ message: Message, _ rules: PublishRules) throws -> ExitStatus {
        try session.present(PublishPreview(stream: rules.stream, entries: [try preview(of: message, rules)]))
        return .success
    }

    /// Shows what would be sent for the lines of a file.
    func preview(_ path: String, _ rules: PublishRules) throws -> ExitStatus {
        let input = try InputFile(path)
        var lines = LineReader(descriptor: input.descriptor)
        var encoder = try EntryEncoder(rules)
        var scanner = MessageScanner()
        var message = Message()
        var entries: [EntryPreview] = []
        do {
            while try lines.advance() {
                guard !MessageScanner.isBlank(lines.bytes, lines.line) else { continue }
                try scanner.scan(lines.bytes, lines.line, into: &message)
                entries.append(try encoder.preview(message))
            }
        } catch let error as LineReaderError {
            throw Failure(.malformedInput, "\(error); nothing was sent")
        } catch {
            throw Failure(.malformedInput, "line \(lines.number): \(error); nothing was sent")
        }
        try session.present(PublishPreview(stream: rules.stream, entries: entries))
        return .success
    }

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
