import TestSupport
import Testing

/// A run of `publish` that reads from its standard input while something happens to the cluster.
enum LongPublish {
    /// Revocations, one a line, numbered.
    static func lines(_ range: ClosedRange<Int>) -> String {
        range.map { "{\"zone_id\":\"z\",\"session_id\":\"s-\($0)\",\"outbox_id\":\"m-\($0)\"}\n" }.joined()
    }

    /// Starts one, and waits until its first thousand messages are in the stream.
    static func begin(_ cluster: ClusterServers, by index: Int = 0) throws -> RunningCommand {
        #expect(try cluster.run("provision", by: index).status == 0)
        let command = try cluster.runner(by: index)
            .start(["publish", "sessions.revoke", "--ndjson", "-", "-o", "ndjson"])
        command.type(lines(1...1_000))
        try command.waitForOutput("\"line\":1000,")
        return command
    }

    /// Gives it the rest, and waits for its end.
    static func end(_ command: RunningCommand, after range: ClosedRange<Int>) throws -> CommandResult {
        command.type(lines(range))
        command.closeInput()
        return try command.finish()
    }
}
