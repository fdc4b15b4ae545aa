import Caracal
import Text

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
