import Text

/// Names in a command that is meant to be copied: whatever they hold, a shell takes each for one word.
package enum ShellWord {
    /// Plain words as they are, others between single quotes, control characters and what is not ASCII as `$'\xHH'`. With a zero byte, which
    /// no shell can pass on, a word that reads like the name and is not it.
    package static func quoted(_ bytes: some Collection<UInt8>) -> TerminalText {
        TerminalText(keeping: word(bytes))
    }

    private static func word(_ bytes: some Collection<UInt8>) -> String {
        if !bytes.isEmpty, bytes.allSatisfy(isPlain) { return String(decoding: bytes, as: UTF8.self) }
        // No argument of a process can hold a zero byte: a shell would end the word there, which may be another name. This one is none.
        if bytes.contains(0) { return "'" + bytes.map(escaped).joined() + "'" }
        guard bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            return "$'" + bytes.map(escaped).joined() + "'"
        }
        return "'"
            + String(decoding: bytes, as: UTF8.self).split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: #"'\''"#) + "'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
            UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let isSafe = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\")
        if isSafe { return String(UnicodeScalar(byte)) }
        return "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
}

extension StreamDefinition {
    /// The name as it is typed in a command.
    package var word: TerminalText { ShellWord.quoted(Array(shortName.utf8)) }

    /// The command that creates it and its groups, and has no group skip what is there or comes in between.
    package var provisioning: TerminalText { "caracalctl provision \(word) --start 0" }

    /// What to add to the news that it, or a group of it, does not exist, a blank ahead; empty for a stream outside the table, which
    /// nothing here creates.
    package var creationAdvice: TerminalText { StreamTable.all.contains(self) ? " (\(provisioning) creates it)" : "" }

    /// The same for a key.
    package static func creationAdvice(_ key: [UInt8]) -> TerminalText {
        StreamTable.all.first { $0.key == key }?.creationAdvice ?? ""
    }

    /// How to begin it anew, with ids that begin anew as well: what is in it is kept in a file first.
    var anew: TerminalText {
        """
        test ! -e \(shortName).ndjson && caracalctl tail \(word) --since - --no-follow -o ndjson >\(shortName).ndjson && \
        \(RedisCLI.text) DEL \(ShellWord.quoted(key)) && \(provisioning)
        """
    }
}

extension Finding {
    /// Its stream as it is typed in a command; empty when it is about the server.
    var word: TerminalText { stream.map { StreamDefinition.unlisted($0).word } ?? "" }
}

/// How fixes call redis-cli: with the services' own address. Who shows a fix puts another one in its place where the server was
/// named otherwise.
package enum RedisCLI {
    /// The command, up to what redis-cli is to send.
    package static let text = "redis-cli -u \"$REDIS_URL\""
}
