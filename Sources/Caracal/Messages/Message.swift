import Redis

/// A message on its way to a stream: its fields, in the order they were given, in one byte array.
///
/// A value of this type is meant to be refilled: `removeAll()` keeps its storage, so a bulk publish allocates nothing
/// for each message.
package struct Message: Sendable {
    /// The bytes that the ranges of `fields` point into.
    package internal(set) var bytes: [UInt8] = []
    /// The fields, in the order they were given.
    package internal(set) var fields: [FieldRange] = []

    /// A message without fields.
    package init() {}

    /// A message of these names and values, in this order. Nothing is checked: see `check(allowingNewlines:)`.
    package init(_ pairs: [(name: [UInt8], value: [UInt8])]) {
        for pair in pairs { append(name: pair.name, value: pair.value) }
    }

    /// Removes every field and keeps the storage.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
    }

    /// Makes room for this many bytes and fields.
    mutating func reserve(_ byteCount: Int, fields count: Int) {
        bytes.reserveCapacity(byteCount)
        fields.reserveCapacity(count)
    }

    /// Adds a field at the end.
    package mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let middle = bytes.count
        bytes.append(contentsOf: value)
        fields.append(FieldRange(name: start..<middle, value: middle..<bytes.count))
    }

    /// Removes every field called `name`.
    mutating func remove(_ name: [UInt8]) {
        fields.removeAll { ByteComparison.equal(bytes, $0.name, name) }
    }

    /// The name of the field at `index`.
    package func name(at index: Int) -> ArraySlice<UInt8> { bytes[fields[index].name] }

    /// The value of the field at `index`.
    package func value(at index: Int) -> ArraySlice<UInt8> { bytes[fields[index].value] }

    /// The index of the last field called `name`, the one that counts for every consumer; nil when there is none.
    package func lastIndex(of name: [UInt8]) -> Int? {
        fields.lastIndex { ByteComparison.equal(bytes, $0.name, name) }
    }
}

extension Message: Equatable {
    /// Two messages are equal when they have the same names and values in the same order, wherever the bytes lie.
    package static func == (left: Message, right: Message) -> Bool {
        left.fields.count == right.fields.count
            && left.fields.indices.allSatisfy {
                left.name(at: $0) == right.name(at: $0) && left.value(at: $0) == right.value(at: $0)
            }
    }
}

/// The names of the fields that carry a message's identity and signature.
package enum FieldName {
    /// `_sig`: the signature over all other fields.
    package static let signature = Array("_sig".utf8)
    /// `sig`: the audit scheme's signature over `data`.
    package static let auditSignature = Array("sig".utf8)
    /// `data`: the audit event, as JSON.
    package static let data = Array("data".utf8)
    /// `src_data`: the audit event in a dead letter of the Audit service.
    package static let deadData = Array("src_data".utf8)
    /// `outbox_id`: what consumers tell a message delivered twice by.
    package static let outboxID = Array("outbox_id".utf8)
    /// `dedupe_key`: what the Coordinator's rows are distinct by, within a stream.
    package static let dedupeKey = Array("dedupe_key".utf8)
}
