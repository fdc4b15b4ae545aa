import Text

/// Why no source entry can be restored from a dead letter.
package enum DeadLetterError: Error, Sendable, Equatable {
    /// It has none of the shapes that are known.
    case unknownShape
    /// The field that holds the source's fields is no JSON object.
    case unreadable(JSONError)
    /// The source has no field at all.
    case noFields
    /// More fields than one step on the server can take.
    case tooManyFields(limit: Int)
}

extension DeadLetterError: TerminalTextConvertible {
    /// One clause, lower case.
    package var text: TerminalText {
        switch self {
        case .unknownShape: "it has none of the shapes of a dead letter"
        case .unreadable(let error): "its source entry cannot be read: \(error)"
        case .noFields: "its source entry has no fields"
        case .tooManyFields(let limit): "its source entry has more than \(limit) fields"
        }
    }
}
