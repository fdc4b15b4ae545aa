/// Why a stream's consumers would not take a message.
package enum SchemaViolation: Error, Sendable, Equatable {
    /// A required field is not there.
    case missing(field: String)
    /// A required field is there, and empty.
    case empty(field: String)
    /// None of the fields that say what the message is about is there with a value.
    case noAnchor(of: [String])
    /// A field that must be a non-negative integer is something else.
    case notAnInteger(field: String)
    /// `data` is not a JSON object.
    case malformedEvent(JSONError)
    /// The event in `data` has no such key, or it is null or empty.
    case missingEventKey(String)
}

extension SchemaViolation: CustomStringConvertible {
    /// One line, lower case, without the message's values.
    package var description: String {
        switch self {
        case .missing(let field): "field \(field) is missing"
        case .empty(let field): "field \(field) is empty"
        case .noAnchor(let fields): "none of \(fields.joined(separator: ", ")) is there: nothing to revoke"
        case .notAnInteger(let field): "field \(field) is not an integer from 0 to 9223372036854775807"
        case .malformedEvent(let error): "field data is not a JSON object: \(error)"
        case .missingEventKey(let key): "the event in field data has no \(key)"
        }
    }
}
