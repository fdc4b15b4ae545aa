import RESP

/// Makes sure that a lost connection's bytes, which the server may not have read yet, will never be carried out.
///
/// A server reads what lies in its socket even after the client is gone. Only when it has closed its side, by itself or
/// because it was told to (`CLIENT KILL ID`), is what it has done final.
package struct ConnectionFence: Sendable, Equatable {
    /// The lost connection's number on its server.
    package let identifier: Int64
    /// The name it gave itself. Numbers begin anew when a server is restarted: the name tells whose number it is now.
    package let name: String

    /// Describes a connection; nil when the server never told its number.
    package init?(_ connection: Connection) {
        guard let identifier = connection.server.connection else { return nil }
        self.init(identifier: identifier, name: connection.name)
    }

    /// Describes a connection of an earlier run.
    package init(identifier: Int64, name: String) {
        self.identifier = identifier
        self.name = name
    }

    /// Asks for the lost connection, and has it closed if it is still there. A refusal means that nothing is certain.
    package func raise(on connection: Connection) throws(RedisError) -> Result<Void, Refusal> {
        switch try connection.ask(ClientLine(identifier: identifier)) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let line):
            guard line.contains(name: name) else { return .success(()) }
            return try connection.ask(ClientKill(identifier: identifier)).map { _ in }
        }
    }
}

/// `CLIENT LIST ID n`: the server's line about one connection, empty when there is none.
struct ClientLine: Request {
    let identifier: Int64

    var command: Command {
        Command("CLIENT", "LIST", "ID", String(identifier))
    }

    func read(_ reply: ReplyValue) -> Line? {
        reply.text.map { Line(text: Array($0)) }
    }

    struct Line: Sendable {
        let text: [UInt8]

        func contains(name: String) -> Bool {
            text.split(separator: UInt8(ascii: " ")).contains { $0.elementsEqual("name=\(name)".utf8) }
        }
    }
}

/// `CLIENT KILL ID n`: how many connections were closed, none or one.
struct ClientKill: Request {
    let identifier: Int64

    var command: Command {
        Command("CLIENT", "KILL", "ID", String(identifier))
    }

    func read(_ reply: ReplyValue) -> Int64? {
        reply.integer
    }
}
