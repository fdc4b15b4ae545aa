import Text

/// A fix as it is shown to a person: the line to paste, and what is to be known about it on a line of its own. A comment behind the
/// command would be words of it where a shell takes none when it is typed, as zsh does unless it is told to.
struct FixLine {
    /// What is pasted, or a sentence.
    let command: TerminalText
    /// What stood behind ` # `; nil where nothing did.
    let note: TerminalText?

    /// - Parameter fix: a command as a shell takes it, with its comment, or a sentence.
    init(_ fix: TerminalText) {
        let text = Array(fix.text.utf8)
        guard let place = Self.comment(in: text) else {
            (command, note) = (fix, nil)
            return
        }
        command = TerminalText(keeping: String(decoding: text[..<place], as: UTF8.self))
        note = TerminalText(keeping: String(decoding: text[(place + 3)...], as: UTF8.self))
    }

    /// Where ` # ` stands outside of quotes; nil where it does not.
    private static func comment(in text: [UInt8]) -> Int? {
        var quote: UInt8?
        var index = 0
        while index < text.count {
            let byte = text[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") { index += 1 }
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\\") {
                index += 1
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if text[index...].starts(with: " # ".utf8) {
                return index
            }
            index += 1
        }
        return nil
    }
}
