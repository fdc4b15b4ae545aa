import Caracal
import Redis
import Rendering
import Text

/// How `env` shows the settings.
struct EnvPresentation: Presentable {
    let settings: [SettingLine]
    /// The server, when the connection was tried.
    let server: ServerPresentation?
    let warnings: [Finding]
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        var table = TextTable([Column("SETTING"), Column("VALUE"), Column("FROM", isFlexible: true)])
        for setting in settings {
            table.append([
                Cell(setting.name), Cell(setting.value ?? "-"),
                Cell(setting.origin),
            ])
        }
        return table.render(look) + connected
    }

    private var connected: String {
        guard let server else { return "" }
        let version = server.identity.version?.description ?? "a server of unknown version"
        let role = server.identity.standing.map { ", \($0)" } ?? ""
        return "\nconnected to \(TerminalText(server.address)): \(version)\(role)\n"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.env/1",
            at: at,
            server: server?.json ?? .null,
            items: settings.map {
                ["setting": .string($0.name), "value": JSONValue($0.value), "from": JSONValue($0.origin)]
            },
            summary: ["connected": .bool(server != nil)],
            warnings: warnings.warnings
        )
    }
}
