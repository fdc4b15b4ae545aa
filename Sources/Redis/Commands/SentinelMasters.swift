import RESP

/// `SENTINEL MASTERS`: the names of all masters that a Sentinel watches over.
struct SentinelMasters: Request {
    var command: Command {
        Command("SENTINEL", "MASTERS").reading()
    }

    /// A map for each master in RESP3, a flat list in RESP2; the name is one of its fields.
    func read(_ reply: ReplyValue) -> [[UInt8]]? {
        guard reply.kind == .array else { return nil }
        var names: [[UInt8]] = []
        for master in reply.elements {
            guard let name = master[field: "name"]?.text else { return nil }
            names.append(Array(name))
        }
        return names
    }
}
