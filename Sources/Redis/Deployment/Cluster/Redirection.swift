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
