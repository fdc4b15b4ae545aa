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
        let program = try ExecutableSearch.find("psql", path: Environment.current["PATH"])
        let runner = CommandRunner(program, environment: ["PGPASSFILE": passwordFile], timeout: .seconds(600))
        let arguments = ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", url(role: role)]
        let result = try runner.run(arguments, input: Array((statements + ";\n").utf8))
        guard result.status == 0 else { throw SQLFailure(description: result.stderr) }
        return result.stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// The plan of a statement, as EXPLAIN shows it.
    package func plan(_ statement: String) throws -> String {
        try sql("EXPLAIN " + statement).joined(separator: "\n")
    }
}
