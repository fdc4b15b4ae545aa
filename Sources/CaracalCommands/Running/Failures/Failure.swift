import Text

/// Why a command could not do its work: one line for a person, a status for a script.
struct Failure: Error, Equatable {
    /// The status to end with.
    let status: ExitStatus
    /// One clause in lower case that names the target and the next step.
    let message: TerminalText

    init(_ status: ExitStatus, _ message: TerminalText) {
        self.status = status
        self.message = Self.masked(message)
    }

    /// A message that repeats what was typed may repeat a URL where none belongs: nobody is to read the password in it.
    private static func masked(_ message: TerminalText) -> TerminalText {
        guard message.text.contains("://"), message.text.contains("@") else { return message }
        let words = message.text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard let scheme = word.firstRange(of: "://"), let at = word.lastIndex(of: "@"), scheme.upperBound <= at
            else {
                return String(word)
            }
            return word[..<scheme.upperBound] + "***" + word[at...]
        }
        return TerminalText(keeping: words.joined(separator: " "))
    }
}
