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
    package mutating func check(_ message: Message) throws(SchemaViolation) {
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

    private mutating func checkEvent(_ message: Message) throws(SchemaViolation) {
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
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return false }
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
