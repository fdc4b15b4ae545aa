import Redis
import Text

/// Why nothing is purged by an export file.
package enum PurgeError: Error, Sendable, Equatable {
    /// It could not be read to its end.
    case unreadable(LineReaderError)
    /// A line, counted from 1, is no JSON of the form an export has.
    case malformed(line: Int, JSONError)
    /// A line lacks a key that every line of an export has.
    case incomplete(line: Int, key: String)
    /// A line does not say what it said when it was written.
    case altered(line: Int)
    /// Lines are missing before this one, or it is there twice.
    case outOfOrder(line: Int)
    /// The file ends before the line that was the last.
    case truncated(line: Int)
    /// It was exported from another deployment.
    case otherDeployment(line: Int, name: String)
    /// A line is about a stream that holds no dead letters.
    case notDeadLetters(line: Int, stream: [UInt8])
    /// The server has something else under that id.
    case differs(line: Int, stream: [UInt8], id: EntryID)
    /// The server would not let the entries be read.
    case refused(Refusal)
}

extension PurgeError: TerminalTextConvertible {
    /// One clause, lower case.
    package var text: TerminalText {
        switch self {
        case .unreadable(let error): "\(error)"
        case .malformed(let line, let error): "line \(line), \(error)"
        case .incomplete(let line, let key): "line \(line) has no \"\(key)\": it is no line of an export"
        case .altered(let line): "line \(line) was altered since it was written"
        case .outOfOrder(let line): "line \(line) is not line \(line) of the export: lines are missing or out of order"
        case .truncated(let line): "the file is truncated: line \(line) is not the last of the export"
        case .otherDeployment(let line, let name):
            "line \(line) was exported from another deployment, \(name) (or this server was restarted since: export again)"
        case .notDeadLetters(let line, let stream):
            "line \(line): \(stream) is not a stream of dead letters"
        case .differs(let line, let stream, let id):
            "line \(line): \(stream) has something else under \(id)"
        case .refused(let refusal): refusal.text
        }
    }
}
