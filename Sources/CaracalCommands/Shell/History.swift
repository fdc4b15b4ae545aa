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
