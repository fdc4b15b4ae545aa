import RESP
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
