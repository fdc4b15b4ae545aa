import Caracal
import RESP
import Rendering

/// How `publish --dry-run` shows what would be sent.
struct PublishPreview: Presentable {
    let stream: StreamDefinition
    let entries: [EntryPreview]
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        entries.map { entry in
            let signature =
                entry.signature.isEmpty
                ? "unsigned\n"
                : "signed     \(TerminalText.escaped(entry.signedBytes))\nsignature  \(TerminalText.escaped(entry.signature))\n"
            return signature + "command    \(entry.command)\n"
        }.joined(separator: "\n")
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
