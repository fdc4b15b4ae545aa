extension ReplyValue {
    /// The bytes of a string, big number or error; a verbatim string's without its format. Nil for anything else.
    package var text: ArraySlice<UInt8>? {
        switch kind {
        case .simpleString, .bulkString, .verbatimString, .bigNumber, .simpleError, .bulkError:
            reply.bytes[reply.payload(of: index)]
        default: nil
        }
    }

    /// The value of an integer reply; nil for anything else, digits in a string included.
    package var integer: Int64? { kind == .integer ? number : nil }

    /// An integer, or strict digits in a bulk or simple string: `XPENDING` gives its counts so. Nil for anything else.
    package var number: Int64? { reply.number(of: index) }

    /// As `number`, for what cannot be negative.
    package var unsigned: UInt64? { reply.unsigned(of: index) }

    /// The value of a double reply, infinities and NaN among them; nil for anything else.
    package var double: Double? {
        kind == .double ? StrictNumber.double(reply.bytes[reply.payload(of: index)].span) : nil
    }

    /// The value of a boolean reply; nil for anything else.
    package var boolean: Bool? {
        kind == .boolean ? reply.bytes[reply.payload(of: index).lowerBound] == ASCII.lowerT : nil
    }

    /// The error, when the server answered with one.
    package var error: ReplyError? {
        switch kind {
        case .simpleError, .bulkError: ReplyError(message: Array(reply.bytes[reply.payload(of: index)]))
        default: nil
        }
    }
}
