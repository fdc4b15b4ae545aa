import RESP

/// Finds out whether a pipeline was refused by a server that only is not ready, and may be sent again.
enum PassingRefusal {
    /// The first such refusal; nil when there is none, or when a command that may change something was carried out.
    static func find(in replies: [Reply], to commands: [Command]) -> Refusal? {
        var first: Refusal?
        for (reply, command) in zip(replies, commands) {
            if let refusal = reply.root.error.map(Refusal.init), refusal.mayPass {
                first = first ?? refusal
            } else if !readers.contains(command.name) {
                return nil
            }
        }
        return first
    }

    /// What changes nothing, however often it is sent. A server that is loading answers some of these.
    private static let readers: Set<String> = [
        "TIME", "INFO", "CONFIG", "ROLE", "TYPE", "EXISTS", "SCAN", "DBSIZE", "MEMORY", "COMMAND", "ACL",
        "XLEN", "XINFO", "XRANGE", "XREVRANGE", "XPENDING",
    ]
}
