import ArgumentParser
import Caracal
import Postgres
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
            version and role, and those of the database where one is named.

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
        let database = connect ? databaseAttempt(in: session) : nil
        let lines = SettingLine.all(
            session.source,
            connection: session.settings,
            output: session.output
        )
        try session.present(
            EnvPresentation(
                settings: lines,
                server: server,
                database: database?.value.map(DatabasePresentation.init),
                warnings: session.settings.warnings
            )
        )
        if session.output.format.value != .json { session.sayWarnings() }
        _ = try attempt?.get()
        _ = try database?.get()
        return .success
    }

    /// Connects to the database; nil where none is named.
    private func databaseAttempt(in session: Session) -> Result<PostgresConnection, any Error>? {
        do {
            guard try session.hasDatabase else { return nil }
            return .success(try session.database())
        } catch {
            return .failure(error)
        }
    }
}

/// How `env` shows the settings.
struct EnvPresentation: Presentable {
    let settings: [SettingLine]
    /// The server, when the connection was tried.
    let server: ServerPresentation?
    /// The database, when the connection to it was tried.
    let database: DatabasePresentation?
    let warnings: [Finding]
    let at = WallClock.now

    static let columns = [
        Column("SETTING"), Column("VALUE", isFlexible: true, least: 24), Column("FROM", least: 12, priority: 1),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        (mainTable?.render(look) ?? "") + (look.choices.isMade ? "" : connected)
    }

    var mainTable: TextTable? {
        settings.reduce(into: TextTable(Self.columns)) { table, setting in
            table.append([Cell(setting.name), Cell(setting.value ?? "-"), Cell(setting.origin)])
        }
    }

    private var connected: ScreenText {
        let lines = [server?.line, database?.line].compactMap(\.self)
        return lines.isEmpty ? "" : "\n" + lines.map { "\($0)\n" as ScreenText }.joined()
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.env/1",
            at: at,
            server: server?.json ?? .null,
            items: settings.map {
                ["setting": .string($0.name), "value": JSONValue($0.value), "from": JSONValue($0.origin)]
            },
            summary: ["connected": .bool(server != nil), "postgres": database?.details ?? .null],
            warnings: warnings.warnings
        )
    }
}

extension ServerPresentation {
    /// `connected to redis:6379: Redis 7.2.4, master`
    fileprivate var line: TerminalText {
        let version = identity.version?.description ?? "a server of unknown version"
        let role = identity.standing.map { ", \($0)" } ?? ""
        return "connected to \(address): \(version)\(role)"
    }
}

extension DatabasePresentation {
    /// `connected to db:5432: PostgreSQL 15.14, database caracal, user caracalapi, TLS`
    fileprivate var line: TerminalText {
        guard let identity else { return "connected to \(address)" }
        let number = identity.version.prefix { $0 != UInt8(ascii: " ") }
        return "connected to \(address): PostgreSQL \(number), database \(identity.database), user \(identity.user), "
            + (identity.isEncrypted ? "TLS" : "no TLS")
    }

    fileprivate var details: JSONValue {
        [
            "address": .string(address), "version": JSONValue(identity.map { TerminalText($0.version) }),
            "database": JSONValue(identity.map { TerminalText($0.database) }),
            "user": JSONValue(identity.map { TerminalText($0.user) }), "tls": JSONValue(identity?.isEncrypted),
        ]
    }
}
