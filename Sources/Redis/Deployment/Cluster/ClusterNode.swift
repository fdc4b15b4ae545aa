import RESP

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
        // Whoever was asked over a Unix socket is on this machine.
        return .tcp(host: teller.host.isEmpty ? "127.0.0.1" : teller.host, port: port)
    }
}
