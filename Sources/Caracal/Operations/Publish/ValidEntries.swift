import Redis

/// Finds entries with a valid signature by their `outbox_id`, or by what they say.
final class ValidEntries {
    private let wanted: Set<[UInt8]>
    private let wantedContents: Set<MessageContent>
    /// Most entries differ in size: nothing is copied for them.
    private let wantedSizes: Set<Int>
    /// The last one of each `outbox_id`, and of each content.
    private var ids: [[UInt8]: [UInt8]] = [:]
    private var contents: [MessageContent: [UInt8]] = [:]
    /// How the signatures turn out.
    private(set) var record = KeyRecord()

    init(_ entries: [ResignPlan.Entry]) {
        wanted = Set(entries.compactMap(\.outboxID))
        wantedContents = Set(entries.filter { $0.outboxID == nil }.map(\.content))
        wantedSizes = Set(wantedContents.map(\.size))
    }

    func note(_ entry: CheckedEntry, _ content: CheckedContent) {
        guard entry.judgement.part == .entry, let isValid = entry.judgement.isValid else { return }
        if let id = EntryID(entry.id) { record.note(isValid: isValid, id) }
        guard isValid else { return }
        let isOutboxID = { (field: FieldRange) in ByteComparison.equal(content.bytes, field.name, FieldName.outboxID) }
        if let field = content.fields.last(where: isOutboxID) {
            let value = Array(content.bytes[field.value])
            if wanted.contains(value) { ids[value] = entry.id }
        }
        guard !wantedSizes.isEmpty else { return }
        let size = content.fields.reduce(0) { size, field in
            isOutboxID(field) ? size : size + MessageContent.size(of: field, in: content.bytes)
        }
        guard wantedSizes.contains(size) else { return }
        let said = MessageContent(content.fields.filter { !isOutboxID($0) }, in: content.bytes)
        if wantedContents.contains(said) { contents[said] = entry.id }
    }

    /// What the valid entries say against an entry.
    func obstacle(of entry: ResignPlan.Entry) -> ResignPlan.Problem? {
        if let outboxID = entry.outboxID {
            return ids[outboxID].map { entry.precedes($0) ? .again($0) : .present($0) }
        }
        return contents[entry.content].flatMap { entry.precedes($0) ? .said($0) : nil }
    }
}

extension ResignPlan.Entry {
    /// What it says.
    var content: MessageContent { MessageContent(message.fields, in: message.bytes) }

    /// Whether it came before an entry of the stream; true of one of a file that has no id.
    fileprivate func precedes(_ other: [UInt8]) -> Bool {
        guard let own = EntryID(id), let other = EntryID(other) else { return true }
        return own < other
    }
}

extension Judgement {
    /// Whether its signature holds; nil where it has none, or there is no key.
    fileprivate var isValid: Bool? {
        switch outcome {
        case .valid: true
        case .invalid: false
        case .unsigned, .unchecked: nil
        }
    }
}
