import Redis

/// Tells which entries a selector means, and reads values out of them. In a dead letter a path leads into the message inside,
/// and where that has no such field, into the dead letter's own fields.
///
/// A value of this type is scratch space: an entry that is not meant costs no allocation.
package struct EntryMatcher {
    private let selector: MessageSelector
    private var letters = DeadLetterReader()
    private var paths = MessagePathReader()
    private var content = DeadLetterReader.Content.none
    private var isUnreadable = false

    /// How many entries had JSON that a path leads into and that cannot be read: no condition holds for it.
    package private(set) var unreadable: UInt64 = 0

    /// A matcher of what `selector` means.
    package init(_ selector: MessageSelector = .all) { self.selector = selector }

    /// Whether an entry whose `fields` lie in `bytes` is meant.
    ///
    /// - Parameter source: where the entry inside comes from; nil for an entry of a stream that holds no dead letters.
    package mutating func takes(
        _ fields: [FieldRange],
        in bytes: [UInt8],
        of source: SignatureTarget.Source?
    ) -> Bool {
        guard selector.matches.allSatisfy({ $0.isIn(fields, bytes) }) else { return false }
        guard !selector.conditions.isEmpty else { return true }
        open(fields, in: bytes, of: source)
        isUnreadable = false
        var isMeant = true
        for condition in selector.conditions where isMeant { isMeant = holds(condition, fields, bytes) }
        if isUnreadable { unreadable += 1 }
        return isMeant
    }

    /// Reads the value that a path leads to in an entry, and hands it to `body`; nil where there is none.
    mutating func withValue(
        of path: MessagePath,
        _ fields: [FieldRange],
        in bytes: [UInt8],
        of source: SignatureTarget.Source?,
        _ body: (ArraySlice<UInt8>?) -> Void
    ) {
        open(fields, in: bytes, of: source)
        let message = letters.message
        switch content {
        case .inPlace where letters.fields.hasField(path.field, in: bytes): read(path, letters.fields, bytes, body)
        case .copied where message.fields.hasField(path.field, in: message.bytes):
            read(path, message.fields, message.bytes, body)
        default: read(path, fields, bytes, body)
        }
    }

    /// The message inside a dead letter, as it was; nil where there is none that can be restored.
    mutating func message(
        inside fields: [FieldRange],
        in bytes: [UInt8],
        of source: SignatureTarget.Source?
    ) -> Message? {
        open(fields, in: bytes, of: source)
        let message: Message
        switch content {
        case .none, .malformed: return nil
        case .inPlace: message = Message(letters.fields, in: bytes)
        case .copied: message = letters.message
        }
        return message.fields.isEmpty ? nil : message
    }

    private mutating func open(_ fields: [FieldRange], in bytes: [UInt8], of source: SignatureTarget.Source?) {
        content = source.map { letters.read(fields, in: bytes, of: $0) } ?? .none
    }

    private mutating func holds(_ condition: MessageCondition, _ fields: [FieldRange], _ bytes: [UInt8]) -> Bool {
        switch content {
        case .inPlace where letters.fields.hasField(condition.path.field, in: bytes):
            test(condition, letters.fields, bytes)
        case .copied where letters.message.fields.hasField(condition.path.field, in: letters.message.bytes):
            test(condition, letters.message.fields, letters.message.bytes)
        default: test(condition, fields, bytes)
        }
    }

    private mutating func test(_ condition: MessageCondition, _ fields: [FieldRange], _ bytes: [UInt8]) -> Bool {
        switch paths.read(condition.path, in: fields, bytes) {
        case .missing: return condition.holdsWithoutValue
        case .unreadable:
            isUnreadable = true
            return false
        case .inPlace(let range): return condition.holds(bytes, range)
        case .copied: return condition.holds(paths.copy, paths.copy.indices)
        }
    }

    private mutating func read(
        _ path: MessagePath,
        _ fields: [FieldRange],
        _ bytes: [UInt8],
        _ body: (ArraySlice<UInt8>?) -> Void
    ) {
        switch paths.read(path, in: fields, bytes) {
        case .missing: body(nil)
        case .unreadable:
            unreadable += 1
            body(nil)
        case .inPlace(let range): body(bytes[range])
        case .copied: body(paths.copy[...])
        }
    }
}

extension [FieldRange] {
    /// Whether one of these fields, which lie in `bytes`, has a name.
    fileprivate func hasField(_ name: [UInt8], in bytes: [UInt8]) -> Bool {
        contains { ByteComparison.equal(bytes, $0.name, name) }
    }
}
