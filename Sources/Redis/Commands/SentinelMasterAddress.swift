import RESP

/// `SENTINEL GET-MASTER-ADDR-BY-NAME name`: where the master is, as far as this Sentinel knows; nil for a name it does not
/// know.
struct SentinelMasterAddress: Request {
    let name: String

    var command: Command {
        Command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)
    }

    /// Host and port. A host is at most 255 bytes, without white space and controls: it goes to the resolver.
    func read(_ reply: ReplyValue) -> Endpoint.Address?? {
        if reply.kind == .null { return .some(nil) }
        guard reply.kind == .array, reply.count == 2, let host = reply[0]?.text, let port = reply[1]?.text,
            (1...255).contains(host.count), host.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            let name = String(validating: host, as: UTF8.self),
            let number = PlainNumber.unsigned(Array(port)), (1...65_535).contains(number)
        else { return nil }
        return .tcp(host: name, port: UInt16(number))
    }
}
