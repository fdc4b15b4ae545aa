import Redis
import Text

/// What a row of an outbox becomes in its stream, before it is signed: the fields that the service's dispatcher would send.
///
/// A payload is the text of a jsonb as PostgreSQL prints it: names are distinct, and strings are well-formed.
package enum OutboxMessage {
    /// The message of a row of the API's table: `outbox_id`, then the payload's members, null left out, every other value as
    /// JavaScript's `String(value)`. An `outbox_id` of the payload takes the place of the row's own.
    package static func api(id: [UInt8], payload: [UInt8]) throws(OutboxPayloadError) -> Message {
        var list = Properties()
        list.append(FieldName.outboxID, id)
        for (name, value) in try members(of: payload) {
            let text: [UInt8]
            switch value {
            case .container: throw .nested(name)
            case .scalar(Self.null): continue
            case .scalar(let scalar): text = string(of: scalar)
            case .string(let string): text = string
            }
            if name == FieldName.outboxID { list.replaceFirst(by: text) } else { list.append(name, text) }
        }
        return list.message
    }

    /// The message of a row of the Coordinator's table: `outbox_id`, `dedupe_key`, then the payload's members but those two and
    /// `_sig`: strings as they are, everything else as compact JSON.
    package static func coordinator(
        id: [UInt8],
        dedupeKey: [UInt8],
        payload: [UInt8]
    ) throws(OutboxPayloadError) -> Message {
        let own = [FieldName.outboxID, FieldName.dedupeKey, FieldName.signature]
        var list = Properties()
        list.append(FieldName.outboxID, id)
        list.append(FieldName.dedupeKey, dedupeKey)
        for (name, value) in try members(of: payload) where !own.contains(name) {
            switch value {
            case .string(let text), .container(let text): list.append(name, text)
            case .scalar(let text):
                list.append(name, isWord(text) ? text : JavaScriptNumber.text(of: text[...]) ?? null)
            }
        }
        return list.message
    }

    /// `String(value)` of a number, true or false.
    private static func string(of scalar: [UInt8]) -> [UInt8] {
        if isWord(scalar) { return scalar }
        let infinite = scalar.first == UInt8(ascii: "-") ? "-Infinity" : "Infinity"
        return JavaScriptNumber.text(of: scalar[...]) ?? Array(infinite.utf8)
    }

    private static func isWord(_ scalar: [UInt8]) -> Bool { (scalar.first ?? 0) >= UInt8(ascii: "a") }

    private static let null = Array("null".utf8)

    /// The value of a member.
    fileprivate enum Value {
        /// A string's text.
        case string([UInt8])
        /// A number, true, false or null, as it stands.
        case scalar([UInt8])
        /// An array or an object, as compact JSON.
        case container([UInt8])
    }

    private static func members(
        of payload: [UInt8]
    ) throws(OutboxPayloadError) -> [(name: [UInt8], value: Value)] {
        var members: [(name: [UInt8], value: Value)] = []
        var scanner = JSONScanner(payload)
        do throws(JSONError) {
            try scanner.readObject { scanner, range throws(JSONError) in
                let name = Array(scanner.bytes[range])
                members.append((name, try scanner.readMember()))
            }
            try scanner.requireEnd()
        } catch {
            throw .malformed(error)
        }
        return members
    }

    /// The properties of a JavaScript object.
    private struct Properties {
        private var indexed: [(index: UInt32, name: [UInt8], value: [UInt8])] = []
        private var named: [(name: [UInt8], value: [UInt8])] = []

        mutating func append(_ name: [UInt8], _ value: [UInt8]) {
            if let index = JavaScriptName.arrayIndex(name[...]) {
                indexed.append((index, name, value))
            } else {
                named.append((name, value))
            }
        }

        mutating func replaceFirst(by value: [UInt8]) { named[0].value = value }

        /// In the order in which the object lists them.
        var message: Message {
            Message(indexed.sorted { $0.index < $1.index }.map { ($0.name, $0.value) } + named)
        }
    }
}

extension JSONScanner {
    fileprivate mutating func readMember() throws(JSONError) -> OutboxMessage.Value {
        let start = position
        switch next {
        case UInt8(ascii: "\""): return .string(Array(bytes[try readString()]))
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            var output: [UInt8] = []
            try stringify(to: &output)
            return .container(output)
        default:
            try skipScalar()
            return .scalar(Array(bytes[start..<position]))
        }
    }
}

/// Why a row cannot become a message.
package enum OutboxPayloadError: Error, Sendable, Equatable, TerminalTextConvertible {
    /// The payload is no object, or not to be read.
    case malformed(JSONError)
    /// A member of a payload of the API is an array or an object: its rows hold strings, numbers, booleans and nulls only.
    case nested([UInt8])

    /// One line, lower case, without the payload's values.
    package var text: TerminalText {
        switch self {
        case .malformed(let error): "payload_json is not an object that can be published: \(error)"
        case .nested(let name):
            "member \(TerminalText(quoting: name)) of payload_json is an array or an object, which the API's outbox cannot hold"
        }
    }
}
