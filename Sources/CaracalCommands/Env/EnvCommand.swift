import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl env`
struct EnvCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "env",
        _superCommandName: Caracalctl.name,
        abstract: "Show where each setting comes from and what it resolves to. [reads]",
        discussion: """
            Secrets are masked. Without --connect no server is contacted; with it, caracalctl connects and shows the server's \
            version and role.

              caracalctl env
              caracalctl env --connect
              REDIS_URL=redis://:secret@redis:6379 caracalctl env -o json
            """
    )

    @Flag(help: "Also try to connect.")
    var connect = false

    var tableColumns: [Column]? { EnvPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        // Settings that lead nowhere are the ones that need to be looked at.
        let attempt = connect ? Result { () throws(RedisError) in try session.open() } : nil
        let server = attempt?.value.map(ServerPresentation.init)
        let lines = SettingLine.all(
            session.source,
            connection: session.settings,
            output: session.output
        )
        try session.present(
            EnvPresentation(settings: lines, server: server, warnings: session.settings.warnings)
        )
        if session.output.format.value != .json { session.sayWarnings() }
        _ = try attempt?.get()
        return .success
    }
}

/// How `env` shows the settings.
struct EnvPresentation: Presentable {
    let settings: [SettingLine]
    /// The server, when the connection was tried.
    let server: ServerPresentation?
    let warnings: [Finding]
    let at = WallClock.now

    static let columns = [
        Column("SETTING"), Column("VALUE", isFlexible: true, least: 24), Column("FROM", least: 12, priority: 1),
    ]

    func table(_ look: TerminalLook) -> String {
        (mainTable?.render(look) ?? "") + (look.choices.isMade ? "" : connected)
    }

    var mainTable: TextTable? {
        settings.reduce(into: TextTable(Self.columns)) { table, setting in
            table.append([Cell(setting.name), Cell(setting.value ?? "-"), Cell(setting.origin)])
        }
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
