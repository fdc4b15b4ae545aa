import ArgumentParser
import Text

/// How commands are written in a shell, where `caracalctl` does not stand before them.
enum ShellWords {
    /// A line without it, and without a remark at its end: what is pasted from elsewhere has them.
    static func typed(_ line: [CommandLineSplitter.Word]) -> [String] {
        let words = line.prefix { $0.isQuoted || $0.text != "#" }.map(\.text)
        return words.count > 1 && words[0] == Caracalctl.name ? Array(words.dropFirst()) : words
    }

    /// A text of ours with every command in it as it is typed in a shell.
    ///
    /// - Parameter lead: what stands before each of them; empty, or with a blank behind it.
    static func hint(_ text: TerminalText, lead: String = "") -> TerminalText {
        let name = "\(Caracalctl.name) "
        guard text.text.contains(name) else { return text }
        var parts = text.text.split(separator: name, omittingEmptySubsequences: false).map(String.init)
        for index in parts.indices.dropFirst() {
            let word = parts[index].prefix { $0.isLetter || $0 == "-" }
            let isCommand = names.contains(String(word)) || word.hasPrefix("-")
            parts[index] = (isCommand ? lead : name) + parts[index]
        }
        return TerminalText(keeping: parts.joined())
    }

    private static let names = ["help"] + Caracalctl.configuration.subcommands.map { $0._commandName }
}
