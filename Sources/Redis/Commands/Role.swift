import RESP

/// `ROLE`: what a server is to its data, for servers whose HELLO does not tell.
struct Role: Request {
    var command: Command {
        Command("ROLE").reading()
    }

    /// `master`, or `slave` for a replica; a Sentinel is neither.
    func read(_ reply: ReplyValue) -> ServerIdentity.Role?? {
        guard reply.kind == .array, let word = reply[0]?.text else { return nil }
        if word.elementsEqual("master".utf8) { return .master }
        return word.elementsEqual("slave".utf8) ? .replica : .some(nil)
    }
}

extension Connection {
    /// Whether the server is a master: what it said when it let us in, or, where it said nothing, what it answers to ROLE.
    func isMaster(until deadline: Deadline) throws(RedisError) -> Bool {
        if let role = server.role { return role == .master }
        switch try read(pipeline([Role().command], until: deadline)[0], of: Role()) {
        case .success(let role):
            server.role = role
            return role == .master
        case .failure(let refusal): throw failure(.refused(refusal), .connecting)
        }
    }
}
