import RedisSandbox

/// `psql` ended with an error.
package struct SQLFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What it said.
    package let description: String
}

extension PostgresServer {
    /// Runs statements with `psql`, each committed on its own, and returns the lines of their results, with `|` between columns.
    ///
    /// - Parameter role: who runs them; `caracal` owns both tables and may do anything.
    @discardableResult
    package func sql(_ statements: String, as role: String = "caracal") throws -> [String] {
        let runner = CommandRunner(
            try Self.client.get(),
            environment: ["PGPASSFILE": passwordFile],
            timeout: .seconds(600)
        )
        let arguments = ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", url(role: role)]
        let result = try runner.run(arguments, input: Array((statements + ";\n").utf8))
        guard result.status == 0 else { throw SQLFailure(description: result.stderr) }
        return result.stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// The `psql` of the newest version that Debian has installed, or the one in PATH: Debian's is a script that looks for the other
    /// one, and starts in ten times the time.
    private static let client: Result<String, SpawnError> = Result { () throws(SpawnError) in
        let versions = (FileTree.names(in: "/usr/lib/postgresql") ?? []).compactMap(Int.init).sorted(by: >)
        let folders = versions.map { "/usr/lib/postgresql/\($0)/bin" } + [Environment.current["PATH"] ?? ""]
        return try ExecutableSearch.find("psql", path: folders.joined(separator: ":"))
    }

    /// The plan of a statement, as EXPLAIN shows it.
    package func plan(_ statement: String) throws -> String {
        try sql("EXPLAIN " + statement).joined(separator: "\n")
    }
}
