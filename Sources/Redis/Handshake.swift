import RESP

/// Being let in: HELLO 3 with AUTH, the client's name, SELECT, all in one round trip; AUTH in RESP2 where there is no HELLO.
struct Handshake {
    let connection: Connection
    let deadline: Deadline

    /// Throws with phase `connecting`: nothing that matters was sent.
    func run() throws(RedisError) {
        do {
            try greet()
        } catch {
            connection.close()
            throw RedisError(target: error.target, phase: .connecting, cause: error.cause)
        }
    }

    private func greet() throws(RedisError) {
        let replies = try connection.pipeline([hello] + introduction, until: deadline)
        if let error = replies[0].root.error {
            let refusal = Refusal(error)
            guard isWithoutHello(refusal) else { throw connection.failure(.refused(refusal), .connecting) }
            try greetInRESP2()
        } else {
            connection.server = ServerIdentity(hello: replies[0].root)
            try checkSelection(replies.last)
        }
    }

    /// For servers older than 6.0, and for those whose administrator took HELLO away.
    private func greetInRESP2() throws(RedisError) {
        let replies = try connection.pipeline(authentication + introduction, until: deadline)
        if !authentication.isEmpty, let error = replies[0].root.error {
            let refusal = Refusal(error)
            // A server without a password is content with any, as it is when HELLO brings one.
            guard refusal.begins(with: "ERR AUTH <password> called without any password") else {
                throw connection.failure(.refused(refusal), .connecting)
            }
        }
        try checkSelection(replies.last)
    }

    /// Only a refused SELECT matters: the client's name and library are a courtesy that ACLs and old servers may refuse.
    private func checkSelection(_ reply: Reply?) throws(RedisError) {
        guard connection.endpoint.database != 0, let error = reply?.root.error else { return }
        throw connection.failure(.refused(Refusal(error)), .connecting)
    }

    private func isWithoutHello(_ refusal: Refusal) -> Bool {
        refusal.kind == .unsupportedProtocol || refusal.kind == .noPermission || refusal.isUnknownCommand
    }

    private var hello: Command {
        guard let credentials = connection.endpoint.credentials else { return Command("HELLO", "3") }
        let user = Array((credentials.user ?? "default").utf8)
        return Command("HELLO", arguments: [Array("3".utf8), Array("AUTH".utf8), user, credentials.password.bytes])
    }

    private var authentication: [Command] {
        guard let credentials = connection.endpoint.credentials else { return [] }
        let user = credentials.user.map { [Array($0.utf8)] } ?? []
        return [Command("AUTH", arguments: user + [credentials.password.bytes])]
    }

    private var introduction: [Command] {
        var commands = [
            Command("CLIENT", "SETINFO", "LIB-NAME", "caracalctl"),
            Command("CLIENT", "SETNAME", "caracalctl"),
        ]
        if connection.endpoint.database != 0 {
            commands.append(Command("SELECT", String(connection.endpoint.database)))
        }
        return commands
    }
}
