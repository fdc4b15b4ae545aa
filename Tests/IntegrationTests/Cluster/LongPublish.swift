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

    /// A run of three thousand messages whose stream moves to the server of index 0 in the middle of it.
    static func followMove(of cluster: ClusterServers) throws {
        let command = try begin(cluster)
        try cluster.beginMoving(Publish.stream, to: 0)
        try cluster.carry(Publish.stream, to: 0)
        try command.type(lines(1_001...2_000), until: "\"line\":2000,")
        try cluster.endMoving(Publish.stream, to: 0)
        let result = try end(command, after: 2_001...3_000)
        #expect(result.status == 0)
        #expect(try cluster.outboxIDs(at: 0) == Publish.identifiers(3_000))
    }
}
