extension Endpoint.Address {
    /// An address that came from the network; nil for one that cannot be: it is resolved, shown and compared as it is.
    init?(announced host: some Collection<UInt8>, port: UInt64) {
        guard (1...255).contains(host.count), host.allSatisfy(Self.isOfHost),
            let port = UInt16(exactly: port), port > 0
        else { return nil }
        self = .tcp(host: String(decoding: host, as: UTF8.self), port: port)
    }

    /// Letters, digits, and what else stands in names and addresses.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
