import Redis

/// Whether a line may hold a secret: such a line is kept out of the history. It would rather suspect too much.
enum SecretLine {
    /// Whether `line` starts with a space, which is how one keeps a line to oneself, or has a password, a key or the like.
    static func isSuspected(_ line: String) -> Bool {
        if line.first == " " { return true }
        // A line with an open quote is wrong, and may hold a secret all the same.
        let words = (try? CommandLineSplitter.split(line)) ?? line.split(separator: " ").map(String.init)
        return words.contains(where: isSecret) || isSecretCommand(words.map { $0.lowercased() })
    }

    /// A URL with a password, wherever it stands, or a field that is named like a secret: `token=...`.
    private static func isSecret(_ word: String) -> Bool {
        if word.contains("://"), word.contains("@") { return true }
        guard let equals = word.firstIndex(of: "=") else { return false }
        let name = word[..<equals].lowercased()
        return !name.hasPrefix("--") && suspiciousNames.contains { name.contains($0) }
    }

    private static let suspiciousNames = [
        "pass", "secret", "token", "auth", "credential", "apikey", "api_key", "private",
    ]

    /// A Redis command that takes a password. The words are in lower case.
    private static func isSecretCommand(_ words: [String]) -> Bool {
        guard let raw = words.firstIndex(of: "raw") else { return false }
        let command = words[raw...].dropFirst().filter { !$0.hasPrefix("--") }
        let setsUsers = command.contains("acl") && command.contains("setuser")
        let setsPasswords = command.contains("set") && command.contains { $0.contains("pass") || $0.contains("auth") }
        return setsUsers || setsPasswords || command.contains { ["auth", "auth2"].contains($0) }
    }
}
