/// What a value is, whichever of the two protocol versions carried it.
///
/// RESP2's null bulk string (`$-1`) and null array (`*-1`) are RESP3's `null`.
package enum ReplyKind: UInt8, Sendable {
    case simpleString
    case simpleError
    case integer
    case bulkString
    case null
    case boolean
    case double
    case bigNumber
    case bulkError
    case verbatimString
    case array
    case map
    case set
    case push

    /// Whether values of this kind hold other values rather than bytes.
    package var isAggregate: Bool { rawValue >= ReplyKind.array.rawValue }
}

extension ReplyKind {
    init?(_ type: WireType) {
        switch type {
        case .simpleString: self = .simpleString
        case .simpleError: self = .simpleError
        case .integer: self = .integer
        case .bulkString: self = .bulkString
        case .null: self = .null
        case .boolean: self = .boolean
        case .double: self = .double
        case .bigNumber: self = .bigNumber
        case .bulkError: self = .bulkError
        case .verbatimString: self = .verbatimString
        case .array: self = .array
        case .map: self = .map
        case .set: self = .set
        case .push: self = .push
        case .attribute: return nil
        }
    }
}
