import Redis

/// By what a message is told in several entries: published twice, or put back after it had died.
package enum MessageIdentity: Sendable, Equatable {
    /// By what its producer called it: `outbox_id`, or the `id` of an audit event.
    case produced([UInt8])
    /// By what it says. Another message may say the same.
    case content(MessageContent)

    init(_ message: Message) {
        self = message.producedID.map { .produced($0) } ?? .content(MessageContent(message.fields, in: message.bytes))
    }

    /// What its producer called it; nil where it has no name.
    package var producedID: [UInt8]? {
        if case .produced(let id) = self { id } else { nil }
    }
}

/// What a message says, in whichever order its fields stand and under whichever signature: a dead letter keeps it as a JSON
/// object, and one that is signed anew says the same.
package struct MessageContent: Sendable, Hashable {
    private struct Field: Hashable {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// In the order of their names; of one name in their own order, for consumers take the last.
    private let fields: [Field]
    /// How many bytes the names and values have.
    let size: Int

    init(_ fields: [FieldRange], in bytes: [UInt8]) {
        let own = fields.filter { Self.counts($0, in: bytes) }
        size = own.reduce(0) { $0 + $1.name.count + $1.value.count }
        let named = own.map { Field(name: Array(bytes[$0.name]), value: Array(bytes[$0.value])) }
        self.fields = named.enumerated().sorted { left, right in
            left.element.name == right.element.name
                ? left.offset < right.offset : left.element.name.lexicographicallyPrecedes(right.element.name)
        }.map(\.element)
    }

    /// Whether an entry says the same.
    func isIn(_ fields: [FieldRange], in bytes: [UInt8]) -> Bool {
        // Most entries differ in size: nothing is copied for them.
        let own = fields.reduce(0) { $0 + Self.size(of: $1, in: bytes) }
        return own == size && MessageContent(fields, in: bytes) == self
    }

    /// How many bytes a field adds to it.
    static func size(of field: FieldRange, in bytes: [UInt8]) -> Int {
        counts(field, in: bytes) ? field.name.count + field.value.count : 0
    }

    private static func counts(_ field: FieldRange, in bytes: [UInt8]) -> Bool {
        !ByteComparison.equal(bytes, field.name, FieldName.signature)
            && !ByteComparison.equal(bytes, field.name, FieldName.auditSignature)
    }
}

extension Message {
    /// What its producer called it; nil where it has no name of its own.
    var producedID: [UInt8]? {
        if let index = lastIndex(of: FieldName.outboxID) { return Array(value(at: index)) }
        guard let path = try? MessagePath(FieldName.eventID) else { return nil }
        return path.value(in: self).map { Array($0) }
    }
}
