import Redis

/// Tells which entries, and which dead letters, are of one message.
struct MessageMatcher {
    private var matchers: [EntryMatcher] = []
    /// Finds what its producer called it, where that is what the matchers look for.
    private var producedID: TextSearch?
    /// What its entries say; nil where they are told by something else.
    private var content: MessageContent?
    /// The id of its entry, in whichever stream, where that is all that is known.
    private var place: StreamPosition?
    /// Ids of its entries, by the stream they are in: what dead letters name as their source.
    private var sources: [[UInt8]: Set<EntryID>] = [:]
    private let letters = DeadLetterReader()

    init(_ name: MessageName) {
        switch name {
        case .entry(let place): self.place = place
        case .produced(let id, _): look(for: id)
        case .content(let selector): matchers = [EntryMatcher(selector)]
        }
    }

    init(_ identity: MessageIdentity) {
        switch identity {
        case .produced(let id): look(for: id)
        case .content(let content): self.content = content
        }
    }

    private mutating func look(for id: [UInt8]) {
        producedID = TextSearch(id)
        matchers = [FieldName.outboxID, FieldName.eventID, FieldName.publishedID].map { path in
            EntryMatcher(MessageSelector([MessageCondition(path, equals: id)].compactMap(\.self)))
        }
    }

    /// Takes dead letters whose source is this entry.
    mutating func add(source id: EntryID, in stream: [UInt8]) { sources[stream, default: []].insert(id) }

    /// Takes, where nothing but an id was known, what has the name of a message that was found by it.
    mutating func add(_ message: Message?) {
        guard place != nil, matchers.isEmpty, let id = message?.producedID else { return }
        look(for: id)
    }

    mutating func takes(_ fields: [FieldRange], in bytes: [UInt8], of target: SignatureTarget) -> Bool {
        if let source = target.source, place != nil || sources[source.key] != nil,
            let id = letters.head(fields, in: bytes, of: source).sourceID,
            place?.contains(id) == true || sources[source.key]?.contains(id) == true
        {
            return true
        }
        if target.source == nil {
            if content?.isIn(fields, in: bytes) == true { return true }
            if let producedID, !Self.mayHold(producedID, fields, in: bytes) { return false }
        }
        for index in matchers.indices where matchers[index].takes(fields, in: bytes, of: target.source) { return true }
        return false
    }

    /// Whether an entry may have this id, without a look into its JSON: what is not in its bytes is there only if JSON escapes it.
    private static func mayHold(_ id: TextSearch, _ fields: [FieldRange], in bytes: [UInt8]) -> Bool {
        guard let first = fields.first, let last = fields.last else { return false }
        let range = first.name.lowerBound..<last.value.upperBound
        return id.isIn(bytes, range) || ByteSearch.first(UInt8(ascii: "\\"), in: bytes, range) != nil
    }
}

extension FieldName {
    /// `data.id`: what an audit event is called.
    static let eventID = Array("data.id".utf8)
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
