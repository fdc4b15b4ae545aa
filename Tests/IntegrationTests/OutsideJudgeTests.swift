import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Caracal's own published consumer decides whether a signature is right, and `verify-sig` has to agree with it.
@Suite struct OutsideJudgeTests {
    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func theConsumerTakesWhatPublishSignsAndBuriesWhatWasAltered(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let runner = VerifySig.runner(server)
            #expect(try runner.run(["provision"]).status == 0)
            for session in ["s-1", "s-2"] {
                let fields = ["zone_id=z-1", "session_id=\(session)", "reason=grant_revoked", "note=é\u{1F600}"]
                #expect(try runner.run(["publish", "sessions.revoke"] + fields).status == 0)
            }
            try alterSecond(on: server)

            #expect(try judge(server, "s-1", "s-2") == "{\"handled\": 2, \"revoked\": [\"s-1\"]}\n")

            let dead = try entries(of: "caracal.sessions.revoke.dead", on: server)
            #expect(dead.map { $0["reason"] } == ["invalid_signature"])
            let result = try VerifySig.run(server, "sessions.revoke", "sessions.revoke.dead", "-o", "ndjson")
            let figures = result.stdout.split(separator: "\n").map { line in
                line.split(separator: ",").filter { $0.hasPrefix("\"valid\"") || $0.hasPrefix("\"invalid\"") }
            }
            #expect(
                figures == [
                    ["\"valid\":1", "\"invalid\":1"], ["\"valid\":0", "\"invalid\":0"],
                    ["\"valid\":0", "\"invalid\":1"],
                ]
            )
            #expect(result.status == 1)
        }
    }

    /// Replaces the second message by one whose signature has another first digit.
    private func alterSecond(on server: SandboxServer) throws {
        let connection = try VerifySig.connect(server)
        var fields = try #require(try entries(of: VerifySig.revocations, on: server).last)
        let signature = try #require(fields["_sig"])
        fields["_sig"] = (signature.hasPrefix("0") ? "1" : "0") + signature.dropFirst()
        let page = try connection.send(Command("XREVRANGE", VerifySig.revocations, "+", "-", "COUNT", "1")).root
        let id = Array(page[0]?[0]?.text ?? [])
        _ = try connection.send(Command("XDEL", arguments: [Array(VerifySig.revocations.utf8), id]))
        let pairs = fields.flatMap { [Array($0.key.utf8), Array($0.value.utf8)] }
        let place = [VerifySig.revocations, "*"].map { Array($0.utf8) }
        _ = try connection.send(Command("XADD", arguments: place + pairs))
    }

    private func entries(of stream: String, on server: SandboxServer) throws -> [[String: String]] {
        let reply = try VerifySig.connect(server).send(Command("XRANGE", stream, "-", "+"))
        return reply.root.elements.map { entry in
            var fields: [String: String] = [:]
            var name: String?
            for value in entry[1]?.elements.map({ String(decoding: $0.text ?? [], as: UTF8.self) }) ?? [] {
                if let known = name {
                    fields[known] = value
                    name = nil
                } else {
                    name = value
                }
            }
            return fields
        }
    }

    /// What the consumer says of itself. Without it the test fails: `make test` fetches it.
    private func judge(_ server: SandboxServer, _ sessions: String...) throws -> String {
        let python = CommandRunner(Repository.root + "/.build-python/bin/python")
        let script = Repository.root + "/Tests/OutsideJudge/judge.py"
        let result = try python.run([script, server.url, VerifySig.key] + sessions)
        #expect(result.stderr == "")
        return result.stdout
    }
}
