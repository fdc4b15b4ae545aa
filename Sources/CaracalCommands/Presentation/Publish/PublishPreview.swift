import Caracal
import RESP
import Rendering
import Text

/// How `publish --dry-run` shows what would be sent.
struct PublishPreview: Presentable {
    let stream: StreamDefinition
    var entries: [EntryPreview]
    /// Whether none were shown before.
    var isFirst = true
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        (isFirst ? "" : "\n") + entries.map(text).joined(separator: "\n")
    }

    private func text(_ entry: EntryPreview) -> String {
        let signed = TerminalText(entry.signedBytes)
        let signature = TerminalText(entry.signature)
        return (signature.isEmpty ? "unsigned\n" : "signed     \(signed)\nsignature  \(signature)\n")
            + "command    \(entry.command)\n"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.publish-preview/1",
            at: at,
            server: .null,
            items: entries.map(item),
            summary: ["stream": .string(stream.name), "messages": .integer(Int64(entries.count))],
            warnings: []
        )
    }

    private func item(_ entry: EntryPreview) -> JSONValue {
        let isSigned = !entry.signature.isEmpty
        return [
            "signed_bytes": isSigned ? .bytes(entry.signedBytes) : .null,
            "signature": isSigned ? .bytes(entry.signature) : .null,
            "command": .string(entry.command.description),
        ]
    }
}
