import Glibc
import RedisSandbox
import Synchronization

/// Private PostgreSQL servers with the default settings, each lent to one test after the other, and to one at a time.
///
/// A new database takes a twentieth of the time that a new server does. A server is given up when a test has stopped it, or has
/// changed what is not a part of its database.
enum PostgresPool {
    private struct Member {
        let server: PostgresServer
        /// What a test must leave as it is.
        let common: [String]
    }

    private static let idle = Mutex<[Member]>([])
    // A static value is never let go of, and what the servers leave on disk goes with them.
    private static let endsWithProcess = atexit { PostgresPool.idle.withLock { $0.removeAll() } }

    /// Runs `body` with a server that has both outboxes, empty.
    static func lend<Result>(_ body: (PostgresServer) throws -> Result) throws -> Result {
        let member = try take()
        defer { giveBack(member) }
        return try body(member.server)
    }

    /// As the other `lend`, for a body that suspends.
    static func lend<Result>(_ body: (PostgresServer) async throws -> Result) async throws -> Result {
        let member = try take()
        defer { giveBack(member) }
        return try await body(member.server)
    }

    private static func take() throws -> Member {
        if let member = idle.withLock({ $0.popLast() }) { return member }
        _ = endsWithProcess
        let server = try startPostgres()
        let common = try maintain(server, "CREATE DATABASE pristine TEMPLATE caracal")
        return Member(server: server, common: common)
    }

    private static func giveBack(_ member: Member) {
        let renewal = "DROP DATABASE caracal WITH (FORCE); CREATE DATABASE caracal TEMPLATE pristine"
        guard (try? maintain(member.server, renewal)) == member.common else { return member.server.stop() }
        idle.withLock { $0.append(member) }
    }

    /// Runs statements while connected to another database than the tests', and returns how the roles, their memberships and
    /// settings, the server's settings and its databases stand.
    private static func maintain(_ server: PostgresServer, _ statements: String) throws -> [String] {
        try server.sql(
            """
            \\connect template1
            \(statements);
            SELECT r FROM pg_authid r ORDER BY oid;
            SELECT m FROM pg_auth_members m ORDER BY roleid, member;
            SELECT s FROM pg_db_role_setting s ORDER BY setdatabase, setrole;
            SELECT name, setting FROM pg_file_settings ORDER BY seqno;
            SELECT datname, datdba, datallowconn, datacl FROM pg_database ORDER BY datname
            """
        )
    }
}
