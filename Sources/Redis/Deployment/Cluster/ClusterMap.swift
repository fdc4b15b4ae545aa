import RESP

/// Which server holds which slots, as one of them told it, with what was learnt since.
struct ClusterMap: Sendable, Equatable {
    /// The servers that take writes, in the order of their slots.
    private(set) var masters: [Endpoint.Address] = []
    /// The replicas of each server, as far as they were told.
    private var replicas: [Endpoint.Address: Set<Endpoint.Address>] = [:]
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

    /// The servers that may take the place of the one that holds a slot.
    func replicas(of slot: KeySlot) -> [Endpoint.Address] {
        owner(of: slot).flatMap { replicas[$0] }.map(Array.init) ?? []
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
            if let master = nodes[0]?.address {
                replicas[master, default: []].formUnion(nodes.dropFirst().compactMap { $0?.address })
            }
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

/// A server of a cluster, as the others announce it.
struct ClusterNode: Sendable, Hashable {
    /// Where it listens.
    let address: Endpoint.Address
    /// Its id, which stays the same whatever its address; nil when it was not told.
    let identifier: [UInt8]?

    /// Reads `[host, port, id, …]`; nil when it is no server that could be connected to.
    ///
    /// - Parameter teller: who says so: a server that does not know its own address, or is told not to tell it, leaves the
    ///   host empty, and means the one that was asked.
    init?(_ value: ReplyValue, toldBy teller: Endpoint.Address) {
        guard value.kind == .array, let first = value[0], let number = value[1]?.unsigned else { return nil }
        let host = first.isNull ? [] : first.text
        guard let host, let address = Self.address(host: host, port: number, toldBy: teller) else { return nil }
        self.address = address
        identifier = value[2]?.text.map { Array($0) }
    }

    /// An address as a server of the cluster tells it; nil for one that cannot be.
    static func address(
        host: some Collection<UInt8>,
        port: UInt64,
        toldBy teller: Endpoint.Address
    ) -> Endpoint.Address? {
        guard host.isEmpty else { return Endpoint.Address(announced: host, port: port) }
        guard let port = UInt16(exactly: port), port > 0 else { return nil }
        // A server that was asked over a Unix socket is on this machine.
        return .tcp(host: teller.host.isEmpty ? "127.0.0.1" : teller.host, port: port)
    }
}

/// Where a server of a cluster says that a key is: `MOVED slot host:port`, or for one command only `ASK slot host:port`.
struct Redirection: Sendable, Equatable {
    /// The key's slot.
    let slot: KeySlot
    /// The server to go to.
    let address: Endpoint.Address

    /// Reads a refusal; nil when it is not of the documented shape.
    init?(_ refusal: Refusal, toldBy teller: Endpoint.Address) {
        let words = refusal.message.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, let number = PlainNumber.unsigned(words[1]).flatMap({ Int(exactly: $0) }),
            let slot = KeySlot(number: number),
            // An IPv6 address has colons too, and no brackets.
            let colon = words[2].lastIndex(of: UInt8(ascii: ":")),
            let port = PlainNumber.unsigned(words[2][(colon + 1)...]),
            let address = ClusterNode.address(host: words[2][..<colon], port: port, toldBy: teller)
        else { return nil }
        self.slot = slot
        self.address = address
    }
}

/// The slot of a cluster that a key belongs to.
///
/// CRC16 (XMODEM) of the key, or of what stands in its first pair of braces where that is not empty: keys with the same
/// such tag are in the same slot.
package struct KeySlot: Sendable, Hashable {
    /// How many slots a cluster has.
    package static let count = 16_384

    /// From 0 to 16,383.
    package let number: Int

    /// The slot of a key.
    package init(key: [UInt8]) {
        number = Int(Self.checksum(Self.tag(of: key))) % Self.count
    }

    /// A slot by its number; nil for one that no cluster has.
    package init?(number: Int) {
        guard (0..<Self.count).contains(number) else { return nil }
        self.number = number
    }

    private static func tag(of key: [UInt8]) -> ArraySlice<UInt8> {
        guard let open = key.firstIndex(of: UInt8(ascii: "{")) else { return key[...] }
        let rest = key[(open + 1)...]
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")), close > rest.startIndex else { return key[...] }
        return rest[..<close]
    }

    /// Bit by bit: keys are few and short.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum: UInt16 = 0
        for byte in bytes {
            sum ^= UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
        }
        return sum
    }
}
