import RESP
import Redis
import Rendering

/// How `raw` shows a reply.
struct RawPresentation: Presentable {
    let reply: Reply
    let server: ServerPresentation
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        RawReply.text(reply.root)
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.raw/1",
            at: at,
            server: server.json,
            items: [["reply": RawReply.json(reply.root)]],
            summary: [:],
            warnings: []
        )
    }
}

/// How `raw --dry-run` shows what would be sent.
struct RawPreview: Presentable {
    let command: Command
    /// Whether it is known to change nothing.
    let isRead: Bool
    let server: ServerPresentation
    let at = WallClock.now

    private var effect: Effect { isRead ? .reads : .writes }

    func table(_ look: TerminalLook) -> String {
        "\(command)  (\(effect))\n"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.raw-preview/1",
            at: at,
            server: server.json,
            items: [["command": .string(command.description), "effect": .string(effect.rawValue)]],
            summary: [:],
            warnings: []
        )
    }
}
