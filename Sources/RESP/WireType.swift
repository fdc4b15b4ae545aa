/// The first byte of everything a server sends: what follows, and how it is framed.
package enum WireType: UInt8, Sendable {
    case simpleString = 0x2B  // +
    case simpleError = 0x2D  // -
    case integer = 0x3A  // :
    case bulkString = 0x24  // $
    case array = 0x2A  // *
    case null = 0x5F  // _
    case boolean = 0x23  // #
    case double = 0x2C  // ,
    case bigNumber = 0x28  // (
    case bulkError = 0x21  // !
    case verbatimString = 0x3D  // =
    case map = 0x25  // %
    case set = 0x7E  // ~
    case attribute = 0x7C  // |
    case push = 0x3E  // >
}

extension WireType: CustomStringConvertible {
    /// The type with its article, to stand in the middle of a sentence: "a bulk string".
    package var description: String {
        switch self {
        case .simpleString: "a simple string"
        case .simpleError: "an error"
        case .integer: "an integer"
        case .bulkString: "a bulk string"
        case .array: "an array"
        case .null: "a null"
        case .boolean: "a boolean"
        case .double: "a double"
        case .bigNumber: "a big number"
        case .bulkError: "a bulk error"
        case .verbatimString: "a verbatim string"
        case .map: "a map"
        case .set: "a set"
        case .attribute: "an attribute"
        case .push: "a push"
        }
    }
}
