import Text

/// Names in a command that is meant to be copied: whatever they hold, sh, bash, zsh and fish take each for one word, and the tool for
/// what it stands for.
package enum ShellWord {
    /// Plain words as they are, others between single quotes; a name with control characters or what is not ASCII as
    /// `"$(printf '\377')"`, in octal, which all of them take (fish since 3.4). With a zero byte, which no shell can pass on, a word that
    /// reads like the name and is not it.
    package static func quoted(_ bytes: some Collection<UInt8>) -> TerminalText {
        TerminalText(keeping: word(bytes))
    }

    /// An option with its value: in one word where the value begins with a dash, as it would be taken for another option.
    package static func option(_ name: TerminalText, _ value: some Collection<UInt8>) -> TerminalText {
        "\(name)\(hasDash(value) ? "=" : " ")\(quoted(value))"
    }

    /// The last argument of a command.
    package static func last(_ argument: some Collection<UInt8>) -> TerminalText {
        "\(hasDash(argument) ? "-- " : "")\(quoted(argument))"
    }

    /// A group behind its stream: as an option where it begins with a dash.
    package static func group(_ name: some Collection<UInt8>) -> TerminalText {
        hasDash(name) ? option("--group", name) : quoted(name)
    }

    /// Whether a name can be given to a command of ours: what is not UTF-8 cannot, nor what no argument can hold.
    package static func canGive(_ name: some Sequence<UInt8>) -> Bool {
        let bytes = Array(name)
        return !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
    }

    /// What stands between double quotes where `quoted` wrote it with printf; nil for anything else.
    package static func printed(_ text: some StringProtocol) -> String? {
        guard text.hasPrefix(opening), text.hasSuffix(closing), text.utf8.count > opening.utf8.count else { return nil }
        var rest = text.utf8.dropFirst(opening.utf8.count).dropLast(closing.utf8.count)
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if isPlain(byte) {
                bytes.append(byte)
            } else if byte == UInt8(ascii: "\\"), rest.first != UInt8(ascii: "+"),
                let octal = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(octal)
                rest = rest.dropFirst(3)
            } else {
                return nil
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let opening = "$(printf '"
    private static let closing = "')"

    private static func hasDash(_ name: some Collection<UInt8>) -> Bool { name.first == UInt8(ascii: "-") }

    private static func word(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        // A fix may be shown with other words in the place of this one.
        if !bytes.isEmpty, bytes.allSatisfy(isPlain), !text.hasSuffix(tool) { return text }
        // No argument of a process can hold a zero byte: a shell would end the word there, which may be another name. This one is none.
        if bytes.contains(0) { return "'" + bytes.map(escaped).joined() + "'" }
        // What is printed last loses its line feeds. This is for bash and zsh alone.
        if Array(bytes).last == UInt8(ascii: "\n") { return "$'" + bytes.map(escaped).joined() + "'" }
        guard bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            let isFirst = hasDash(bytes)
            let letters = bytes.enumerated().map {
                isPlain($1) && !($0 == 0 && isFirst) ? String(UnicodeScalar($1)) : octal($1)
            }
            return "\"" + opening + letters.joined() + closing + "\""
        }
        // In fish a backslash escapes between single quotes as well: no name may have one there, nor leave them so.
        let parts = text.unicodeScalars.map { $0 == "'" || $0 == "\\" ? "'\\\($0)'" : String($0) }.joined()
        return "'" + parts.replacing("\(tool) ", with: "\(tool)'' ").replacing("redis-cli ", with: "redis-cli'' ") + "'"
    }

    private static let tool = "caracalctl"

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
            UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func octal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static func escaped(_ byte: UInt8) -> String {
        // A blank in plain sight would let a name look like a command to those who route fixes.
        let isSafe = (0x21..<0x7F).contains(byte) && byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\")
        if isSafe { return String(UnicodeScalar(byte)) }
        return "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
}

extension StreamDefinition {
    /// The name as it is typed in a command that has a place for it: as an option where it begins with a dash.
    package var word: TerminalText {
        shortName.hasPrefix("-") ? option : ShellWord.quoted(Array(shortName.utf8))
    }

    /// The same as an option.
    package var option: TerminalText { ShellWord.option("--stream", Array(shortName.utf8)) }

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

    /// What shows a group whose name no command of ours can be given.
    package static func look(at group: [UInt8], on stream: some Collection<UInt8>) -> TerminalText {
        // Any word that stands for it could be the name of another group.
        guard !group.contains(0) else {
            return """
                \(Self.text) XINFO GROUPS \(ShellWord.quoted(stream)) # its name holds a zero byte, which no command line can give
                """
        }
        return """
            \(Self.text) XINFO CONSUMERS \(ShellWord.quoted(stream)) \(ShellWord.quoted(group)) # its name is not UTF-8: redis-cli \
            takes it, and no command of this tool does
            """
    }
}
