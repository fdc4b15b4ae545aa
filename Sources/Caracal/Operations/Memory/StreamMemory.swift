import Redis
import Text

/// What a stream takes, and what it will take at its bound. All bytes are estimates.
package struct StreamMemory: Sendable, Equatable {
    /// The stream and what was found under its key.
    package let observed: ObservedStream
    /// How many entries it has; nil when unknown, and where there is no stream.
    package let length: UInt64?
    /// MEMORY USAGE's answer, which counts pending entries several times over.
    package let serverEstimate: ServerFact<UInt64>
    /// How many entries were read to know their size.
    package let sampled: Int
    /// What it takes; nil when unknown.
    package let bytes: UInt64?
    /// What one entry takes; nil when there is none to measure.
    package let bytesPerEntry: Double?
    /// Entries in the pending entries lists of all groups; nil when unknown.
    package let pending: UInt64?
    /// What they take, a part of `bytes`.
    package let pendingBytes: UInt64?
    /// Why its entries were not read, where the server refused to show them.
    private let refusal: Refusal?
    /// What it takes whatever its entries are.
    private let fixedBytes: Double

    /// What a stream takes with that many entries and the pending ones it has now; nil when an entry's size is unknown.
    package func bytes(entries: UInt64) -> UInt64? {
        bytesPerEntry.map { Self.bytes(fixedBytes + Double(entries) * $0) }
    }

    /// What it takes once it is filled to its bound; nil without a bound, and when an entry's size is unknown.
    package var bytesAtBound: UInt64? {
        observed.definition.bound.flatMap(bytes(entries:))
    }

    /// Why its size is not known though it may hold something, in a few words; nil where it is known, and where there is nothing.
    package var unknownReason: TerminalText? {
        switch observed.state {
        case .missing: nil
        case .refused(let refusal): refusal.reason
        case .otherType: bytes == nil ? "the server does not tell what the key takes" : nil
        case .stream(let info, _):
            info.length > 0 && bytes == nil ? refusal?.reason ?? "no entry could be read" : nil
        }
    }

    /// Why what it takes at its bound is not known though it holds entries, in a few words; nil where it is known, or nothing is there
    /// to measure.
    var unknownBoundReason: TerminalText? {
        if let unknownReason { return unknownReason }
        guard observed.definition.bound != nil, bytesAtBound == nil, length ?? 0 > 0 else { return nil }
        return refusal?.reason ?? "no entry could be read"
    }

    /// How many entries fit into that many bytes; nil when an entry's size is unknown.
    func entries(fitting room: Double) -> UInt64? {
        bytesPerEntry.map { Self.bytes((room - fixedBytes) / $0) }
    }

    /// Works it out from what was measured.
    init(_ measured: MeasuredStream, limits: NodeLimits, allocator: Allocator, version: ServerVersion?) {
        observed = measured.observed
        length = measured.length
        serverEstimate = measured.serverEstimate
        sampled = measured.sample.count
        refusal = measured.refusal
        guard case .stream(let info, let groups) = measured.observed.state else {
            (bytes, bytesPerEntry, pending, pendingBytes, fixedBytes) = (serverEstimate.value, nil, nil, nil, 0)
            return
        }
        let waiting = groups.reduce(UInt64(0)) { $0.saturatingAdd($1.pending) }
        let each = PendingCost(version: version, spread: measured.sample.spread ?? info.spread)
        let cost = Double(waiting) * each.bytes
        let openNode = Double(allocator.allocated(min(limits.bytes, Self.openNodeBytes)))
        pending = waiting
        pendingBytes = Self.bytes(cost)
        fixedBytes = Self.baseBytes + openNode + cost
        if let shape = NodeShape(measured.sample, limits: limits, allocator: allocator) {
            let nodes = max(1, Double(info.nodes ?? info.length / UInt64(max(1, shape.entries))))
            let perNode = Self.entriesPerNode(info, shape)
            // The node that is being filled takes what it holds where that is more: an entry alone may be of any size.
            let rest = min(perNode, max(0, Double(info.length) - (nodes - 1) * perNode))
            let held = max(shape.newestAlone, rest / perNode * shape.bytes)
            bytes = Self.bytes(fixedBytes + (nodes - 1) * shape.bytes + max(0, held - openNode))
            bytesPerEntry = shape.bytes / perNode
        } else {
            // Nothing was read: all there is to go by is the server's own estimate.
            let entries = serverEstimate.value.map { each.without(waiting, $0) }
            bytes = entries.map { Self.bytes(max(0, $0) / Self.serverExcess + cost) }
            // What a node takes that is being filled says nothing of its entries, if others are to come: it is allocated whole.
            let tells =
                info.nodes ?? Self.tellingNodes > 1
                || measured.observed.definition.bound ?? .max <= StreamTable.nodeEntries
            bytesPerEntry =
                info.length > 0 && tells
                ? entries.flatMap { $0 > 0 ? $0 / Self.serverExcess / Double(info.length) : nil } : nil
        }
    }

    /// What MEMORY USAGE's answer for a stream comes to once each pending entry counts as what it takes: for who reads no entry.
    static func corrected(_ estimate: UInt64, of observed: ObservedStream, version: ServerVersion?) -> UInt64 {
        guard case .stream(let info, let groups) = observed.state else { return estimate }
        let waiting = groups.reduce(UInt64(0)) { $0.saturatingAdd($1.pending) }
        guard waiting > 0 else { return estimate }
        let each = PendingCost(version: version, spread: info.spread)
        return bytes(max(0, each.without(waiting, estimate)) + Double(waiting) * each.bytes)
    }

    /// A stream without entries: the object, its name and its place in the key space.
    private static let baseBytes: Double = 512
    /// The node that is being filled is allocated whole, at least.
    private static let openNodeBytes = 4096
    /// By how much MEMORY USAGE was measured to overstate entries of one size.
    private static let serverExcess = 1.065
    /// From this many nodes on, the stream's own count of entries in a node is better than the sample's.
    private static let tellingNodes: UInt64 = 20

    /// How many entries a node has: all of the stream's nodes tell it better than a sample, unless XDEL left holes.
    private static func entriesPerNode(_ info: StreamInfo, _ shape: NodeShape) -> Double {
        guard let nodes = info.nodes, nodes >= tellingNodes, info.length > 0, info.maxDeletedID ?? .zero == .zero else {
            return shape.entries
        }
        return Double(info.length) / Double(nodes)
    }

    /// Whole bytes; numbers from the wire may be anything.
    static func bytes(_ value: Double) -> UInt64 {
        UInt64(exactly: max(0, value).rounded()) ?? (value > 0 ? .max : 0)
    }
}

