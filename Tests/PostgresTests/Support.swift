import Postgres
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Connects to a private server, as its role `caracal` and to look only, unless said otherwise.
func connect(
    _ postgres: PostgresServer,
    port: UInt16? = nil,
    as role: String = "caracal",
    writing: Bool = false,
    parameters: String = "",
    timeouts: Timeouts = Timeouts(connect: .seconds(30), command: .seconds(30))
) throws(PostgresError) -> PostgresConnection {
    let place = "127.0.0.1:\(port ?? postgres.port ?? 0)"
    return try connect(
        "postgres://\(role):\(postgres.password)@\(place)/caracal\(parameters)",
        writing: writing,
        timeouts: timeouts
    )
}

/// Connects to what a URL names.
func connect(
    _ url: String,
    writing: Bool = false,
    timeouts: Timeouts = Timeouts(connect: .seconds(30), command: .seconds(30))
) throws(PostgresError) -> PostgresConnection {
    let settings = PostgresSettings(
        url: try? PostgresURL(url),
        usesEnvironment: false,
        isReadOnly: !writing,
        namedBy: "DATABASE_URL"
    )
    return try PostgresConnection.connect(to: settings, timeouts: timeouts)
}

/// The error that `body` throws; nil when it throws none.
func failure<Value>(of body: () throws(PostgresError) -> Value) -> PostgresError? {
    do throws(PostgresError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

extension PostgresRows {
    /// All values as text, NULL as nil.
    func texts(_ columns: Int) -> [[String?]] {
        map { row in (0..<columns).map { row.text($0) } }
    }
}
