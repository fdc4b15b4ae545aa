import RESP

/// Makes sure that lost connections' bytes, which the server may not have read yet, will never be carried out.
///
/// A server reads what lies in its socket even after the client is gone. Only when it has closed its side, by itself or
/// because it was told to (`CLIENT KILL ID`), is what it has done final. Numbers begin anew when a server is restarted,
/// so the connections are looked for by their name.
package struct ConnectionFence: Sendable, Equatable {
    /// The name that the lost connections gave themselves.
    package let name: ConnectionName

    /// Describes a connection, and all others of its name; nil when the server did not take the name.
    package init?(_ channel: some CommandChannel) {
        guard channel.isNamed else { return nil }
        name = channel.name
    }

    /// Describes the connections of an earlier run.
    package init(name: ConnectionName) {
        self.name = name
    }

    /// Has every connection of that name closed but the ones that ask, on every server that takes writes: in a cluster the
    /// key may have moved since. A refusal means that nothing is certain.
    package func raise(on channel: some CommandChannel) throws(RedisError) -> Result<Void, Refusal> {
        for master in try channel.masters() {
            if case .failure(let refusal) = try raise(onServerOf: master) { return .failure(refusal) }
        }
        return .success(())
    }

    private func raise(onServerOf connection: Connection) throws(RedisError) -> Result<Void, Refusal> {
        var identifiers: [String]
        switch try connection.ask(ClientList(name: name)) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): identifiers = value
        }
        // The server would spare the one that asks anyway, but to ask for no kill at all takes no right to it.
        if let own = connection.server.connection { identifiers.removeAll { $0 == String(own) } }
        for answer in try connection.ask(identifiers.map(ClientKill.init)) {
            if case .failure(let refusal) = answer { return .failure(refusal) }
        }
        return .success(())
    }
}

/// `CLIENT LIST`: the numbers of the connections that bear a name.
struct ClientList: Request {
    let name: ConnectionName

    var command: Command {
        Command("CLIENT", "LIST").reading()
    }

    /// A line for each connection, `id=5 addr=127.0.0.1:51060 … name=caracalctl-1f …`; no name has a space.
    func read(_ reply: ReplyValue) -> [String]? {
        guard let text = reply.text else { return nil }
        var identifiers: [String] = []
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: " "))
            guard parts.contains(where: { $0.elementsEqual("name=\(name)".utf8) }) else { continue }
            guard let first = parts.first, first.starts(with: "id=".utf8) else { return nil }
            identifiers.append(String(decoding: first.dropFirst(3), as: UTF8.self))
        }
        return identifiers
    }
}

/// `CLIENT KILL ID n`: how many connections were closed, none or one; never the one that asks.
struct ClientKill: Request {
    let identifier: String

    var command: Command {
        Command("CLIENT", "KILL", "ID", identifier)
    }

    func read(_ reply: ReplyValue) -> Int64? {
        reply.integer
    }
}

extension Connection {
    /// Whether another run that does the same work is connected to this server, by the name that `ConnectionName.init(for:)` gave both.
    /// A server that does not take names, or does not list them, knows of none.
    package func hasOtherRun() throws(RedisError) -> Bool {
        guard isNamed else { return false }
        return try ask(ConnectedClients()).value?.contains(where: name.isShared) ?? false
    }
}

/// `CLIENT LIST TYPE normal`: the connections of clients, those of replicas and of subscribers left out.
package struct ConnectedClients: Request {
    /// Asks for them.
    package init() {}

    package var command: Command {
        Command("CLIENT", "LIST", "TYPE", "normal").reading()
    }

    package func read(_ reply: ReplyValue) -> [ClientInfo]? {
        reply.text.map { text in
            text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map(ClientInfo.init)
        }
    }
}

/// What CLIENT LIST says of one connection. Versions add fields; one that is missing stays empty.
package struct ClientInfo: Sendable, Equatable {
    /// The name it gave itself; empty without one.
    package private(set) var name: [UInt8] = []
    /// The last command it sent, in lower case, such as `xreadgroup`.
    package private(set) var command: [UInt8] = []
    /// Whether it waits in a blocking command.
    package private(set) var isBlocked = false

    /// Reads `field=value` words; names hold no spaces, the server sees to that.
    init(_ line: ArraySlice<UInt8>) {
        for word in line.split(separator: UInt8(ascii: " ")) {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = Array(word[word.index(after: equals)...])
            switch String(decoding: word[..<equals], as: UTF8.self) {
            case "name": name = value
            case "cmd": command = value
            case "flags": isBlocked = value.contains(UInt8(ascii: "b"))
            default: break
            }
        }
    }

    /// Whether it waits for entries of a consumer group.
    package var waitsForGroup: Bool {
        isBlocked && command.elementsEqual("xreadgroup".utf8)
    }
}

/// The client name that a connection gives itself. A random one is no other connection's; several connections share one on
/// purpose, so that those who come later find all of them.
package struct ConnectionName: Sendable, Equatable, CustomStringConvertible {
    /// The name as CLIENT SETNAME takes it.
    package let description: String

    private static let prefix = "caracalctl-"
    private static let longest = 16

    /// A new one.
    package init() {
        description = Self.prefix + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// A new one that begins as every name for this work does, so that a run finds others that do the same.
    package init(for work: [UInt8]) {
        // FNV-1a: which work it is has to be the same in every run.
        let hash = work.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        description = Self.prefix + Self.padded(hash) + "-" + Self.padded(.random(in: .min ... .max))
    }

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: longest - digits.utf8.count) + digits
    }

    /// One that was written down; nil for what the others never make. A name that others may bear would have them closed.
    package init?(_ text: String) {
        let parts = text.utf8.dropFirst(Self.prefix.utf8.count)
            .split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isPlain = parts.count == 1 && (1...Self.longest).contains(parts[0].count)
        let isForWork = parts.count == 2 && parts.allSatisfy { $0.count == Self.longest }
        guard text.hasPrefix(Self.prefix), isPlain || isForWork,
            parts.allSatisfy({ $0.allSatisfy(Self.isHexadecimal) })
        else { return nil }
        description = text
    }

    /// Whether a client of this name is another run that does the work of this one.
    func isShared(with client: ClientInfo) -> Bool {
        let own = Array(description.utf8)
        guard let end = own.lastIndex(of: UInt8(ascii: "-")), end >= Self.prefix.utf8.count else { return false }
        return client.name != own && client.name.starts(with: own[...end])
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