/// What an entry in a pending entries list really takes. MEMORY USAGE counts about 550 bytes for it, or 1,040; Valkey 9 counts right.
///
/// Measured, each in its group and in its consumer: entries that share their millisecond, and what those take more that
/// do not, as the radix tree then branches more often.
package struct PendingCost: Sendable, Equatable {
    /// Bytes of one.
    package let bytes: Double

    /// Bytes that MEMORY USAGE counts for one.
    package let countedByServer: Double

    /// - Parameters:
    ///   - version: the server's; nil when unknown, taken for the most expensive.
    ///   - spread: the share of neighbours whose ids differ in their milliseconds.
    package init(version: ServerVersion?, spread: Double) {
        let spread = min(1, max(0, spread))
        bytes = (version?.pendingEntryBytes ?? 184) + 66 * spread
        // Measured: 546 to 555 where ids share their milliseconds, 1,034 to 1,112 where they do not.
        countedByServer = version?.countsPendingEntriesOnce == true ? bytes : 549 + 521 * spread
    }

    /// What MEMORY USAGE counts for everything but that many pending entries.
    func without(_ waiting: UInt64, _ estimate: UInt64) -> Double {
        Double(estimate) - Double(waiting) * countedByServer
    }
}

extension StreamInfo {
    /// The share of neighbours whose ids can differ in their milliseconds, by the ends of the stream: for who reads no entry.
    fileprivate var spread: Double {
        guard let firstID, let lastID, length > 1 else { return 0 }
        return min(1, Double(lastID.milliseconds - min(lastID.milliseconds, firstID.milliseconds)) / Double(length - 1))
    }
}
