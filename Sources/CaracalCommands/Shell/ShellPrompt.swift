import Redis
import Rendering
import Text

/// What stands before the line that is typed: `caracal [prod!] redis:6379 master> `.
///
/// `!` marks a protected context, so that nobody needs a colour to know.
struct ShellPrompt {
    /// The context, if one is gone by.
    let context: Context?
    /// The server's address.
    let address: String
    /// What the server is; nil while there is no connection.
    let server: ServerIdentity?
    /// Whether commands that write are refused.
    let isReadOnly: Bool

    /// - Parameter look: what the terminal can show; a narrow one gets fewer words.
    func text(_ look: TerminalLook) -> String {
        let mark = context.map { "[\($0.name)\($0.isProtected ? "!" : "")]" }
        let state = server.map(\.standing) ?? "disconnected"
        let limits = isReadOnly ? "read-only" : nil
        let all = ["caracal", mark, TerminalText(address).text, state, limits].compactMap { $0 }
        let few = [mark ?? "caracal", state == "master" ? nil : state].compactMap { $0 }
        let words = all.joined(separator: " ")
        // Half of the line is for what is typed.
        let isNarrow = look.width.map { words.count > $0 / 2 } ?? false
        return coloured(isNarrow ? few.joined(separator: " ") : words, look) + "> "
    }

    /// The escape sequences are marked, so that the editor does not count them as columns.
    private func coloured(_ text: String, _ look: TerminalLook) -> String {
        guard look.usesColour, let colour = context?.colour ?? (context?.isProtected == true ? .red : nil) else {
            return text
        }
        let parts = colour.applied(to: "\u{0}").split(separator: "\u{0}")
        return parts.count == 2 ? "\u{1}\(parts[0])\u{2}\(text)\u{1}\(parts[1])\u{2}" : text
    }
}
