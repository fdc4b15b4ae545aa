import Caracal
import Redis
import Text

/// The commands that show one entry and follow its message, for others to point to.
enum MessageCommands {
    /// The one that shows an entry, or tells what became of it.
    static func get(_ id: TerminalText, in key: [UInt8]) -> TerminalText {
        let target = SignatureTarget(key: key)
        return "caracalctl get \(target.stream.word) \(id)\(choice(target))"
    }

    /// The one that follows the message in an entry.
    static func trace(_ id: TerminalText, in key: [UInt8]) -> TerminalText {
        let target = SignatureTarget(key: key)
        return "caracalctl trace \(id) --stream \(target.stream.word)\(choice(target))"
    }

    /// What has a stream outside the table accepted.
    private static func choice(_ target: SignatureTarget) -> TerminalText {
        target.definition == nil && target.source?.definition == nil ? " --any-stream" : ""
    }
}
