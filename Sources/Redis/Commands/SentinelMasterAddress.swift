import RESP

/// `SENTINEL GET-MASTER-ADDR-BY-NAME name`: where the master is, as far as this Sentinel knows; nil for a name it does not
/// know.
struct SentinelMasterAddress: Request {
    let name: String

    var command: Command {
        Command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name).reading()
    }

    /// Host and port, both as text.
    func read(_ reply: ReplyValue) -> Endpoint.Address?? {
        if reply.kind == .null { return .some(nil) }
        guard reply.kind == .array, reply.count == 2, let host = reply[0]?.text,
            let port = reply[1]?.text.flatMap({ PlainNumber.unsigned($0) }),
            let address = Endpoint.Address(announced: host, port: port)
        else { return nil }
        return address
    }
}
