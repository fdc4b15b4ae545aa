import RESP

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

    /// Puts the facts together.
    package init(name: [UInt8], command: [UInt8], isBlocked: Bool) {
        self.name = name
        self.command = command
        self.isBlocked = isBlocked
    }

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
