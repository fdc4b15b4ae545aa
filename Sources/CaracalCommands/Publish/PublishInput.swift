import Caracal
import Rendering
import Text

/// The one message of a command line: `FIELD=VALUE` arguments, or a JSON object in a file.
enum PublishInput {
    /// The most bytes a message may have.
    private static let limit = 16 << 20

    /// Reads `FIELD=VALUE` arguments; the first `=` ends the name.
    static func message(fields: [String]) throws(CommandError) -> Message {
        var message = Message()
        for field in fields {
            guard let mark = field.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                throw CommandError(.usage, "\(field) is not FIELD=VALUE")
            }
            message.append(name: field.utf8[..<mark], value: field.utf8[field.utf8.index(after: mark)...])
        }
        return message
    }

    /// Reads one JSON object: a message, or an entry of the stream.
    static func message(json path: String, _ rules: PublishRules) throws -> Message {
        let bytes = try InputFile(path).readAll(limit: limit)
        var line = PublishedLine()
        var scanner = try PublishedLineScanner(rules)
        do {
            try scanner.scan(bytes, bytes.indices, into: &line)
        } catch {
            throw CommandError(.malformedInput, "\(path == "-" ? "standard input" : path): \(error)")
        }
        return line.message
    }
}
