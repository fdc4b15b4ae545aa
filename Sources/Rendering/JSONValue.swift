import Text

/// A JSON document as a tree whose objects keep the order they were written in.
package enum JSONValue: Sendable, Equatable {
    /// Unknown or absent: never written as 0.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A whole number that may exceed `Int64.max`.
    case unsigned(UInt64)
    /// A number, or the strings `"inf"`, `"-inf"` and `"nan"`, for which JSON has no number.
    case double(Double)
    /// Text.
    case string(String)
    /// Bytes from the network: a string if they are valid UTF-8, else `{"base64":…}`.
    case bytes([UInt8])
    /// A value that a compact `JSONWriter` has written already: within a document of several lines it has a line of its own.
    case written([UInt8])
    /// Values in order.
    case array([JSONValue])
    /// Members in order.
    case object([JSONMember])
}

extension JSONValue {
    /// A whole number, or `null` for unknown.
    package init(_ value: Int?) {
        self = value.map { .integer(Int64($0)) } ?? .null
    }

    /// A whole number, or `null` for unknown.
    package init(_ value: UInt64?) {
        self = value.map(JSONValue.unsigned) ?? .null
    }

    /// A number, or `null` for unknown.
    package init(_ value: Double?) {
        self = value.map(JSONValue.double) ?? .null
    }

    /// A truth value, or `null` for unknown.
    package init(_ value: Bool?) {
        self = value.map(JSONValue.bool) ?? .null
    }

    /// Text, or `null` for unknown.
    package init(_ value: String?) {
        self = value.map(JSONValue.string) ?? .null
    }

    /// Text of ours, or `null` for unknown.
    package init(_ value: TerminalText?) {
        self = value.map { .string($0.json) } ?? .null
    }

    /// Bytes from the network, or `null` for unknown.
    package init(bytes: (some Collection<UInt8>)?) {
        self = bytes.map { .bytes(Array($0)) } ?? .null
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Text.
    package init(stringLiteral value: String) {
        self = .string(value)
    }

    /// A whole number.
    package init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    /// `true` or `false`.
    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// Values in order.
    package init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    /// Members in the order they are written.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map(JSONMember.init))
    }
}

/// A name and its value in a JSON object.
package struct JSONMember: Sendable, Equatable {
    /// The name, in snake case.
    package let name: String
    /// The value.
    package let value: JSONValue

    /// A member of an object.
    package init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}
