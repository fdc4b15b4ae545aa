import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// How `verify-sig` ends when it cannot be brought to its end.
@Suite struct VerifySigEndingTests {
    @Test func anInterruptShowsWhatWasFoundSoFar() throws {
        let held = try Latch()
        let peer = try ScriptedPeer([firstPage + [.open(held), .silent]])
        let command = try runner(peer).start(["verify-sig", "sessions.revoke", "--timeout", "60s"])
        #expect(held.wait(for: .seconds(120)))
        command.signal(SIGINT)
        let result = try command.finish()
        #expect(result.stdout.contains("sessions.revoke  fields       16     16"))
        #expect(result.stderr.contains("interrupted: what comes after was not checked\n"))
        #expect(result.status == 130)
    }

    @Test func aLostServerShowsWhatWasFoundSoFar() throws {
        let peer = try ScriptedPeer([firstPage])
        let result = try runner(peer).run(["verify-sig", "sessions.revoke"])
        #expect(result.stdout.contains("sessions.revoke  fields       16     16"))
        #expect(
            result.stderr.contains(
                "closed the connection in the middle of a command; what comes after was not checked\n"
            )
        )
        #expect(result.status == 69)
    }

    @Test func aMisshapenPageIsAProtocolViolation() throws {
        let page = "*1\r\n*2\r\n$3\r\n9-9\r\n+OK\r\n"
        let peer = try ScriptedPeer([opening + [.expectCommand, .send(page), .silent]])
        let result = try runner(peer).run(["verify-sig", "sessions.revoke"])
        #expect(result.stderr.contains("an entry in the reply to XRANGE has no fields"))
        #expect(result.status == 76)
    }

    @Test func idsThatGoBackAreAProtocolViolation() throws {
        let peer = try ScriptedPeer([firstPage + [.send("*1\r\n" + Self.entries(3...3)), .silent]])
        let result = try runner(peer).run(["verify-sig", "sessions.revoke"])
        #expect(result.stderr.contains("the reply to XRANGE does not have its documented shape"))
        #expect(result.status == 76)
    }

    @Test func aTerminalSeesProgressThatGoesAway() throws {
        let late = [PeerStep.drip(Array("*4\r\n".utf8), every: .milliseconds(100)), .send(Self.entries(17...20))]
        let peer = try ScriptedPeer([firstPage + late + [.silent]])
        var runner = runner(peer)
        runner.environment["TERM"] = "xterm"
        let result = try runner.startInTerminal(["verify-sig", "sessions.revoke"]).finish()
        #expect(result.stdout.contains("\r\u{1B}[Kcaracal.sessions.revoke: 20 of 20 (100%), "), "\(result.stdout)")
        #expect(result.stdout.contains("/s, 0s left\r\u{1B}[K"), "\(result.stdout)")
        #expect(result.status == 0)
    }

    private func runner(_ peer: ScriptedPeer) -> CommandRunner {
        CommandRunner(environment: ["REDIS_URL": peer.url, "STREAMS_HMAC_KEY": VerifySig.key])
    }

    /// Lets a client in and tells of a stream of 20 entries.
    private var opening: [PeerStep] {
        let welcome = "%1\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n+OK\r\n+OK\r\n"
        let info = """
            *10\r\n$6\r\nlength\r\n:20\r\n$17\r\nlast-generated-id\r\n$4\r\n20-0\r\n$6\r\ngroups\r\n:0\r\n\
            $11\r\nfirst-entry\r\n$-1\r\n$10\r\nlast-entry\r\n$-1\r\n
            """
        let time = "*2\r\n$1\r\n5\r\n$1\r\n0\r\n"
        return [.expectCommands(3), .send(welcome), .expectCommands(3), .send("+stream\r\n" + info + time)]
    }

    /// As well a first page of 16, and the request for the second.
    private var firstPage: [PeerStep] {
        opening + [.expectCommand, .send("*16\r\n" + Self.entries(1...16)), .expectCommand]
    }

    /// Signed entries with these ids.
    private static func entries(_ ids: ClosedRange<Int>) -> String {
        let fields = VerifySig.signed.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        return ids.map { "*2\r\n$\("\($0)-0".utf8.count)\r\n\($0)-0\r\n*6\r\n\(fields)" }.joined()
    }
}
