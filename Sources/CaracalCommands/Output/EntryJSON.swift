import Caracal
import Redis
import Rendering

/// Writes what every JSON output shows of an entry: `fields`, its names and values as pairs; `message`, the object they fold into
/// for consumers; `event`, the audit event in it, decoded, or null.
///
/// A value of this type is scratch space: writing another entry reuses its storage.
struct EntryJSON {
    private var folding = FieldFolding()
    private var events = AuditEventReader()

    /// Writes the members of an entry into the object that is open.
    mutating func write(_ entry: Message, to writer: inout JSONWriter) {
        write(EntryFields(entry), message: EntryFields(entry), to: &writer)
    }

    /// Writes the members of a dead letter, whose `message` is the one inside it: null when that cannot be restored.
    mutating func write(_ letter: Message, holding inner: Message?, to writer: inout JSONWriter) {
        write(EntryFields(letter), message: inner.map(EntryFields.init), to: &writer)
    }

    /// Writes the members of an entry that was checked, where nothing is copied.
    mutating func write(_ content: CheckedContent, part: Judgement.Part, to writer: inout JSONWriter) {
        let own = EntryFields(fields: content.fields, bytes: content.bytes)
        let inner = content.inner.map { EntryFields(fields: $0.fields, bytes: $0.bytes) }
        write(own, message: part == .source ? inner : own, to: &writer)
    }

    /// The same members for a document, each of them on one line.
    mutating func members(_ letter: Message, holding inner: Message?) -> [JSONMember] {
        members(EntryFields(letter), message: inner.map(EntryFields.init))
    }

    /// The same members of an entry that is no dead letter.
    mutating func members(_ entry: Message) -> [JSONMember] {
        members(EntryFields(entry), message: EntryFields(entry))
    }

    private mutating func write(_ entry: EntryFields, message: EntryFields?, to writer: inout JSONWriter) {
        writer.name("fields")
        Self.writePairs(of: entry, to: &writer)
        writer.name("message")
        writeObject(of: message, to: &writer)
        writer.name("event")
        writeEvent(in: message, to: &writer)
    }

    private mutating func members(_ entry: EntryFields, message: EntryFields?) -> [JSONMember] {
        [
            JSONMember("fields", .written { Self.writePairs(of: entry, to: &$0) }),
            JSONMember("message", .written { writeObject(of: message, to: &$0) }),
            JSONMember("event", .written { writeEvent(in: message, to: &$0) }),
        ]
    }

    private static func writePairs(of entry: EntryFields, to writer: inout JSONWriter) {
        writer.array { pairs in
            for field in entry.fields { pairs.element(field.name, field.value, in: entry.bytes) }
        }
    }

    private mutating func writeObject(of message: EntryFields?, to writer: inout JSONWriter) {
        guard let message else { return writer.write(.null) }
        folding.fold(message.fields, in: message.bytes)
        writer.object { object in
            for (index, field) in message.fields.enumerated() where folding.counts(index) {
                object.member(field.name, field.value, in: message.bytes)
            }
        }
    }

    private mutating func writeEvent(in message: EntryFields?, to writer: inout JSONWriter) {
        guard let event = message.flatMap({ events.read($0.fields, in: $0.bytes) }) else { return writer.write(.null) }
        writer.write(json: events.bytes, event)
    }
}

/// Fields, and the bytes that they lie in.
private struct EntryFields {
    let fields: [FieldRange]
    let bytes: [UInt8]

    init(fields: [FieldRange], bytes: [UInt8]) {
        self.fields = fields
        self.bytes = bytes
    }

    init(_ message: Message) { self.init(fields: message.fields, bytes: message.bytes) }
}

extension JSONValue {
    /// A value as `body` writes it, on one line.
    fileprivate static func written(_ body: (inout JSONWriter) -> Void) -> JSONValue {
        var writer = JSONWriter()
        body(&writer)
        return .written(writer.drain())
    }
}
