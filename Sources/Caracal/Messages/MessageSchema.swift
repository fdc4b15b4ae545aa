import RESP
import Redis
import Text

/// What the consumers of a stream need to find in a message, as data.
package struct MessageSchema: Sendable, Equatable {
    /// The stream's full name.
    package let stream: [UInt8]
    /// Fields that must be there and not be empty.
    package var required: [String] = []
    /// Fields of which at least one must be there and not be empty; no rule when empty.
    package var anchors: [String] = []
    /// Fields that must be a non-negative integer.
    package var integers: [String] = []
    /// Keys that the JSON object in `data` must have, neither null nor empty; no rule when empty.
    package var eventKeys: [String] = []

    private init(
        _ stream: String,
        required: [String] = [],
        anchors: [String] = [],
        integers: [String] = [],
        eventKeys: [String] = []
    ) {
        self.stream = Array(stream.utf8)
        self.required = required
        self.anchors = anchors
        self.integers = integers
        self.eventKeys = eventKeys
    }

    /// The schema of a stream; nil for one whose consumers ask for no field.
    package static func of(stream: [UInt8]) -> MessageSchema? { all.first { $0.stream == stream } }

    /// The streams whose consumers need certain fields.
    package static let all: [MessageSchema] = [
        MessageSchema(
            StreamTable.auditEvents,
            required: ["data"],
            eventKeys: ["id", "zone_id", "occurred_at"]
        ),
        MessageSchema(
            "caracal.sessions.revoke",
            required: ["zone_id"],
            anchors: ["session_id", "sid", "root_sid", "agent_session_id", "delegation_edge_id"]
        ),
        MessageSchema("caracal.policy.invalidate", required: ["zone_id"]),
        MessageSchema("caracal.keys.invalidate", required: ["zone_id"]),
        MessageSchema("caracal.agents.lifecycle", required: ["event", "zone_id", "agent_session_id"]),
        MessageSchema("caracal.delegations.invalidate", required: ["zone_id", "epoch"], integers: ["epoch"]),
    ]
}

/// Checks messages against the schema of their stream.
package struct SchemaCheck {
    private struct Rules {
        var required: [Name]
        var anchors: [Name]
        var integers: [Name]
        var eventKeys: [Name]
    }

    /// A field's name, as text for an error and as bytes to look for.
    private struct Name {
        let text: String
        let bytes: [UInt8]

        init(_ text: String) {
            self.text = text
            bytes = Array(text.utf8)
        }
    }

    private let rules: Rules
    private var scanner = MessageScanner()
    private var event = Message()

    /// A check of the messages of one stream. Its storage is reused from message to message.
    package init(_ schema: MessageSchema) {
        rules = Rules(
            required: schema.required.map(Name.init),
            anchors: schema.anchors.map(Name.init),
            integers: schema.integers.map(Name.init),
            eventKeys: schema.eventKeys.map(Name.init)
        )
    }

    /// Throws the first rule that `message` breaks.
    package mutating func check(_ message: Message) throws(SchemaError) {
        for name in rules.required {
            guard let index = message.lastIndex(of: name.bytes) else { throw .missing(field: name.text) }
            guard !message.fields[index].value.isEmpty else { throw .empty(field: name.text) }
        }
        guard rules.anchors.isEmpty || rules.anchors.contains(where: { message.hasValue(for: $0.bytes) }) else {
            throw .noAnchor(of: rules.anchors.map(\.text))
        }
        for name in rules.integers {
            guard let index = message.lastIndex(of: name.bytes), Self.isCount(message.value(at: index)) else {
                throw .notAnInteger(field: name.text)
            }
        }
        if !rules.eventKeys.isEmpty { try checkEvent(message) }
    }

    private mutating func checkEvent(_ message: Message) throws(SchemaError) {
        guard let index = message.lastIndex(of: FieldName.data) else { return }
        do {
            try scanner.scan(message.bytes, message.fields[index].value, into: &event)
        } catch {
            throw .malformedEvent(error)
        }
        for key in rules.eventKeys where !event.hasValue(for: key.bytes) { throw .missingEventKey(key.text) }
    }

    /// Whether `text` is decimal digits alone, of a number that every consumer's 64-bit integer can hold.
    private static func isCount(_ text: ArraySlice<UInt8>) -> Bool {
        var value: Int64 = 0
        for byte in text {
            guard ASCII.isDigit(byte) else { return false }
            let (tens, carried) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !carried, !overflowed else { return false }
            value = sum
        }
        return !text.isEmpty
    }
}

extension Message {
    /// Whether the field that counts under this name is there and not empty.
    fileprivate func hasValue(for name: [UInt8]) -> Bool {
        lastIndex(of: name).map { !fields[$0].value.isEmpty } ?? false
    }
}

/// Why a stream's consumers would not take a message.
package enum SchemaError: Error, Sendable, Equatable {
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

extension SchemaError: TerminalTextConvertible {
    /// One line, lower case, without the message's values.
    package var text: TerminalText {
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
