import RESP

/// An error reply: the server read the command, and did not carry it out.
package struct Refusal: Error, Sendable, Equatable {
    /// The kind, by the first word of the text.
    package let kind: RefusalKind
    /// The whole text, as the server sent it: bytes from the network, to be escaped before they are shown.
    package let message: [UInt8]
    /// Which right the user lacks, where that is the reason and the command is known.
    package internal(set) var missingRight: MissingRight?

    /// Classifies an error reply.
    package init(_ error: ErrorReply) {
        self.init(code: error.code, message: error.message)
    }

    /// Classifies an error by its first word.
    package init(code: String, message: [UInt8]) {
        self.init(kind: RefusalKind(rawValue: code) ?? .other, message: message)
    }

    init(kind: RefusalKind, message: [UInt8]) {
        self.kind = kind
        self.message = message
    }

    /// The text as it may be shown, still unescaped: without the passwords that this process sends, which a server may repeat.
    package var shownMessage: [UInt8] { SentSecrets.masked(message) }

    /// Whether the text begins with `prefix`: for the few `ERR` refusals that only their words tell apart.
    package func begins(with prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { message.starts(with: $0) }
    }

    /// Whether the text has `words` in it: for what a server says of rights, in words that differ from version to version.
    func mentions(_ words: StaticString) -> Bool {
        words.withUTF8Buffer { words in
            message.indices.contains { message[$0...].starts(with: words) }
        }
    }

    /// XINFO's answer for a key that is not there.
    package var isNoSuchKey: Bool {
        begins(with: "ERR no such key")
    }

    /// The server does not have the command: too old for it, or its administrator renamed it away.
    package var isUnknownCommand: Bool {
        begins(with: "ERR unknown command") || begins(with: "ERR unknown subcommand")
            || begins(with: "ERR Unknown subcommand")
    }

    /// SELECT was asked for a database that the server does not have.
    package var isBadDatabase: Bool {
        begins(with: "ERR DB index") || begins(with: "ERR invalid DB index")
            || begins(with: "ERR SELECT is not allowed")
    }

    /// XADD's answer where the stream has given its last id: nothing can be added to it any more. Before Redis 7.0 a script's
    /// error has the command's within it.
    package var isExhausted: Bool {
        message.firstRange(of: "ERR The stream has exhausted the last possible ID".utf8) != nil
    }

    /// All of the server's client connections are taken.
    package var isTooManyClients: Bool {
        begins(with: "ERR max number of clients")
    }
}

/// What kind of refusal an error reply is, by its first word. The rest of the text differs from version to version.
package enum RefusalKind: String, Sendable, CaseIterable {
    case wrongType = "WRONGTYPE"
    case noGroup = "NOGROUP"
    case busyGroup = "BUSYGROUP"
    case noAuthentication = "NOAUTH"
    case wrongPassword = "WRONGPASS"
    case noPermission = "NOPERM"
    case denied = "DENIED"
    case unsupportedProtocol = "NOPROTO"
    case loading = "LOADING"
    case outOfMemory = "OOM"
    case readOnly = "READONLY"
    case misconfigured = "MISCONF"
    case noReplicas = "NOREPLICAS"
    case masterDown = "MASTERDOWN"
    case busyScript = "BUSY"
    case unblocked = "UNBLOCKED"
    case noScript = "NOSCRIPT"
    case transactionAborted = "EXECABORT"
    case moved = "MOVED"
    case ask = "ASK"
    case tryAgain = "TRYAGAIN"
    case clusterDown = "CLUSTERDOWN"
    case crossSlot = "CROSSSLOT"
    /// `ERR`, or a word that is not known here.
    case other = "ERR"

    /// Refusals that end by themselves, or once an operator has acted on the server: the same command may work later.
    package var isForNow: Bool {
        switch self {
        case .loading, .outOfMemory, .readOnly, .misconfigured, .noReplicas, .masterDown, .busyScript, .unblocked,
            .tryAgain, .clusterDown, .moved, .ask:
            true
        default:
            false
        }
    }

    /// Refusals of a server that is not ready to be asked anything, whatever the key.
    package var isAboutServer: Bool {
        switch self {
        case .loading, .masterDown, .busyScript, .noAuthentication: true
        default: false
        }
    }

    /// Refusals of the user rather than of the command's content.
    package var isAboutRights: Bool {
        switch self {
        case .noAuthentication, .wrongPassword, .noPermission, .denied: true
        default: false
        }
    }
}

extension Refusal {
    /// An unknown command's refusal without the arguments it echoes, of which the server may have cut off a part.
    var withoutArguments: Refusal {
        guard isUnknownCommand, let comma = message.firstIndex(of: UInt8(ascii: ",")) else { return self }
        return Refusal(kind: kind, message: Array(message[..<comma]))
    }

    /// The refusal with `***` wherever it repeats a secret.
    func blanking(_ secret: Secret) -> Refusal {
        guard !secret.bytes.isEmpty else { return self }
        var refusal = Refusal(kind: kind, message: secret.masked(in: message))
        refusal.missingRight = missingRight
        return refusal
    }
}
