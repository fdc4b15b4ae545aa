import RESP
import Redis
import Testing

@testable import Caracal

@Suite struct TailRefusalTests {
    /// Where streams may be on several servers each is asked for by itself.
    @Test func theRefusalOfOneStreamIsNotToldOfAnother() throws {
        let info = """
            %5\r\n+length\r\n:0\r\n+last-generated-id\r\n+0-0\r\n+groups\r\n:0\r\n+first-entry\r\n_\r\n+last-entry\r\n_
            """
        let streams = [StreamTable["sessions.revoke"], StreamTable["keys.invalidate"]]
        let channel = ScriptedChannel([
            ["+stream", info, "+stream", info, "*2\r\n+1\r\n+0"],
            [info, info, "_", "-NOPERM no permissions to access a key"],
        ])
        var tail = try Tail(streams: streams)
        _ = try tail.begin(.from(.start), on: channel, clock: 0)
        let error = #expect(throws: RedisError.self) { try tail.next(on: channel) }
        #expect(error?.refusal?.missingRight?.key == streams[1].key)
    }
}

/// Several servers that together answer each pipeline with the next replies of a script.
private final class ScriptedChannel: CommandChannel {
    let endpoint = Endpoint(address: .tcp(host: "127.0.0.1", port: 1))
    let timeouts = Timeouts()
    let server = ServerIdentity()
    let name = ConnectionName()
    let isNamed = false
    let isCluster = true
    private var script: [[String]]

    init(_ script: [[String]]) {
        self.script = script
    }

    func pipeline(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        var parser = ReplyParser()
        for line in script.removeFirst() { parser.append(Array("\(line)\r\n".utf8)) }
        var replies: [Reply] = []
        while let reply = try? parser.next() { replies.append(reply) }
        #expect(replies.count == commands.count)
        return replies
    }

    func connection(for key: [UInt8]) throws(RedisError) -> Connection {
        throw failure(.unexpected("there is none"), .connecting)
    }

    func masters() -> [Connection] { [] }

    func recovers(from error: RedisError) -> Bool { false }

    func failure(_ cause: RedisError.Cause, _ phase: RedisError.Phase) -> RedisError {
        RedisError(target: endpoint.description, phase: phase, cause: cause)
    }

    func close() {}
}
