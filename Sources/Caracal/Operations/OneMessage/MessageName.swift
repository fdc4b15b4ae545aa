import Redis

/// What an operator knows of a message that is to be followed.
package enum MessageName: Sendable, Equatable {
    /// The id of one of its entries.
    case entry(StreamPosition)
    /// The id that its producer gave it: `outbox_id`, or the `id` of an audit event. A UUIDv7 names the millisecond it was made in.
    case produced([UInt8], milliseconds: UInt64?)
    /// What is in it.
    case content(MessageSelector)

    /// The millisecond that a UUIDv7 names; nil for any other text.
    package static func milliseconds(ofUUID text: some Collection<UInt8>) -> UInt64? {
        let text = Array(text)
        guard text.count == 36 else { return nil }
        var time: UInt64 = 0
        for (place, byte) in text.enumerated() {
            if [8, 13, 18, 23].contains(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = hexDigit(byte) else { return nil }
            if place < 13 { time = time << 4 | digit }
        }
        return text[14] == UInt8(ascii: "7") ? time : nil
    }

    private static func hexDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

/// Tells which entries, and which dead letters, are of one message.
struct MessageMatcher {
    private var matchers: [EntryMatcher]
    /// Ids of its entries, by the stream they are in: what dead letters name as their source.
    private var sources: [[UInt8]: Set<EntryID>] = [:]
    private let letters = DeadLetterReader()

    /// - Parameter id: what its producer called it.
    init(producedAs id: [UInt8]) {
        matchers = [FieldName.outboxID, FieldName.eventID, FieldName.publishedID].map { path in
            EntryMatcher(MessageSelector([MessageCondition(path, equals: id)].compactMap(\.self)))
        }
    }

    /// One that has nothing to go by but what is in it.
    init(_ selector: MessageSelector?) { matchers = selector.map { [EntryMatcher($0)] } ?? [] }

    /// Takes dead letters whose source is this entry.
    mutating func add(source id: EntryID, in stream: [UInt8]) { sources[stream, default: []].insert(id) }

    mutating func takes(_ fields: [FieldRange], in bytes: [UInt8], of target: SignatureTarget) -> Bool {
        if let source = target.source, let ids = sources[source.key], !ids.isEmpty,
            let id = letters.head(fields, in: bytes, of: source).sourceID, ids.contains(id)
        {
            return true
        }
        for index in matchers.indices where matchers[index].takes(fields, in: bytes, of: target.source) { return true }
        return false
    }
}

extension FieldName {
    /// `data.id`: what an audit event is called.
    fileprivate static let eventID = Array("data.id".utf8)
    /// `id`: the same beside the event.
    fileprivate static let publishedID = Array("id".utf8)
}

extension MessageCondition {
    /// That the value at a path of ours is this one.
    fileprivate init?(_ path: [UInt8], equals value: [UInt8]) {
        guard let condition = try? MessageCondition(path + [UInt8(ascii: "=")] + value) else { return nil }
        self = condition
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
