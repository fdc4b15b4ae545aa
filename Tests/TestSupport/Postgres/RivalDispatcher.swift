import RedisSandbox

/// A dispatcher as the services have it, which is not ours: `Tests/Rivals/dispatcher.py`.
package enum RivalDispatcher {
    /// Publishes what is due, until nothing is, and returns how many rows were published.
    ///
    /// - Parameter environment: more variables, such as STREAMS_HMAC_KEY and the services' own.
    @discardableResult
    package static func publishAll(
        _ outbox: TestOutbox,
        from postgres: PostgresServer,
        to server: SandboxServer,
        environment: [String: String] = [:]
    ) throws -> Int {
        let runner = try runner(postgres, server, environment)
        let result = try runner.run([script, outbox.rawValue, "--once"])
        guard result.status == 0, let last = result.stdout.split(separator: "\n").last, last.hasPrefix("published ")
        else {
            throw SQLFailure(description: result.stderr)
        }
        return Int(last.dropFirst("published ".count)) ?? 0
    }

    /// Starts one that goes on until it is killed, by the end of this process at the latest. It has taken nothing yet, or little.
    package static func start(
        _ outbox: TestOutbox,
        from postgres: PostgresServer,
        to server: SandboxServer,
        environment: [String: String] = [:]
    ) throws -> RunningCommand {
        let command = try runner(postgres, server, environment).start([script, outbox.rawValue])
        try command.waitForOutput("ready\n")
        return command
    }

    private static let script = Repository.root + "/Tests/Rivals/dispatcher.py"

    private static func runner(
        _ postgres: PostgresServer,
        _ server: SandboxServer,
        _ more: [String: String]
    ) throws -> CommandRunner {
        var runner = CommandRunner(for: server, postgres)
        runner.executable = Repository.root + "/.build-python/bin/python"
        runner.environment.merge(more) { $1 }
        return runner
    }
}
