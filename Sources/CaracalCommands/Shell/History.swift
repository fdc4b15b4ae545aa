import Glibc
import Redis
import Rendering
import Text

/// The lines of former shells, in a file that is its owner's alone. A line is there as soon as it was typed; several shells
/// may add to it at once.
struct History {
    /// How many lines are kept.
    static let limit = 1000

    /// No file of ours is longer; one that is has been made by something else.
    private static let fileLimit = 4 << 20

    private let path: String?
    private var hasWarned = false

    /// The file in `~/.local/state` ($XDG_STATE_HOME).
    init(_ source: SettingsSource) {
        path = UserFolder.state.path(source).map { $0 + "/history" }
    }

    /// The last lines, the oldest first. A file that has grown far beyond the limit is cut.
    mutating func load() -> [String] {
        guard let path else { return [] }
        do {
            let content = try PrivateFile.read(path, limit: Self.fileLimit)?.bytes ?? []
            let stored = content.split(separator: UInt8(ascii: "\n"))
            let lines = stored.suffix(Self.limit)
            if stored.count > 2 * Self.limit {
                try PrivateFile.replace(path, Array(lines.joined(separator: [0x0A])) + [0x0A])
            }
            return lines.compactMap { String(validating: $0, as: UTF8.self) }.filter(Self.isPrintable)
        } catch {
            warn(error)
            return []
        }
    }

    /// Adds a line. Returns false for one that is better forgotten.
    mutating func add(_ line: String) -> Bool {
        guard !SecretLine.isSuspected(line), Self.isPrintable(line) else { return false }
        guard let path, !hasWarned else { return true }
        do { try PrivateFile.append(path, Array("\(line)\n".utf8)) } catch { warn(error) }
        return true
    }

    private mutating func warn(_ error: SystemError) {
        guard !hasWarned, let path else { return }
        hasWarned = true
        Output.note("caracalctl: warning: no history is kept: cannot use \(path): \(error)")
    }

    /// Whether a line can be shown as it is.
    private static func isPrintable(_ line: String) -> Bool {
        line.utf8.count <= 4096 && !line.isEmpty && TerminalText(keeping: line).text == line
    }
}

/// Whether a line may hold a secret: such a line is kept out of the history. It would rather suspect too much.
///
/// What is a Redis command is suspected without `raw` before it as well: that is how it is typed by mistake.
enum SecretLine {
    /// Whether `line` starts with white space, which is how one keeps a line to oneself, or has a password, a key or the like.
    static func isSuspected(_ line: String) -> Bool {
        if line.first?.isWhitespace == true { return true }
        // A line with an open quote is wrong, and may hold a secret all the same.
        return isSuspected((try? CommandLineSplitter.split(line)) ?? roughly(line))
    }

    /// Whether a command line of these words has a password, a key or the like.
    static func isSuspected(_ words: [String]) -> Bool {
        words.contains(where: isSecret) || isSecretCommand(words.map { $0.lowercased() })
    }

    /// The words of a line whose quotes nobody can make sense of: none of them counts.
    private static func roughly(_ line: String) -> [String] {
        line.split(whereSeparator: \.isWhitespace).map { word in String(word.filter { !"\"'\\".contains($0) }) }
    }

    /// A URL with a password, wherever it stands; a key in hexadecimal, of 32 bytes or more; a password of an ACL rule,
    /// such as `>hush`; or a field that is named like a secret: `token=...`.
    private static func isSecret(_ word: String) -> Bool {
        if word.contains("://"), word.contains("@") { return true }
        if word.hasPrefix(">"), word.count > 1 { return true }
        if word.utf8.count >= 64, word.allSatisfy(\.isHexDigit) { return true }
        guard let equals = word.firstIndex(of: "=") else { return false }
        let name = word[..<equals].lowercased()
        return !name.hasPrefix("--") && suspiciousNames.contains { name.contains($0) }
    }

    private static let suspiciousNames = [
        "pass", "secret", "token", "auth", "credential", "apikey", "api_key", "private", "hmac",
    ]

    /// A Redis command, or a line of its configuration, that takes a password. The words are in lower case.
    private static func isSecretCommand(_ words: [String]) -> Bool {
        let command = words.drop { $0 != "raw" }.dropFirst().filter { !$0.hasPrefix("--") }
        let typed = command.isEmpty ? words.filter { !$0.hasPrefix("--") } : command
        let setsUsers = typed.contains("acl") && typed.contains("setuser")
        let setsPasswords = typed.contains("set") && typed.contains(where: isPasswordSetting)
        let isDirective = typed.count > 1 && typed.first.map(isPasswordSetting) == true
        let hasOption = words.contains { ["-a", "--pass", "--password", "--auth"].contains($0) }
        return setsUsers || setsPasswords || isDirective || hasOption
            || typed.contains { $0 == "auth" || $0 == "auth2" }
    }

    private static func isPasswordSetting(_ word: String) -> Bool {
        word.contains("pass") || word.contains("auth")
    }
}
