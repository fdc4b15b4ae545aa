import Glibc

/// The programs of PostgreSQL on this machine.
struct PostgresPrograms: Sendable {
    /// The server.
    let postgres: String
    /// What makes the files of a server.
    let initdb: String

    /// Finds both in one folder: the newest version that Debian has installed, or one in PATH.
    static func find() throws(PostgresServerError) -> PostgresPrograms {
        for folder in folders {
            let programs = PostgresPrograms(postgres: folder + "/postgres", initdb: folder + "/initdb")
            if access(programs.postgres, X_OK) == 0, access(programs.initdb, X_OK) == 0 { return programs }
        }
        throw .notFound
    }

    private static var folders: [String] {
        let versions = FileTree.names(in: debian)?.compactMap(Int.init).sorted(by: >) ?? []
        let path = Environment.current["PATH"]?.split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
        return versions.map { "\(debian)/\($0)/bin" } + (path ?? [])
    }

    private static let debian = "/usr/lib/postgresql"
}

/// Why there is no private PostgreSQL server.
package enum PostgresServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is not installed.
    case notFound
    /// A program of it, or `cp`, cannot be run.
    case notExecutable(reason: String)
    /// The folder cannot be made or used.
    case unusableFolder(path: String, reason: String)
    /// A program ended; the reason is in the last lines of its log.
    case failed(program: String, reason: String)
    /// The server runs, but is not ready yet.
    case notReady(after: Duration)

    /// One line with the next step.
    package var description: String {
        switch self {
        case .notFound: "PostgreSQL is not installed (on Debian and Ubuntu: apt-get install postgresql)"
        case .notExecutable(let reason): reason
        case .unusableFolder(let path, let reason): "cannot use the folder \(path): \(reason)"
        case .failed(let program, let reason): "\(program) did not start: \(reason)"
        case .notReady(let time): "postgres was not ready after \(time.components.seconds) s"
        }
    }
}
