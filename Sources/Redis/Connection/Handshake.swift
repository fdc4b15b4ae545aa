import RESP

/// Being let in: HELLO 3 with AUTH, the client's name, SELECT, all in one round trip; AUTH in RESP2 where there is no HELLO.
struct Handshake {
    let connection: Connection
    let deadline: Deadline
    /// Whether to begin with HELLO: not with a proxy that hung up because of it.
    var saysHello = true
    /// What will be asked first, to be sent along with HELLO: commands that only read.
    var questions: [Command] = []

    /// How a handshake ended.
    enum Outcome {
        case isIn
        /// The peer refused HELLO and hung up: without it, on another connection, it may accept us.
        case hungUpOnHello(RedisError)
    }

    /// Throws with phase `connecting`: nothing that matters was sent.
    @discardableResult
    func run() throws(RedisError) -> Outcome {
        do {
            if saysHello { return try greet() }
            try greetInRESP2()
            return .isIn
        } catch {
            connection.close()
            throw RedisError(connection.endpoint, .connecting, error.cause)
        }
    }

    private func greet() throws(RedisError) -> Outcome {
        for command in [hello] + introduction { connection.enqueue(command) }
        try connection.flush(askingAhead: questions, until: deadline)
        let answer = try connection.receive(until: deadline)
        let refusal = answer.root.error.map(Refusal.init)
        // A server that turns a client away says so once and hangs up: no further reply may be waited for.
        if let refusal, !isOfHello(refusal) { throw refused(refusal) }
        var replies: [Reply] = []
        do throws(RedisError) {
            for _ in introduction { replies.append(try connection.receive(until: deadline)) }
            // They were refused as well, or answered to somebody else: they are asked again after AUTH.
            if refusal != nil { try connection.dropQuestionsAhead(until: deadline) }
        } catch {
            guard let refusal, case .link(.disconnected) = error.cause else { throw error }
            return .hungUpOnHello(refused(refusal))
        }
        if refusal == nil {
            connection.server = ServerIdentity(hello: answer.root)
            try checkIntroduction(replies)
        } else {
            try greetInRESP2()
        }
        return .isIn
    }

    /// For servers older than 6.0, for those whose administrator took HELLO away, and for proxies that do not know it.
    private func greetInRESP2() throws(RedisError) {
        let replies = try connection.pipeline(authentication + introduction, until: deadline)
        if !authentication.isEmpty, let error = replies[0].root.error {
            let refusal = Refusal(error)
            // A server without a password is content with any, as it is when HELLO brings one.
            guard refusal.begins(with: "ERR AUTH <password> called without any password") else {
                throw refused(refusal)
            }
        }
        // The courtesies may be refused, but not because we are nobody yet.
        let refusals = replies.compactMap { $0.root.error.map(Refusal.init) }
        if let refusal = refusals.first(where: { $0.kind == .noAuthentication }) { throw refused(refusal) }
        try checkIntroduction(Array(replies.dropFirst(authentication.count)))
    }

    /// Only a refused SELECT ends it: the client's name and library are a courtesy that ACLs and old servers may refuse.
    private func checkIntroduction(_ replies: [Reply]) throws(RedisError) {
        connection.isNamed = replies.dropFirst().first?.root.error == nil
        guard connection.endpoint.database != 0, let error = replies.last?.root.error else { return }
        throw refused(Refusal(error).answering(Command("SELECT"), of: connection.endpoint))
    }

    /// Servers may echo what they were sent, and they were sent the password.
    private func refused(_ refusal: Refusal) -> RedisError {
        let password = connection.endpoint.credentials?.password ?? Secret([])
        return connection.failure(.refused(refusal.withoutArguments.blanking(password)), .connecting)
    }

    /// Whether it may be HELLO that is refused, and not us. Proxies have words of their own for what they do not know, and
    /// some answer everything that is not AUTH as if no password had been given: a server would have looked at ours.
    private func isOfHello(_ refusal: Refusal) -> Bool {
        switch refusal.kind {
        case .unsupportedProtocol, .noPermission: true
        case .noAuthentication: connection.endpoint.credentials != nil
        case .other: !refusal.isTooManyClients
        default: false
        }
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
            Command("CLIENT", "SETNAME", connection.name.description),
        ]
        if connection.endpoint.database != 0 {
            commands.append(Command("SELECT", String(connection.endpoint.database)))
        }
        return commands
    }
}
