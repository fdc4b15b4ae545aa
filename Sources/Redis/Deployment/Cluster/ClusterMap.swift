import RESP

/// Which server holds which slots, as one of them told it, with what was learnt since.
struct ClusterMap: Sendable, Equatable {
    /// The servers that take writes, in the order of their slots.
    private(set) var masters: [Endpoint.Address] = []
    /// Every server there is, replicas included: only these are ever given the password.
    private(set) var members: Set<ClusterNode> = []
    /// For each slot the place of its server among the masters; -1 for a slot that nobody serves.
    private var owners = [Int32](repeating: -1, count: KeySlot.count)

    /// A map of nothing.
    init() {}

    /// The server that holds a slot; nil when nobody does, as far as is known.
    func owner(of slot: KeySlot) -> Endpoint.Address? {
        let place = owners[slot.number]
        return place < 0 ? nil : masters[Int(place)]
    }

    /// The address of a member by its id.
    func address(of identifier: [UInt8]) -> Endpoint.Address? {
        members.first { $0.identifier == identifier }?.address
    }

    /// Notes that a slot is somewhere else by now.
    mutating func move(_ slot: KeySlot, to address: Endpoint.Address) {
        owners[slot.number] = place(of: address)
    }

    private mutating func place(of address: Endpoint.Address) -> Int32 {
        let place = masters.firstIndex(of: address) ?? masters.endIndex
        if place == masters.endIndex { masters.append(address) }
        return Int32(place)
    }
}

extension ClusterMap {
    /// The most servers that a map may name: a real cluster has a thousand at most.
    private static let memberLimit = 4_096

    /// Reads the reply to `CLUSTER SLOTS`, `[[first, last, master, replica …] …]`; nil when it is none, or contradicts itself.
    ///
    /// Slots whose master cannot be connected to (it has no name or no port for us) count as served by nobody.
    init?(slots reply: ReplyValue, toldBy teller: Endpoint.Address) {
        guard reply.kind == .array, reply.count <= KeySlot.count else { return nil }
        for range in reply.elements {
            guard range.kind == .array, range.count >= 3, let first = range[0]?.slot, let last = range[1]?.slot,
                first <= last
            else { return nil }
            let nodes = range.elements.dropFirst(2).map { ClusterNode($0, toldBy: teller) }
            members.formUnion(nodes.compactMap { $0 })
            guard members.count <= Self.memberLimit else { return nil }
            let place: Int32 = nodes[0].map { self.place(of: $0.address) } ?? -1
            for slot in first...last {
                guard owners[slot] == -1 else { return nil }
                owners[slot] = place
            }
        }
    }
}

extension ReplyValue {
    /// A number that is a slot's; nil otherwise.
    fileprivate var slot: Int? {
        unsigned.flatMap { Int(exactly: $0) }.flatMap(KeySlot.init(number:))?.number
    }
}
