import RESP

/// Finds out whether a pipeline was refused by a server that only is not ready, and may be sent again.
enum PassingRefusal {
    /// The first such refusal; nil when there is none, or when a command that may change something was carried out.
    static func find(in replies: [Reply], to commands: [Command]) -> Refusal? {
        var first: Refusal?
        for (reply, command) in zip(replies, commands) {
            if let refusal = reply.root.error.map(Refusal.init), refusal.mayPass {
                first = first ?? refusal
            } else if !command.isRead {
                return nil
            }
        }
        return first
    }
}
