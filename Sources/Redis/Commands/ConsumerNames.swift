import RESP

/// Reads pages of XPENDING, keeping each consumer's name once however many entries it holds.
struct ConsumerNames {
    private var names: [[UInt8]] = []
    private var recent = 0

    /// More names than this are not kept: looking through them would cost more than a copy.
    private static let limit = 64

    /// The entries of the page at `node`; nil when one is not as documented.
    mutating func entries(of page: Reply, at node: Int) -> [PendingEntry]? {
        let count = page.count(of: node)
        var entries: [PendingEntry] = []
        entries.reserveCapacity(count)
        var child = page.firstChild(of: node)
        for _ in 0..<count {
            guard let entry = entry(of: page, at: child) else { return nil }
            entries.append(entry)
            child = page.nextSibling(of: child)
        }
        return entries
    }

    private mutating func entry(of page: Reply, at node: Int) -> PendingEntry? {
        guard page.kind(of: node) == .array, page.count(of: node) == 4 else { return nil }
        let first = page.firstChild(of: node)
        let consumer = page.nextSibling(of: first)
        let idle = page.nextSibling(of: consumer)
        let deliveries = page.nextSibling(of: idle)
        guard page.kind(of: first) == .bulkString, page.kind(of: consumer) == .bulkString,
            let id = EntryID(page.bytes[page.payload(of: first)]),
            let milliseconds = page.number(of: idle),
            let count = page.number(of: deliveries)
        else { return nil }
        return PendingEntry(
            id: id,
            consumer: name(page.bytes[page.payload(of: consumer)]),
            idle: milliseconds < 0 ? nil : UInt64(milliseconds),
            deliveries: UInt64(max(0, count))
        )
    }

    private mutating func name(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        if recent < names.count, names[recent].elementsEqual(bytes) { return names[recent] }
        if let index = names.firstIndex(where: { $0.elementsEqual(bytes) }) {
            recent = index
            return names[index]
        }
        let name = Array(bytes)
        if names.count < Self.limit {
            recent = names.count
            names.append(name)
        }
        return name
    }
}
